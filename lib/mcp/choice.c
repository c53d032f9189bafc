#include "mcp/choice.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "mail/folder.h"
#include "mail/imap_quote.h"
#include "mcp/call.h"

struct numbers
choice_numbers(struct arena *arena, struct uids uids)
{
	struct numbers	 numbers;
	size_t		 i;

	numbers.at = arena_array(arena, uids.len, sizeof(*numbers.at));
	numbers.len = uids.len;
	for (i = 0; i < uids.len; i++)
		numbers.at[i] = uids.at[i];
	return numbers;
}

const struct fault *
choice_open(struct call *call, struct choice choice, struct uids *set,
    const struct imap_box **box)
{
	const struct fault	*bad;

	bad = call_uids(call, choice.uid, choice.uids, CHOICE_UIDS_MOST, set);
	if (bad != NULL)
		return bad;
	bad = call_open(call, choice.folder, true, choice.uidvalidity, box);
	if (bad != NULL)
		return bad;
	if (!(*box)->writable)
		return fault_hint(call->arena, fault_make(call->arena,
		    FAULT_PERMISSION, "the mail server opens this folder for "
		    "reading only"), "Only its owner can change that.");
	return NULL;
}

const struct fault *
choice_open_any(struct call *call, struct choice choice, struct uids *set,
    const struct imap_box **box)
{
	const struct fault	*bad;

	bad = call_uids(call, choice.uid, choice.uids, CHOICE_UIDS_MOST, set);
	if (bad != NULL)
		return bad;
	return call_open(call, choice.folder, false, choice.uidvalidity, box);
}

const struct fault *
choice_absent(struct call *call, struct uids set)
{
	struct buf	 buf;

	buf_start(&buf, call->arena);
	imap_uid_set(&buf, set);
	return fault_hint(call->arena, fault_make(call->arena, FAULT_MESSAGE,
	    set.len == 1 ? "no message in %s has UID %s" :
	    "no messages in %s have the UIDs %s", folder_decode(call->arena,
	    imap_box(call->imap)->name), buf_string(&buf)),
	    "List or search the folder again for current UIDs.");
}
