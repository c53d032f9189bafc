#include "mcp/tool_unanswered.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "mail/folder.h"
#include "mail/imap_quote.h"
#include "mail/imap_search.h"
#include "mail/imap_session.h"
#include "mail/kin.h"
#include "mcp/alike.h"
#include "mcp/call.h"
#include "mcp/letter.h"
#include "mcp/listing.h"
#include "mcp/places.h"
#include "mcp/summary.h"
#include "mcp/tool.h"
#include "mcp/waiting.h"

enum {
	WINDOW = 500,			/* newest messages of the folder */
	SENT_WINDOW = 1000,		/* likewise, of \Sent */
	IDS_MOST = 20000,
	DAY_SECONDS = 24 * 60 * 60
};

struct unanswered_args {
	const char	*folder;
	const char	*since;
	int64_t		 limit;
	const char	*cursor;
};

/* A summary, and why it is there. */
struct unanswered {
	struct summary	 summary;	/* first */
	const char	*addressed;	/* the user is in "to" or "cc" */
	int64_t		 waiting_days;
};

struct unanswered_answer {
	const char	*account;
	const char	*folder;
	int64_t		 uidvalidity;
	int64_t		 total;
	const char	*next_cursor;
	struct object	 defaults;	/* struct summary */
	struct objects	 messages;	/* struct unanswered */
	const char	*note;
};

static const struct field	 unanswered_rows[] = {
	{ FIELD(struct unanswered_args, folder), .preset = "INBOX",
	  .bare = true },
	{ FIELD(struct unanswered_args, since), .most = 40 },
	{ FIELD(struct unanswered_args, limit), .least = 1,
	  .most = UINT32_MAX },
	{ FIELD(struct unanswered_args, cursor), .most = 40 },
	{ FIELD_END }
};

static const struct field	 message_rows[] = {
	SUMMARY_ROWS,
	{ FIELD(struct unanswered, addressed) },
	{ FIELD(struct unanswered, waiting_days), .present = true },
	{ FIELD_END }
};

static const struct field	 answer_rows[] = {
	{ FIELD(struct unanswered_answer, account) },
	{ FIELD(struct unanswered_answer, folder) },
	{ FIELD(struct unanswered_answer, uidvalidity) },
	{ FIELD(struct unanswered_answer, total) },
	{ FIELD(struct unanswered_answer, next_cursor) },
	{ FIELD(struct unanswered_answer, defaults), ALIKE },
	{ FIELD(struct unanswered_answer, messages), .present = true,
	  .bare = true, .rows = message_rows,
	  .size = sizeof(struct unanswered) },
	{ FIELD(struct unanswered_answer, note) },
	{ FIELD_END }
};

/* A look through the folder on its way. */
struct review {
	struct call			*call;
	const struct unanswered_args	*args;
	struct paging			 paging;
	struct cursor			 cursor;
	const char			*wire;
	struct folder_query		 folders;
	uint32_t			 below;	/* UIDs are below; 0: all */
	struct kin			*kin;
	struct letter			*letters;
	size_t				 len;
	struct texts			 notes;
};

/* UID SEARCH in the folder that is open, for its newest messages since. */
static struct imap_command *
queue_search(struct review *review, uint32_t below, int64_t since,
    int64_t low)
{
	struct imap_criteria	 criteria = { .utf8 = false };
	struct buf		*keys = &criteria.keys;

	buf_start(keys, review->call->arena);
	buf_text(keys, "UNDELETED");
	if (low > 1)
		buf_format(keys, " %lld:*", (long long)low);
	if (below > 0)
		buf_format(keys, " UID 1:%lu", (unsigned long)below - 1);
	if (since > 0) {
		buf_text(keys, " SINCE ");
		imap_date(keys, since);
	}
	return imap_search_queue(review->call->imap, review->call->arena,
	    &criteria, false);
}

/* Reads the newest of those that a search found. */
static const struct fault *
read_letters(struct review *review, struct uids found, int64_t most,
    bool is_sent)
{
	const struct paging		 window = { .page = 1,
					    .per_page = most };
	const struct cursor		 first = { .page = 1 };
	const struct imap_message	*message;
	const struct imap_command	*fetch;
	struct call			*call = review->call;
	const struct fault		*bad;
	struct uids			 newest;
	struct buf			 text;
	bool				 more;
	size_t				 i;

	newest = listing_choose(call, found, &first, &window, &more);
	if (newest.len == 0)
		return NULL;
	buf_start(&text, call->arena);
	buf_text(&text, "UID FETCH ");
	imap_uid_set(&text, newest);
	buf_byte(&text, ' ');
	letter_items(&text, is_sent);
	fetch = imap_queue(call->imap, call->arena, &text);
	if ((bad = imap_run(call->imap)) != NULL ||
	    (bad = imap_command_fault(call->arena, fetch,
	    "look at the messages")) != NULL)
		return bad;
	for (i = 0; i < newest.len; i++)
		if ((message = imap_find_message(&fetch->replies,
		    newest.at[i])) != NULL &&
		    letter_read(call, review->kin, message, is_sent,
		    &review->letters[review->len]))
			review->len++;
	return NULL;
}

