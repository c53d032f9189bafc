#include "mcp/tool_list.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "mail/folder.h"
#include "mail/imap_search.h"
#include "mail/imap_session.h"
#include "mcp/call.h"
#include "mcp/listing.h"
#include "mcp/summary.h"
#include "mcp/tool.h"

struct list_args {
	const char	*folder;
	int64_t		 page;
	int64_t		 per_page;
	const char	*cursor;
	bool		 unread;
	bool		 flagged;
	const char	*since;
	const char	*before;
	bool		 include_body;
	int64_t		 max_chars;
};

static const struct field	 list_rows[] = {
	{ FIELD(struct list_args, folder), .preset = "INBOX",
	  .meaning = "Name or role" },
	PAGING_ROWS(struct list_args),
	{ FIELD(struct list_args, unread) },
	{ FIELD(struct list_args, flagged) },
	{ FIELD(struct list_args, since), .most = 40,
	  .meaning = "YYYY-MM-DD" },
	{ FIELD(struct list_args, before), .most = 40 },
	{ FIELD_END }
};

static bool
is_filtered(const struct list_args *args)
{
	return args->unread || args->flagged ||
	    !text_is_empty(args->since) || !text_is_empty(args->before);
}

/* What is asked of the folder in the flight that opens it: the messages that
 * pass the filter, or how many there are below the cursor. */
static struct imap_command *
queue_search(struct call *call, const struct cursor *cursor,
    const struct imap_criteria *criteria)
{
	struct buf	 text;

	if (criteria != NULL)
		return imap_search_queue(call->imap, call->arena, criteria,
		    false);
	if (cursor->below == 0)
		return NULL;
	buf_start(&text, call->arena);
	buf_format(&text, "UID SEARCH %sUID 1:%lu",
	    imap_can(call->imap, IMAP_CAN_ESEARCH) ? "RETURN (COUNT) " : "",
	    (unsigned long)cursor->below - 1);
	return imap_queue(call->imap, call->arena, &text);
}

/*
 * Opens the folder, or asks one that is open what is new, so that EXISTS and
 * the sequence numbers below it are the server's own: none can go away before
 * the FETCH by number that follows.
 */
static const struct fault *
open_folder(struct call *call, const char *folder,
    const struct cursor *cursor, const struct imap_criteria *criteria,
    struct imap_command **search)
{
	const struct imap_command	*opened;
	const struct fault		*bad;
	const char			*wire;
	struct buf			 text;

	if ((bad = call_folder(call, folder, &wire)) != NULL)
		return bad;
	opened = imap_queue_open(call->imap, call->arena, wire, false);
	if (opened == NULL) {
		buf_start(&text, call->arena);
		buf_text(&text, "NOOP");
		(void)imap_queue(call->imap, call->arena, &text);
	}
	*search = queue_search(call, cursor, criteria);
	if ((bad = imap_run(call->imap)) != NULL ||
	    (bad = call_check_open(call, opened, folder, 0)) != NULL ||
	    (bad = listing_check(call, cursor, imap_box(call->imap))) != NULL)
		return bad;
	return *search == NULL ? NULL : imap_command_fault(call->arena,
	    *search, "search the folder");
}

/* How many messages stand below the page's upper end. */
static int64_t
count_below(struct call *call, const struct imap_command *search,
    const struct cursor *cursor, const struct paging *paging)
{
	int64_t	 exists, skip, count;

	exists = imap_box(call->imap)->exists;
	if (search == NULL) {
		skip = (cursor->page - 1) * paging->per_page;
		return exists > skip ? exists - skip : 0;
	}
	count = search->replies.count >= 0 ? search->replies.count :
	    (int64_t)search->replies.found.len;
	return count > exists ? exists : count;
}

/* The UIDs that a FETCH by number told, newest first. */
static struct uids
fetched_uids(struct call *call, const struct imap_replies *replies,
    const struct paging *paging)
{
	const struct cursor		 all = { .page = 1 };
	const struct imap_message	*message;
	struct uids			 uids = { 0 };
	size_t				 n;
	bool				 more;

	for (n = 0, message = replies->messages; message != NULL;
	    message = message->next)
		n++;
	uids.at = arena_array(call->arena, n, sizeof(*uids.at));
	for (message = replies->messages; message != NULL;
	    message = message->next)
		if (message->envelope != NULL && message->uid != 0)
			uids.at[uids.len++] = message->uid;
	return listing_choose(call, uids, &all, paging, &more);
}

static const struct fault *
list_all(struct call *call, const struct imap_command *search,
    const struct cursor *cursor, const struct paging *paging,
    struct listing *listing)
{
	const struct imap_command	*fetch;
	const struct fault		*bad;
	int64_t				 last, first;
	struct buf			 text;

	last = count_below(call, search, cursor, paging);
	listing_start(call, cursor, paging,
	    imap_box(call->imap)->exists, listing);
	if (last == 0)
		return NULL;
	first = last > paging->per_page ? last - paging->per_page + 1 : 1;
	buf_start(&text, call->arena);
	buf_format(&text, "FETCH %lld:%lld ", (long long)first,
	    (long long)last);
	summary_items(call->imap, &text);
	fetch = imap_queue(call->imap, call->arena, &text);
	if ((bad = imap_run(call->imap)) != NULL ||
	    (bad = imap_command_fault(call->arena, fetch,
	    "list the folder")) != NULL)
		return bad;
	listing->more = first > 1;
	return listing_fill(call, &fetch->replies,
	    fetched_uids(call, &fetch->replies, paging), paging, listing);
}

static const struct fault *
list_found(struct call *call, const struct imap_command *search,
    const struct cursor *cursor, const struct paging *paging,
    struct listing *listing)
{
	listing_start(call, cursor, paging,
	    (int64_t)search->replies.found.len, listing);
	return listing_fetch(call, listing_choose(call,
	    search->replies.found, cursor, paging, &listing->more), paging,
	    listing);
}

static const struct fault *
list_messages(struct call *call, const void *arguments, void *result)
{
	const struct list_args		*args = arguments;
	const struct paging		 paging = PAGING(args);
	const struct imap_search	 filter = {
		.unread = args->unread, .flagged = args->flagged,
		.since = args->since, .before = args->before
	};
	struct imap_criteria		 criteria;
	struct imap_command		*search;
	const struct fault		*bad;
	struct cursor			 cursor;

	if ((bad = imap_search_write(call->arena, &filter, &criteria)) != NULL
	    || (bad = listing_cursor(call, &paging, &cursor)) != NULL ||
	    (bad = open_folder(call, args->folder, &cursor,
	    is_filtered(args) ? &criteria : NULL, &search)) != NULL)
		return bad;
	return (is_filtered(args) ? list_found : list_all)(call, search,
	    &cursor, &paging, result);
}

const struct tool	 tool_list_messages = {
	.name = "list_mail_messages", .title = "List mail",
	.description = "A folder's newest messages.",
	.scope = "mail:read", .read_only = true, .idempotent = true,
	.open_world = true, .input = list_rows,
	.input_size = sizeof(struct list_args), .output = listing_rows,
	.output_size = sizeof(struct listing), .handler = list_messages
};
