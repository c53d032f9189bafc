#include "mcp/tool_list.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "mail/folder.h"
#include "mail/imap_rest.h"
#include "mail/imap_search.h"
#include "mail/imap_session.h"
#include "mcp/call.h"
#include "mcp/listing.h"
#include "mcp/reopen.h"
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

/* What is asked of a folder, and what of it in the flight that opens it. */
struct look {
	const struct cursor		*cursor;
	const struct paging		*paging;
	const struct imap_command	*opened;	/* NULL: it was open */
	bool				 is_up;		/* since a request
							 * before this one */
	const struct imap_command	*search;	/* or NULL */
	struct listing_page		 guess;		/* the page as it was */
	int64_t				 total;
	int64_t				 first, last;	/* numbers of the page;
							 * last 0: none */
};

/* Which numbers the page has in a folder with so many up to its upper end. */
static void
place_page(struct look *look, int64_t count)
{
	int64_t	 most = look->paging->per_page;

	look->last = count;
	look->first = count > most ? count - most + 1 : 1;
}

/* How many messages stand below a page that is counted from the newest. */
static int64_t
count_page(const struct look *look, int64_t exists)
{
	int64_t	 skip;

	skip = (look->cursor->page - 1) * look->paging->per_page;
	return exists > skip ? exists - skip : 0;
}

static void
queue_page(struct call *call, const struct look *look, const char *more,
    struct listing_page *page)
{
	listing_queue(call, text_format(call->arena, "FETCH %lld:%lld%s",
	    (long long)look->first, (long long)look->last, more),
	    look->paging, page);
}

/*
 * The page by the numbers that it has if the folder is as it was when this
 * session last saw it.  On the first page the newest message comes too, so
 * that one which has arrived since makes no difference.  Not "first:*": that
 * may be any number of messages.
 */
static void
guess_page(struct call *call, const char *wire, struct look *look)
{
	place_page(look, count_page(look, imap_guess_exists(call->imap,
	    wire)));
	if (look->last > 0)
		queue_page(call, look, look->cursor->page == 1 ? ",*" : "",
		    &look->guess);
}

/*
 * Opens the folder, or asks one that is open what is new, so that EXISTS and
 * the sequence numbers below it are the server's own: none can go away before
 * the FETCH by number that follows.
 */
static const struct fault *
ask_folder(struct call *call, const char *folder, const char *wire,
    const struct imap_criteria *criteria, struct look *look)
{
	const struct fault	*bad;

	look->opened = imap_queue_open(call->imap, call->arena, wire, false);
	if (look->opened == NULL && !look->is_up)
		imap_queue_stir(call->imap, call->arena);
	look->search = queue_search(call, look->cursor, criteria);
	if ((look->opened != NULL || look->is_up) && look->search == NULL)
		guess_page(call, wire, look);
	if (look->is_up)
		imap_queue_stir(call->imap, call->arena);
	if ((bad = call_run(call)) != NULL)
		return bad;
	return look->is_up ? NULL : call_check_open(call, look->opened, folder,
	    0);
}

/* Whether nothing has happened in a folder that stayed open. */
static bool
stood_still(const struct call *call, const struct look *look)
{
	const struct imap_box	*box = imap_box(call->imap);

	return box != NULL && !imap_has_stirred(call->imap) &&
	    (look->cursor->below == 0 ||
	    look->cursor->uidvalidity == box->uidvalidity) &&
	    (look->search == NULL || look->search->outcome == IMAP_OK) &&
	    (look->guess.fetch == NULL ||
	    look->guess.fetch->outcome == IMAP_OK);
}

/* And whether the answer is to this cursor. */
static const struct fault *
ask_checked(struct call *call, const char *folder, const char *wire,
    const struct imap_criteria *criteria, struct look *look)
{
	const struct fault	*bad;

	bad = ask_folder(call, folder, wire, criteria, look);
	if (look->is_up && (bad != NULL || !stood_still(call, look))) {
		look->is_up = false;
		look->guess.fetch = NULL;
		bad = reopen_folder(call, folder, bad, &wire);
		if (bad == NULL)
			bad = ask_folder(call, folder, wire, criteria, look);
	}
	if (bad != NULL || (bad = listing_check(call, look->cursor,
	    imap_box(call->imap))) != NULL)
		return bad;
	return look->search == NULL ? NULL : imap_command_fault(call->arena,
	    look->search, "search the folder");
}

static const struct fault *
open_folder(struct call *call, const char *folder,
    const struct imap_criteria *criteria, struct look *look)
{
	const struct fault	*bad;
	const char		*wire;

	bad = (criteria == NULL && look->cursor->below == 0 ?
	    call_folder_ahead : call_folder)(call, folder, &wire);
	if (bad != NULL)
		return bad;
	look->is_up = imap_take_up(call->imap, wire);
	return ask_checked(call, folder, wire, criteria, look);
}

