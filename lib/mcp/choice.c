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

struct numbers
choice_missing(struct arena *arena, struct uids asked, struct uids there)
{
	struct numbers	 numbers;
	size_t		 i, j;

	numbers.at = arena_array(arena, asked.len, sizeof(*numbers.at));
	numbers.len = 0;
	for (i = j = 0; i < asked.len; i++)
		if (j < there.len && there.at[j] == asked.at[i])
			j++;
		else
			numbers.at[numbers.len++] = asked.at[i];
	return numbers;
}

static bool
has_uid(const struct uids *set, uint32_t uid)
{
	size_t	 i;

	for (i = 0; i < set->len; i++)
		if (set->at[i] == uid)
			return true;
	return false;
}

const struct fault *
choice_uids(struct call *call, struct choice choice, size_t most,
    struct uids *set)
{
	struct numbers	 uids = choice.uids;
	size_t		 i;

	if ((choice.uid != 0) == (uids.len != 0))
		return fault_make(call->arena, FAULT_ARGUMENT,
		    "give either uid (one number) or uids (a list)");
	if (choice.uid != 0)
		uids = (struct numbers){ &choice.uid, 1 };
	if (uids.len > most)
		return fault_make(call->arena, FAULT_ARGUMENT,
		    "uids must have at most %zu items", most);
	set->at = arena_array(call->arena, uids.len, sizeof(*set->at));
	set->len = 0;
	for (i = 0; i < uids.len; i++) {
		if (uids.at[i] < 1 || uids.at[i] > UINT32_MAX)
			return fault_make(call->arena, FAULT_ARGUMENT,
			    "a UID is a number from 1 to 4294967295");
		if (!has_uid(set, (uint32_t)uids.at[i]))
			set->at[set->len++] = (uint32_t)uids.at[i];
	}
	return NULL;
}

const struct fault *
choice_open(struct call *call, struct choice choice, struct uids *set,
    const struct imap_box **box)
{
	const struct fault	*bad;

	bad = choice_uids(call, choice, CHOICE_UIDS_MOST, set);
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

	bad = choice_uids(call, choice, CHOICE_UIDS_MOST, set);
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