/* The number of the oldest message of the window in a folder of so many; 0 or
 * less: all of them count. */
static int64_t
find_low(int64_t since, int64_t exists)
{
	return since == 0 && exists > WINDOW ? exists - WINDOW + 1 : 0;
}

/*
 * Opens the folder and searches it, by the numbers that it has if it is as the
 * session last saw it, and asks what other folders there are: *search is NULL
 * where that was not to be guessed, or *low is not what it should have been.
 */
static const struct fault *
open_folder(struct review *review, int64_t since,
    const struct imap_command **search, int64_t *low)
{
	struct call			*call = review->call;
	const struct imap_command	*opened;
	const struct fault		*bad;
	uint32_t			 guess;

	if ((bad = call_folder(call, review->args->folder, &review->wire))
	    != NULL)
		return bad;
	guess = imap_guess_exists(call->imap, review->wire);
	*low = find_low(since, guess);
	places_query(call, &review->folders);
	/* What came since it was opened is to be seen, too. */
	imap_forget_folder(call->imap);
	opened = imap_queue_open(call->imap, call->arena, review->wire,
	    false);
	*search = since == 0 && guess == 0 ? NULL :
	    queue_search(review, review->cursor.below, since, *low);
	if ((bad = imap_run(call->imap)) != NULL ||
	    (bad = call_check_open(call, opened, review->args->folder, 0))
	    != NULL)
		return bad;
	guess = imap_box(call->imap)->exists;
	if (find_low(since, guess) != *low)
		*search = NULL;
	*low = find_low(since, guess);
	return NULL;
}

/* The UIDs of those to look at. */
static const struct fault *
search_folder(struct review *review, int64_t since, struct uids *found)
{
	struct call			*call = review->call;
	const struct imap_command	*search;
	const struct imap_box		*box;
	const struct fault		*bad;
	int64_t				 low;

	if ((bad = open_folder(review, since, &search, &low)) != NULL)
		return bad;
	box = imap_box(call->imap);
	if ((bad = listing_check(call, &review->cursor, box)) != NULL)
		return bad;
	review->below = review->cursor.below != 0 ? review->cursor.below :
	    box->uidnext;
	if (box->exists == 0)
		return NULL;
	if (search == NULL) {
		search = queue_search(review, review->cursor.below, since,
		    low);
		if ((bad = imap_run(call->imap)) != NULL)
			return bad;
	}
	bad = imap_command_fault(call->arena, search, "search the folder");
	if (bad != NULL)
		return bad;
	*found = search->replies.found;
	if (low > 1 || found->len > WINDOW)
		texts_add(call->arena, &review->notes, text_format(
		    call->arena, "Only the newest %d messages were looked "
		    "at.", WINDOW));
	return NULL;
}

static const struct fault *
read_folder(struct review *review)
{
	const struct fault	*bad;
	struct uids		 found = { NULL, 0 };
	int64_t			 since = 0;
	uint32_t		 newest = 0;
	size_t			 i;

	if (!text_is_empty(review->args->since) &&
	    !imap_search_day(review->args->since, &since))
		return imap_search_day_fault(review->call->arena, "since");
	if ((bad = search_folder(review, since, &found)) != NULL)
		return bad;
	for (i = 0; review->below == 0 && i < found.len; i++)
		if (found.at[i] >= newest)
			newest = found.at[i] + 1;
	if (review->below == 0)
		review->below = newest;
	return read_letters(review, found, WINDOW, false);
}

/* What the user sent since the oldest letter that may wait. */
static const struct fault *
read_sent(struct review *review, int64_t since)
{
	static const char *const	 sent[] = { "\\Sent", NULL };
	static const char *const	 none[] = { NULL };
	const struct places_wish	 wish = {
		.roles = sent, .but = none, .most = 1
	};
	struct call			*call = review->call;
	struct imap_command		*search;
	const struct fault		*bad;
	struct places			 places;

	bad = places_read(call, &review->folders, &wish, &places);
	if (bad != NULL)
		return bad;
	if (places.len == 0) {
		texts_add(call->arena, &review->notes, places.hidden ?
		    "The user keeps the sent mail from this connection: some "
		    "may have been answered." : "There is no sent mail to "
		    "look at: some may have been answered.");
		return NULL;
	}
	(void)imap_queue_open(call->imap, call->arena, places.at[0].wire,
	    false);
	search = queue_search(review, 0, since > DAY_SECONDS ?
	    since - DAY_SECONDS : 0, 0);
	if ((bad = imap_run(call->imap)) != NULL ||
	    (bad = imap_command_fault(call->arena, search,
	    "search the sent mail")) != NULL)
		return bad;
	if (search->replies.found.len > SENT_WINDOW)
		texts_add(call->arena, &review->notes, text_format(
		    call->arena, "Of the sent mail only the newest %d "
		    "messages were looked at.", SENT_WINDOW));
	return read_letters(review, search->replies.found, SENT_WINDOW, true);
}

