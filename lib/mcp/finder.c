#include "mcp/finder.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "mail/imap_quote.h"
#include "mail/imap_session.h"
#include "mail/part.h"
#include "mcp/call.h"
#include "mcp/listing.h"

static const struct fault *
ask(struct call *call, const struct finder *finder, const char *folder,
    const char *wire, struct imap_command **search)
{
	const struct imap_command	*opened;
	const struct fault		*bad;

	opened = imap_queue_open(call->imap, call->arena, wire, false);
	*search = imap_search_queue(call->imap, call->arena,
	    &finder->criteria, false);
	if ((bad = imap_run(call->imap)) != NULL)
		return bad;
	return call_check_open(call, opened, folder, 0);
}

/* Keeps those of the found that have attachments, looking at the newest. */
static const struct fault *
keep_with_attachments(struct call *call, struct finding *finding)
{
	struct uids			*found = &finding->uids;
	const struct paging		 window = { .page = 1,
					    .per_page = FINDER_WINDOW };
	const struct cursor		 first = { .page = 1 };
	const struct imap_message	*message;
	const struct imap_command	*fetch;
	const struct fault		*bad;
	struct part_list		 list;
	struct uids			 newest;
	struct buf			 text;
	bool				 more;
	size_t				 i;

	newest = listing_choose(call, *found, &first, &window, &more);
	if (more)
		finding->note = text_format(call->arena, "Only the newest %d "
		    "of %zu matches were looked at for attachments.",
		    FINDER_WINDOW, found->len);
	found->len = 0;
	if (newest.len == 0)
		return NULL;
	buf_start(&text, call->arena);
	buf_text(&text, "UID FETCH ");
	imap_uid_set(&text, newest);
	buf_text(&text, " (UID BODYSTRUCTURE)");
	fetch = imap_queue(call->imap, call->arena, &text);
	if ((bad = imap_run(call->imap)) != NULL ||
	    (bad = imap_command_fault(call->arena, fetch,
	    "look for attachments")) != NULL)
		return bad;
	for (i = 0; i < newest.len; i++) {
		message = imap_find_message(&fetch->replies, newest.at[i]);
		list.len = 0;
		if (message != NULL && message->body != NULL)
			part_list_attachments(message->body, &list);
		if (list.len > 0)
			found->at[found->len++] = newest.at[i];
	}
	return NULL;
}

const struct fault *
finder_run(struct call *call, const struct finder *finder,
    const char *folder, const char *wire, struct finding *finding)
{
	struct imap_command	*search;
	const struct fault	*bad;

	finding->note = NULL;
	if (finder->criteria.gmail && !imap_can(call->imap, IMAP_CAN_GMAIL))
		return fault_make(call->arena, FAULT_UNSUPPORTED,
		    "X-GM-RAW is understood by Gmail only");
	if ((bad = ask(call, finder, folder, wire, &search)) != NULL)
		return bad;
	if (imap_search_lacks_charset(search)) {
		finding->note = "The mail server does not know UTF-8: words "
		    "outside ASCII may not have been found.";
		search = imap_search_queue(call->imap, call->arena,
		    &finder->criteria, true);
		if ((bad = imap_run(call->imap)) != NULL)
			return bad;
	}
	bad = imap_command_fault(call->arena, search, "search the folder");
	if (bad != NULL)
		return bad;
	finding->uids = search->replies.found;
	return finder->has_attachment ?
	    keep_with_attachments(call, finding) : NULL;
}
