#include "mcp/marking.h"

#include "mail/flags.h"
#include "mail/imap_session.h"
#include "mcp/call.h"

const struct fault *
marking_set(struct call *call, const struct marking *marking)
{
	const char			*mark = marking->mark;
	const struct flags_edit		 edit = { .add = { &mark, 1 } };
	uint32_t			 uid = (uint32_t)marking->uid;
	const struct uids		 set = { &uid, 1 };
	const struct imap_command	*opened;
	const struct fault		*bad;
	struct flags_list		 list;

	if (call->imap != NULL && !imap_is_usable(call->imap))
		call_end(call);
	call_extend(call);
	if ((bad = call_imap(call)) != NULL)
		return bad;
	opened = imap_queue_open(call->imap, call->arena, marking->wire,
	    true);
	if ((bad = imap_run(call->imap)) != NULL || (bad = call_check_open(
	    call, opened, NULL, marking->uidvalidity)) != NULL)
		return bad;
	if (flags_check(call->arena, imap_box(call->imap), &edit) != NULL)
		return NULL;
	return flags_change(call->imap, call->arena, set, &edit, &list);
}