/* When the oldest of those came that wait as far as the folder tells, or -1
 * where none does. */
static int64_t
find_oldest(struct review *review)
{
	struct letter	*copy;
	int64_t		 oldest = -1;
	size_t		 i, len;

	copy = arena_array(review->call->arena, review->len, sizeof(*copy));
	for (i = 0; i < review->len; i++)
		copy[i] = review->letters[i];
	len = waiting_choose(review->kin, copy, review->len);
	for (i = 0; i < len; i++)
		if (oldest < 0 || copy[i].seconds < oldest)
			oldest = copy[i].seconds < 0 ? 0 : copy[i].seconds;
	return oldest;
}

/* The page's summaries, in the order of the letters. */
static const struct fault *
fill_page(struct review *review, const struct letter *letters, size_t len,
    struct unanswered_answer *answer)
{
	struct call		*call = review->call;
	const struct summary	*told;
	const struct fault	*bad;
	struct unanswered	*list;
	struct listing		 listing = { 0 };
	struct uids		 uids = { 0 };
	size_t			 i, j;

	list = arena_array(call->arena, len, sizeof(*list));
	uids.at = arena_array(call->arena, len, sizeof(*uids.at));
	for (i = 0; i < len; i++)
		uids.at[uids.len++] = letters[i].uid;
	(void)imap_queue_open(call->imap, call->arena, review->wire, false);
	if ((bad = listing_fetch(call, uids, &review->paging, &listing))
	    != NULL)
		return bad;
	listing_settle(call, &listing);
	answer->defaults = listing.defaults;
	told = listing.messages.at;
	for (i = j = 0; i < len && j < listing.messages.len; i++) {
		if (told[j].uid != letters[i].uid)
			continue;
		list[j].summary = told[j];
		list[j].addressed = letters[i].address == LETTER_TO ? "to" :
		    "cc";
		list[j].waiting_days = letters[i].seconds > clock_now() ? 0 :
		    (clock_now() - letters[i].seconds) / DAY_SECONDS;
		j++;
	}
	answer->messages = (struct objects){ list, j };
	return NULL;
}

static const struct fault *
answer_page(struct review *review, uint32_t uidvalidity,
    struct unanswered_answer *answer)
{
	struct call	*call = review->call;
	size_t		 total, first, len;

	total = waiting_choose(review->kin, review->letters, review->len);
	first = (size_t)((review->cursor.page - 1) * review->paging.per_page);
	if (first > total)
		first = total;
	len = total - first;
	if (len > (size_t)review->paging.per_page)
		len = (size_t)review->paging.per_page;
	if (first + len < total && review->below > 1)
		answer->next_cursor = text_format(call->arena,
		    "%lu.%lu.%lld", (unsigned long)uidvalidity,
		    (unsigned long)review->below,
		    (long long)review->cursor.page + 1);
	answer->account = call->account->address;
	answer->folder = folder_decode(call->arena, review->wire);
	answer->uidvalidity = uidvalidity;
	answer->total = (int64_t)total;
	if (review->notes.len > 0)
		answer->note = texts_join(call->arena, review->notes, " ");
	return len == 0 ? NULL : fill_page(review, review->letters + first,
	    len, answer);
}

static const struct fault *
find_unanswered(struct call *call, const void *arguments, void *result)
{
	struct review		 review = {
		.call = call, .args = arguments
	};
	const struct fault	*bad;
	int64_t			 oldest;
	uint32_t		 uidvalidity;

	review.paging = (struct paging){ .page = 1,
	    .per_page = LISTING_PER_PAGE, .cursor = review.args->cursor };
	if (review.args->limit > LISTING_PER_PAGE_MOST)
		return fault_make(call->arena, FAULT_ARGUMENT,
		    "limit is at most %d: go on with next_cursor",
		    LISTING_PER_PAGE_MOST);
	if (review.args->limit > 0)
		review.paging.per_page = review.args->limit;
	review.kin = kin_open(call->arena, IDS_MOST);
	review.letters = arena_array(call->arena, WINDOW + SENT_WINDOW,
	    sizeof(*review.letters));
	if ((bad = listing_cursor(call, &review.paging, &review.cursor))
	    != NULL || (bad = read_folder(&review)) != NULL)
		return bad;
	uidvalidity = imap_box(call->imap)->uidvalidity;
	if ((oldest = find_oldest(&review)) >= 0 &&
	    (bad = read_sent(&review, oldest)) != NULL)
		return bad;
	return answer_page(&review, uidvalidity, result);
}

const struct tool	 tool_find_unanswered = {
	.name = "find_unanswered_mail", .title = "Unanswered",
	.description = "People who wait for answers.",
	.scope = "mail:read", .read_only = true, .idempotent = true,
	.open_world = true, .input = unanswered_rows,
	.input_size = sizeof(struct unanswered_args), .output = answer_rows,
	.output_size = sizeof(struct unanswered_answer),
	.handler = find_unanswered
};
