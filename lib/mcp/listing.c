#include "mcp/listing.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "mail/folder.h"
#include "mail/imap_quote.h"
#include "mail/imap_session.h"
#include "mcp/alike.h"
#include "mcp/body.h"
#include "mcp/call.h"
#include "mcp/excerpt.h"
#include "mcp/guess.h"
#include "mcp/summary.h"

/* The share of a message that its summary may take where a text follows. */
enum { SUMMARY_CHARS = 1200 };

#define LISTING_ROWS							\
	{ FIELD(struct listing, account) },				\
	{ FIELD(struct listing, folder) },				\
	{ FIELD(struct listing, uidvalidity) },				\
	{ FIELD(struct listing, total), .present = true },		\
	{ FIELD(struct listing, page) },				\
	{ FIELD(struct listing, per_page) },				\
	{ FIELD(struct listing, next_cursor) },				\
	{ FIELD(struct listing, defaults), ALIKE },			\
	{ FIELD(struct listing, messages), .present = true, .bare = true, \
	  .rows = summary_rows, .size = sizeof(struct summary) },	\
	{ FIELD(struct listing, note) }

const struct field	 listing_rows[] = {
	LISTING_ROWS,
	{ FIELD_END }
};

const struct field	 listing_search_rows[] = {
	LISTING_ROWS,
	{ FIELD(struct listing, not_searched) },
	{ FIELD_END }
};

const struct fault *
listing_cursor(struct call *call, const struct paging *paging,
    struct cursor *cursor)
{
	struct texts	 words;
	uint64_t	 numbers[3];
	size_t		 i;

	*cursor = (struct cursor){ .page = paging->page };
	if (text_is_empty(paging->cursor))
		return NULL;
	words = text_split(call->arena, paging->cursor, ".");
	for (i = 0; i < words.len && i < 3; i++)
		if (!text_number(bytes_of(words.at[i]), UINT32_MAX,
		    &numbers[i]))
			break;
	if (words.len != 3 || i != 3 || numbers[1] < 2 || numbers[2] < 2)
		return fault_hint(call->arena, fault_make(call->arena,
		    FAULT_ARGUMENT, "cursor must be the next_cursor of an "
		    "earlier answer, whole"),
		    "Copy it again, or leave cursor out to start anew.");
	cursor->uidvalidity = (uint32_t)numbers[0];
	cursor->below = (uint32_t)numbers[1];
	cursor->page = (int64_t)numbers[2];
	return NULL;
}

const struct fault *
listing_check(struct call *call, const struct cursor *cursor,
    const struct imap_box *box)
{
	if (cursor->below == 0 || cursor->uidvalidity == box->uidvalidity)
		return NULL;
	return fault_hint(call->arena, fault_make(call->arena, FAULT_CHANGED,
	    "the cursor belongs to another folder or to its former UIDs"),
	    "Start again without cursor.");
}

static int
compare_newest_first(const void *a, const void *b)
{
	const uint32_t	*first = a, *second = b;

	return (*first < *second) - (*first > *second);
}

struct uids
listing_choose(struct call *call, struct uids found,
    const struct cursor *cursor, const struct paging *paging, bool *more)
{
	struct uids	 chosen;
	size_t		 skip, i;

	if (found.len > 1)
		qsort(found.at, found.len, sizeof(*found.at),
		    compare_newest_first);
	if (cursor->below != 0) {
		for (skip = 0; skip < found.len; skip++)
			if (found.at[skip] < cursor->below)
				break;
	} else {
		skip = (size_t)((cursor->page - 1) * paging->per_page);
	}
	chosen.at = arena_array(call->arena, (size_t)paging->per_page,
	    sizeof(*chosen.at));
	chosen.len = 0;
	for (i = skip; i < found.len &&
	    chosen.len < (size_t)paging->per_page; i++)
		chosen.at[chosen.len++] = found.at[i];
	*more = i < found.len;
	return chosen;
}

void
listing_start(struct call *call, const struct cursor *cursor,
    const struct paging *paging, int64_t total, struct listing *listing)
{
	const struct imap_box	*box = imap_box(call->imap);

	listing->account = call->account->address;
	listing->folder = folder_decode(call->arena, box->name);
	listing->uidvalidity = box->uidvalidity;
	listing->total = total;
	listing->page = cursor->page;
	listing->per_page = paging->per_page;
}

