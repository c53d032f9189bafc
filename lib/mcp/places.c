#include "mcp/places.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "mail/folder.h"
#include "mail/imap_quote.h"
#include "mail/imap_session.h"
#include "mcp/call.h"

static bool
is_wanted(const struct places_wish *wish, const struct folder *folder)
{
	if (!folder->selectable)
		return false;
	if (wish->first != NULL && text_equal(folder->wire, wish->first))
		return true;
	if (folder->role == NULL)
		return wish->others;
	return !text_is_among(folder->role, wish->but) &&
	    (wish->others || text_is_among(folder->role, wish->roles));
}

/* Where a folder stands: the first, then by its role, then the others. */
static size_t
find_rank(const struct places_wish *wish, const struct folder *folder)
{
	size_t	 i;

	if (wish->first != NULL && text_equal(folder->wire, wish->first))
		return 0;
	for (i = 0; wish->roles[i] != NULL; i++)
		if (folder->role != NULL &&
		    text_equal(folder->role, wish->roles[i]))
			break;
	return i + 1;
}

static void
add_place(struct places *places, const struct folder *folder, size_t most)
{
	if (places->len == most) {
		places->more++;
		return;
	}
	places->at[places->len++] = (struct place){
		.name = folder->name, .wire = folder->wire,
		.role = folder->role
	};
	if (folder->messages < 0)
		return;
	places->at[places->len - 1].messages = folder->messages;
	places->at[places->len - 1].uidvalidity = folder->uidvalidity;
}

static void
keep_wanted(const struct places_wish *wish, struct folders *folders)
{
	size_t	 i, n;

	for (i = n = 0; i < folders->len; i++)
		if (is_wanted(wish, &folders->at[i]))
			folders->at[n++] = folders->at[i];
	folders->len = n;
}

static void
choose(struct call *call, const struct places_wish *wish,
    const struct folders *folders, struct places *places)
{
	size_t	 i, rank, ranks;

	*places = (struct places){ 0 };
	places->at = arena_array(call->arena, wish->most,
	    sizeof(*places->at));
	for (ranks = 0; wish->roles[ranks] != NULL; ranks++)
		continue;
	for (rank = 0; rank <= ranks + 1; rank++)
		for (i = 0; i < folders->len; i++)
			if (find_rank(wish, &folders->at[i]) == rank)
				add_place(places, &folders->at[i],
				    wish->most);
}

/* How much is in each, by a STATUS each. */
static const struct fault *
measure(struct call *call, struct places *places)
{
	const struct imap_status	*status;
	struct imap_command		**commands;
	const struct fault		*bad;
	struct buf			 text;
	size_t				 i;

	commands = arena_array(call->arena, places->len, sizeof(*commands));
	for (i = 0; i < places->len; i++) {
		buf_start(&text, call->arena);
		buf_text(&text, "STATUS ");
		imap_astring(&text, places->at[i].wire);
		buf_text(&text, " (MESSAGES UIDVALIDITY)");
		commands[i] = imap_queue(call->imap, call->arena, &text);
	}
	if ((bad = imap_run(call->imap)) != NULL)
		return bad;
	for (i = 0; i < places->len; i++) {
		if ((status = commands[i]->replies.statuses) == NULL)
			continue;
		places->at[i].messages = status->messages;
		places->at[i].uidvalidity = status->uidvalidity;
	}
	return NULL;
}

/* Those that are empty or can't be asked are dropped. */
static void
drop_empty(const struct places_wish *wish, struct places *places)
{
	size_t	 i, n;

	for (i = n = 0; i < places->len; i++)
		if (places->at[i].messages > 0 || (wish->first != NULL &&
		    text_equal(places->at[i].wire, wish->first)))
			places->at[n++] = places->at[i];
	places->len = n;
}

void
places_query(struct call *call, struct folder_query *query)
{
	/* Gmail takes its time for each. */
	folder_query_sizes(call->imap, call->arena, imap_can(call->imap,
	    IMAP_CAN_GMAIL) ? 0 : PLACES_COUNTED_MOST, query);
}

const struct fault *
places_read(struct call *call, const struct folder_query *query,
    const struct places_wish *wish, struct places *places)
{
	const struct fault	*bad;
	struct folders		 folders;
	size_t			 wanted;

	bad = folder_query_all(call->imap, call->arena, query, &folders);
	if (bad != NULL)
		return bad;
	keep_wanted(wish, &folders);
	wanted = folders.len;
	if ((bad = call_keep_allowed(call, &folders)) != NULL)
		return bad;
	choose(call, wish, &folders, places);
	places->hidden = folders.len < wanted;
	if (query->list->replies.statuses == NULL &&
	    (bad = measure(call, places)) != NULL)
		return bad;
	drop_empty(wish, places);
	return NULL;
}

const struct fault *
places_find(struct call *call, const struct places_wish *wish,
    struct places *places)
{
	const struct fault	*bad;
	struct folder_query	 query;

	if ((bad = call_imap(call)) != NULL)
		return bad;
	places_query(call, &query);
	if ((bad = imap_run(call->imap)) != NULL)
		return bad;
	return places_read(call, &query, wish, places);
}