/* How many messages stand below the page's upper end. */
static int64_t
count_below(const struct look *look)
{
	int64_t	 count;

	if (look->search == NULL)
		return count_page(look, look->total);
	count = look->search->replies.count >= 0 ?
	    look->search->replies.count :
	    (int64_t)look->search->replies.found.len;
	return count > look->total ? look->total : count;
}

/* The UIDs of the page that a FETCH by number told, newest first; those of
 * any number, where that was a FETCH of this page. */
static struct uids
fetched_uids(struct call *call, const struct look *look,
    const struct imap_replies *replies, bool any_number)
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
		if (message->envelope != NULL && message->uid != 0 &&
		    (any_number || (message->sequence >= look->first &&
		    message->sequence <= look->last)))
			uids.at[uids.len++] = message->uid;
	return listing_choose(call, uids, &all, look->paging, &more);
}

/* The page as the guess has brought it, whole; false: it must be fetched.
 * Numbers are good for the folder as this flight opened it, unless they have
 * moved or it was opened once more. */
static bool
take_guess(struct call *call, struct look *look, struct uids *uids)
{
	const struct imap_command	*fetch = look->guess.fetch;
	const struct imap_box		*box = imap_box(call->imap);
	const struct imap_box		*opened;

	opened = look->opened == NULL ? box : look->opened->box;
	if (fetch == NULL || fetch->outcome != IMAP_OK ||
	    fetch->replies.has_moved ||
	    opened->uidvalidity != box->uidvalidity ||
	    opened->exists != box->opened_exists)
		return false;
	look->total = opened->exists;
	place_page(look, count_page(look, look->total));
	*uids = fetched_uids(call, look, &fetch->replies, false);
	return (int64_t)uids->len == look->last - look->first + 1;
}

static const struct fault *
list_all(struct call *call, struct look *look, struct listing *listing)
{
	const struct fault	*bad;
	struct listing_page	 page = look->guess;
	struct uids		 uids;
	bool			 is_there;

	is_there = take_guess(call, look, &uids);
	if (!is_there) {
		look->total = imap_box(call->imap)->exists;
		place_page(look, count_below(look));
	}
	listing_start(call, look->cursor, look->paging, look->total, listing);
	if (look->last == 0)
		return NULL;
	if (!is_there) {
		queue_page(call, look, "", &page);
		if ((bad = imap_run(call->imap)) != NULL ||
		    (bad = imap_command_fault(call->arena, page.fetch,
		    "list the folder")) != NULL)
			return bad;
		uids = fetched_uids(call, look, &page.fetch->replies, true);
	}
	listing->more = look->first > 1;
	return listing_fill(call, &page, uids, look->paging, listing);
}

static const struct fault *
list_found(struct call *call, struct look *look, struct listing *listing)
{
	const struct uids	 found = look->search->replies.found;

	listing_start(call, look->cursor, look->paging, (int64_t)found.len,
	    listing);
	return listing_fetch(call, listing_choose(call, found, look->cursor,
	    look->paging, &listing->more), look->paging, listing);
}

/* That a folder which stayed open has another name now, Dovecot may notice
 * only when it is asked for the messages. */
static const struct fault *
list_look(struct call *call, const struct list_args *args,
    const struct imap_criteria *criteria, struct look *look,
    struct listing *listing)
{
	const struct fault	*bad;
	const char		*wire;

	bad = (criteria != NULL ? list_found : list_all)(call, look, listing);
	if (bad == NULL || !look->is_up || (bad = reopen_folder(call,
	    args->folder, bad, &wire)) != NULL)
		return bad;
	look->is_up = false;
	look->guess.fetch = NULL;
	bad = ask_checked(call, args->folder, wire, criteria, look);
	return bad != NULL ? bad : (criteria != NULL ? list_found : list_all)(
	    call, look, listing);
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
	struct cursor			 cursor;
	struct look			 look = { .cursor = &cursor,
					    .paging = &paging };
	struct imap_criteria		 criteria;
	const struct fault		*bad;

	if ((bad = imap_search_write(call->arena, &filter, &criteria)) != NULL
	    || (bad = listing_cursor(call, &paging, &cursor)) != NULL ||
	    (bad = open_folder(call, args->folder,
	    is_filtered(args) ? &criteria : NULL, &look)) != NULL)
		return bad;
	bad = list_look(call, args, is_filtered(args) ? &criteria : NULL,
	    &look, result);
	listing_settle(call, result);
	return bad;
}

const struct tool	 tool_list_messages = {
	.name = "list_mail_messages", .title = "List mail",
	.description = "A folder's newest messages.",
	.scope = "mail:read", .read_only = true, .idempotent = true,
	.open_world = true, .input = list_rows,
	.input_size = sizeof(struct list_args), .output = listing_rows,
	.output_size = sizeof(struct listing), .handler = list_messages
};