static const struct fault *
add_bodies(struct call *call, const struct listing_page *page,
    struct summary *list, size_t len, const struct paging *paging)
{
	const struct fault	*bad;
	struct body_fetch	*fetches;
	struct excerpt		 excerpt;
	struct body		 body;
	size_t			 i;

	fetches = arena_array(call->arena, len, sizeof(*fetches));
	for (i = 0; i < len; i++) {
		fetches[i].uid = (uint32_t)list[i].uid;
		fetches[i].form = BODY_PLAIN;
		fetches[i].most = BODY_LIST_BYTES;
		fetches[i].guessed = guess_find(call, page->texts,
		    fetches[i].uid);
		body_queue(call, imap_find_message(&page->fetch->replies,
		    fetches[i].uid)->body, &fetches[i]);
	}
	if ((bad = imap_run(call->imap)) != NULL)
		return bad;
	for (i = 0; i < len; i++) {
		bad = body_read(call, &fetches[i], &body);
		if (bad != NULL && bad->kind == FAULT_MESSAGE)
			continue;
		if (bad != NULL)
			return bad;
		excerpt = excerpt_take(call->arena, body.text, 0,
		    (size_t)paging->max_chars,
		    LISTING_ANSWER_CHARS / 2 / len);
		summary_take_text(&list[i], &body, excerpt);
	}
	return NULL;
}

/* A cursor for what lies below the last one shown. */
static void
put_cursor(struct call *call, struct uids uids, struct listing *listing)
{
	uint32_t	 last;

	if (!listing->more || uids.len == 0 ||
	    (last = uids.at[uids.len - 1]) < 2)
		return;
	listing->next_cursor = text_format(call->arena, "%lld.%lu.%lld",
	    (long long)listing->uidvalidity, (unsigned long)last,
	    (long long)listing->page + 1);
}

void
listing_queue(struct call *call, const char *fetch,
    const struct paging *paging, struct listing_page *page)
{
	struct buf	 text;

	buf_start(&text, call->arena);
	buf_format(&text, "%s ", fetch);
	summary_items(call->imap, &text);
	page->fetch = imap_queue(call->imap, call->arena, &text);
	page->texts = !paging->include_body ? NULL :
	    guess_queue_fetch(call, fetch, false);
}

const struct fault *
listing_fill(struct call *call, const struct listing_page *page,
    struct uids uids, const struct paging *paging, struct listing *listing)
{
	const struct imap_message	*message;
	struct summary			*list;
	size_t				 i, n, budget;

	put_cursor(call, uids, listing);
	list = arena_array(call->arena, uids.len, sizeof(*list));
	listing->messages.at = list;
	if (uids.len == 0)
		return NULL;
	budget = LISTING_ANSWER_CHARS / uids.len;
	if (paging->include_body)
		budget = budget / 2 < SUMMARY_CHARS ? budget / 2 :
		    SUMMARY_CHARS;
	for (i = n = 0; i < uids.len; i++)
		if ((message = imap_find_message(&page->fetch->replies,
		    uids.at[i])) != NULL)
			summary_fill(call, message, budget, &list[n++]);
	listing->messages.len = n;
	if (!paging->include_body || n == 0)
		return NULL;
	return add_bodies(call, page, list, n, paging);
}

void
listing_settle(struct call *call, struct listing *listing)
{
	listing->defaults = alike_settle(call->arena, &listing->messages);
}

const struct fault *
listing_fetch(struct call *call, struct uids uids,
    const struct paging *paging, struct listing *listing)
{
	const struct fault	*bad;
	struct listing_page	 page;
	struct buf		 text;

	if (uids.len == 0)
		return NULL;
	buf_start(&text, call->arena);
	buf_text(&text, "UID FETCH ");
	imap_uid_set(&text, uids);
	listing_queue(call, buf_string(&text), paging, &page);
	if ((bad = imap_run(call->imap)) != NULL ||
	    (bad = imap_command_fault(call->arena, page.fetch,
	    "list the messages")) != NULL)
		return bad;
	return listing_fill(call, &page, uids, paging, listing);
}
