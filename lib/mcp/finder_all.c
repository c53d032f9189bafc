#include "mcp/finder_all.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "mail/folder.h"
#include "mail/imap_quote.h"
#include "mail/imap_session.h"
#include "mcp/call.h"
#include "mcp/excerpt.h"
#include "mcp/finder.h"
#include "mcp/listing.h"
#include "mcp/places.h"
#include "mcp/progress.h"
#include "mcp/summary.h"

enum { SKIPPED_CHARS = 4000 };	/* of names in not_searched */

/* A match, and where and when. */
struct hit {
	size_t		 place;		/* of the folder in the list */
	uint32_t	 uid;
	int64_t		 received;
};

struct hits {
	struct hit	*at;
	size_t		 len;
	size_t		 size;
};

/* A search through all folders on its way. */
struct tour {
	struct call		*call;
	const struct finder	*finder;
	const struct paging	*paging;
	struct listing		*listing;
	struct folders		 folders;
	struct hits		 hits;
	const char		*note;
	size_t			 skipped;	/* folders not searched */
	size_t			 spent;		/* on their names */
};

static int
compare_newest_first(const void *a, const void *b)
{
	const struct hit	*first = a, *second = b;

	if (first->received != second->received)
		return first->received < second->received ? 1 : -1;
	if (first->place != second->place)
		return first->place > second->place ? 1 : -1;
	return (first->uid < second->uid) - (first->uid > second->uid);
}

static void
add_hit(struct tour *tour, struct hit hit)
{
	struct hit	*grown;

	if (tour->hits.len == tour->hits.size) {
		tour->hits.size = tour->hits.size * 2 + 64;
		grown = arena_array(tour->call->arena, tour->hits.size,
		    sizeof(*grown));
		if (tour->hits.len > 0)
			memcpy(grown, tour->hits.at,
			    tour->hits.len * sizeof(*grown));
		tour->hits.at = grown;
	}
	tour->hits.at[tour->hits.len++] = hit;
}

/* When the newest matches of the open folder were received: as many as could
 * stand on the page. */
static const struct fault *
date_hits(struct tour *tour, size_t place, struct uids found)
{
	const struct paging		 most = { .page = 1,
		.per_page = tour->paging->page * tour->paging->per_page };
	const struct cursor		 first = { .page = 1 };
	const struct imap_message	*message;
	const struct imap_command	*fetch;
	const struct fault		*bad;
	struct buf			 text;
	struct uids			 newest;
	bool				 more;

	newest = listing_choose(tour->call, found, &first, &most, &more);
	if (newest.len == 0)
		return NULL;
	buf_start(&text, tour->call->arena);
	buf_text(&text, "UID FETCH ");
	imap_uid_set(&text, newest);
	buf_text(&text, " (UID INTERNALDATE)");
	fetch = imap_queue(tour->call->imap, tour->call->arena, &text);
	if ((bad = imap_run(tour->call->imap)) != NULL ||
	    (bad = imap_command_fault(tour->call->arena, fetch,
	    "look at the messages")) != NULL)
		return bad;
	for (message = fetch->replies.messages; message != NULL;
	    message = message->next)
		if (message->has_received && message->uid != 0)
			add_hit(tour, (struct hit){ place, message->uid,
			    message->received.seconds });
	return NULL;
}

/* Why no folder more can be searched, or NULL. */
static const char *
find_shortage(const struct call *call)
{
	if (clock_ms() + FINDER_SPARE_MS > call->deadline)
		return "There was not time for all folders.";
	if (arena_size(call->arena) > FINDER_ALL_BYTES)
		return "There was not room for all folders.";
	return NULL;
}

/* Names what was left out, as far as there is room for names; all are counted.
 */
static void
skip(struct tour *tour, const struct folder *folder)
{
	tour->skipped++;
	tour->spent += excerpt_cost(folder->name);
	if (tour->spent <= SKIPPED_CHARS)
		texts_add(tour->call->arena, &tour->listing->not_searched,
		    folder->name);
}

/* Says of how many folders the names were too many. */
static void
tell_skipped(struct tour *tour)
{
	size_t	 named = tour->listing->not_searched.len;

	if (tour->skipped == named)
		return;
	tour->note = text_format(tour->call->arena,
	    "%s%s%zu more folders were not searched.",
	    tour->note == NULL ? "" : tour->note,
	    tour->note == NULL ? "" : " ", tour->skipped - named);
}

/* A folder that the server does not let us search is named, and the others
 * searched; a broken session ends it. */
static const struct fault *
visit(struct tour *tour, size_t place)
{
	const struct folder	*folder = &tour->folders.at[place];
	const struct fault	*bad;
	struct finding		 finding;
	const char		*note;

	if ((note = find_shortage(tour->call)) != NULL) {
		tour->note = note;
		skip(tour, folder);
		return NULL;
	}
	bad = finder_run(tour->call, tour->finder, NULL, folder->wire,
	    &finding);
	if (bad != NULL && imap_is_usable(tour->call->imap) &&
	    bad->kind != FAULT_UNSUPPORTED) {
		skip(tour, folder);
		return NULL;
	}
	if (bad != NULL)
		return bad;
	tour->note = tour->note != NULL ? tour->note : finding.note;
	tour->listing->total += (int64_t)finding.uids.len;
	return date_hits(tour, place, finding.uids);
}

/* The chosen of one folder, put where they stand in the list. */
static const struct fault *
fill_place(struct tour *tour, size_t place, const struct hit *chosen,
    size_t len, struct summary *list)
{
	struct call		*call = tour->call;
	const struct summary	*told;
	const struct imap_box	*box;
	const struct fault	*bad;
	struct listing		 part = { 0 };
	struct uids		 uids;
	size_t			 i, j;

	uids.at = arena_array(call->arena, len, sizeof(*uids.at));
	for (i = uids.len = 0; i < len; i++)
		if (chosen[i].place == place)
			uids.at[uids.len++] = chosen[i].uid;
	if (uids.len == 0)
		return NULL;
	(void)imap_queue_open(call->imap, call->arena,
	    tour->folders.at[place].wire, false);
	bad = listing_fetch(call, uids, tour->paging, &part);
	if (bad != NULL)
		return bad;
	box = imap_box(call->imap);
	told = part.messages.at;
	for (i = 0; i < len; i++)
		for (j = 0; j < part.messages.len; j++)
			if (chosen[i].place == place &&
			    told[j].uid == chosen[i].uid) {
				list[i] = told[j];
				list[i].folder =
				    tour->folders.at[place].name;
				list[i].uidvalidity = box->uidvalidity;
			}
	return NULL;
}

static const struct fault *
fill_page(struct tour *tour)
{
	const struct fault	*bad;
	struct summary		*list;
	size_t			 first, len, i, n;

	if (tour->hits.len > 0)
		qsort(tour->hits.at, tour->hits.len, sizeof(*tour->hits.at),
		    compare_newest_first);
	first = (size_t)((tour->paging->page - 1) * tour->paging->per_page);
	if (first >= tour->hits.len)
		return NULL;
	len = tour->hits.len - first;
	if (len > (size_t)tour->paging->per_page)
		len = (size_t)tour->paging->per_page;
	list = arena_array(tour->call->arena, len, sizeof(*list));
	for (i = 0; i < tour->folders.len; i++)
		if ((bad = fill_place(tour, i, tour->hits.at + first, len,
		    list)) != NULL)
			return bad;
	for (i = n = 0; i < len; i++)
		if (list[i].uid != 0)
			list[n++] = list[i];
	tour->listing->messages = (struct objects){ list, n };
	return NULL;
}

static const struct fault *
check_page(struct call *call, const struct paging *paging)
{
	if (!text_is_empty(paging->cursor))
		return fault_hint(call->arena, fault_make(call->arena,
		    FAULT_ARGUMENT, "a search of all folders goes on by page"),
		    "Give the next page instead of cursor.");
	if (paging->page * paging->per_page > FINDER_ALL_MOST)
		return fault_make(call->arena, FAULT_ARGUMENT,
		    "a search of all folders shows its newest %d matches: "
		    "narrow it, or search one folder", FINDER_ALL_MOST);
	return NULL;
}

const struct fault *
finder_all_run(struct call *call, const struct finder *finder,
    const struct paging *paging, struct listing *listing)
{
	struct tour		 tour = {
		.call = call, .finder = finder, .paging = paging,
		.listing = listing
	};
	const struct fault	*bad;
	bool			 allowed, hidden = false;
	size_t			 i;

	if ((bad = check_page(call, paging)) != NULL ||
	    (bad = call_imap(call)) != NULL ||
	    (bad = folder_list(call->imap, call->arena, NULL, false,
	    &tour.folders)) != NULL)
		return bad;
	listing->account = call->account->address;
	listing->folder = "\\All";
	listing->page = paging->page;
	listing->per_page = paging->per_page;
	for (i = 0; i < tour.folders.len; i++) {
		progress_tell(call, (int64_t)i, (int64_t)tour.folders.len,
		    "Searching all folders");
		bad = call_allows(call, tour.folders.at[i].wire, &allowed);
		if (bad == NULL && allowed && tour.folders.at[i].selectable)
			bad = visit(&tour, i);
		if (bad != NULL)
			return bad;
		hidden = hidden || (tour.folders.at[i].selectable && !allowed);
	}
	if ((bad = fill_page(&tour)) != NULL)
		return bad;
	tell_skipped(&tour);
	if (hidden)
		tour.note = text_format(call->arena, "%s%s" PLACES_HIDDEN,
		    tour.note == NULL ? "" : tour.note,
		    tour.note == NULL ? "" : " ");
	listing->note = tour.note;
	return NULL;
}
