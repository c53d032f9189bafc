#include "mcp/hunt.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "mail/imap_quote.h"
#include "mail/imap_session.h"
#include "mail/kin.h"
#include "mail/relation.h"
#include "mcp/call.h"
#include "mcp/conversation.h"
#include "mcp/guess.h"
#include "mcp/hunt_ask.h"
#include "mcp/progress.h"
#include "mcp/summary.h"

enum {
	FIRST_IDS = 8,			/* that mostly find all others */
	FLIGHT_PLACES = 10,
	SEEN_SLOTS = 16384,
	SEEN_MOST = SEEN_SLOTS / 2
};

void
hunt_start(struct hunt *hunt)
{
	const struct places	*places = &hunt->found->places;
	struct arena		*arena = hunt->call->arena;
	size_t			 i;

	hunt->kin = kin_open(arena, CONVERSATION_IDS_MOST);
	hunt->asked = arena_array(arena, CONVERSATION_IDS_MOST, sizeof(bool));
	hunt->known = arena_array(arena, CONVERSATION_IDS_MOST, sizeof(bool));
	hunt->at_home = arena_array(arena, CONVERSATION_IDS_MOST,
	    sizeof(bool));
	hunt->ids = arena_array(arena, CONVERSATION_ROUND_IDS,
	    sizeof(*hunt->ids));
	hunt->seen = arena_array(arena, SEEN_SLOTS, sizeof(*hunt->seen));
	hunt->found->members = arena_array(arena, CONVERSATION_MOST,
	    sizeof(*hunt->found->members));
	hunt->hunted = arena_array(arena, places->len, sizeof(*hunt->hunted));
	for (i = 0; i < places->len; i++)
		hunt->hunted[i].tests_left = CONVERSATION_TESTS_MOST;
}

/* Whether a message of a place is met for the first time. */
static bool
is_new(struct hunt *hunt, size_t place, uint32_t uid)
{
	uint64_t	 what = (uint64_t)(place + 1) << 32 | uid;
	size_t		 at;

	at = (size_t)(what * 0x9e3779b97f4a7c15u >> 40) % SEEN_SLOTS;
	for (; hunt->seen[at] != 0; at = (at + 1) % SEEN_SLOTS)
		if (hunt->seen[at] == what)
			return false;
	if (hunt->seen_len == SEEN_MOST) {
		hunt->is_cut = true;
		return false;
	}
	hunt->seen[at] = what;
	hunt->seen_len++;
	return true;
}

static void
note_home(struct hunt *hunt, const struct relation *relation)
{
	size_t	 i, at;

	if (relation->id != NULL &&
	    (at = kin_find(hunt->kin, relation->id)) != KIN_NONE)
		hunt->at_home[at] = true;
	for (i = 0; i < relation->parents.len; i++)
		if ((at = kin_find(hunt->kin, relation->parents.at[i])) !=
		    KIN_NONE)
			hunt->at_home[at] = true;
}

void
hunt_take(struct hunt *hunt, size_t place, const struct sighting *sighting,
    const struct imap_message *message)
{
	struct conversation	*found = hunt->found;
	struct relation		 relation;
	struct member		*member;

	hunt->is_cut = hunt->is_cut || found->len == CONVERSATION_MOST;
	if (found->len == CONVERSATION_MOST)
		return;
	relation_read(hunt->call->arena, message, &relation);
	member = &found->members[found->len++];
	*member = member_read(hunt->call->arena, hunt->kin, message,
	    &relation);
	member->place = place;
	if (sighting->whole) {
		member->message = message;
		member->guessed = guess_find(hunt->call, sighting->guess,
		    message->uid);
	}
	if (member->has_id)
		hunt->known[member->id] = true;
	if (place == 0)
		note_home(hunt, &relation);
}

static void
put_items(struct hunt *hunt, int bytes, struct buf *text)
{
	buf_text(text, "(UID INTERNALDATE ENVELOPE");
	summary_thread_items(hunt->call->imap, text);
	buf_format(text, " " RELATION_ITEM ")", bytes);
}

void
hunt_look(struct hunt *hunt, struct uids uids, int bytes,
    struct sighting *sighting)
{
	struct call	*call = hunt->call;
	struct buf	 text;

	*sighting = (struct sighting){ .whole = uids.len <= hunt->whole };
	buf_start(&text, call->arena);
	buf_text(&text, "UID FETCH ");
	imap_uid_set(&text, uids);
	buf_byte(&text, ' ');
	if (sighting->whole)
		summary_items_relation(call->imap, bytes, &text);
	else
		put_items(hunt, bytes, &text);
	sighting->fetch = imap_queue(call->imap, call->arena, &text);
	if (!sighting->whole)
		return;
	hunt->whole -= uids.len;
	if (hunt->texts)
		sighting->guess = guess_queue(call, uids, false);
}

/* The ids that are tied to the root and were not looked for. */
static size_t
choose_ids(struct hunt *hunt, size_t most)
{
	size_t	 i, n = 0;

	for (i = 0; i < kin_count(hunt->kin); i++) {
		if (hunt->asked[i] || !kin_is_same(hunt->kin, i, hunt->root))
			continue;
		if (n == most)
			break;
		hunt->asked[i] = true;
		if (relation_is_plain(kin_id(hunt->kin, i)))
			hunt->ids[n++] = i;
	}
	hunt->ids_len = n;
	return n;
}

static void
add_fresh(struct hunt *hunt, size_t place, struct uids uids)
{
	struct hunted	*at = &hunt->hunted[place];
	struct uids	 grown;
	size_t		 i;

	grown.at = arena_array(hunt->call->arena, at->fresh.len + uids.len,
	    sizeof(*grown.at));
	for (grown.len = 0; grown.len < at->fresh.len; grown.len++)
		grown.at[grown.len] = at->fresh.at[grown.len];
	for (i = 0; i < uids.len && !hunt->is_cut; i++)
		if (is_new(hunt, place, uids.at[i]))
			grown.at[grown.len++] = uids.at[i];
	at->fresh = grown;
}

/* The thread with the first message in it. */
static void
take_threads(struct hunt *hunt, size_t place,
    const struct imap_command *command)
{
	const struct imap_thread	*thread;
	size_t				 i;

	for (thread = command->replies.threads; thread != NULL;
	    thread = thread->next)
		for (i = 0; i < thread->uids.len; i++)
			if (thread->uids.at[i] == hunt->uid) {
				add_fresh(hunt, place, thread->uids);
				return;
			}
}

/* A folder that can't be searched is named, and the others go on. */
static void
take_found(struct hunt *hunt, size_t place)
{
	struct hunted	*at = &hunt->hunted[place];
	size_t		 i;

	if (at->thread != NULL && at->thread->outcome == IMAP_OK)
		take_threads(hunt, place, at->thread);
	for (i = 0; i < at->asked; i++) {
		if (at->searches[i]->outcome == IMAP_OK) {
			add_fresh(hunt, place,
			    at->searches[i]->replies.found);
			continue;
		}
		if (!at->is_dead)
			texts_add(hunt->call->arena,
			    &hunt->found->not_searched,
			    hunt->found->places.at[place].name);
		at->is_dead = true;
	}
}

static void
queue_fresh(struct hunt *hunt, size_t place)
{
	struct hunted	*at = &hunt->hunted[place];

	at->sighting = (struct sighting){ .fetch = NULL };
	if (at->fresh.len == 0)
		return;
	(void)imap_queue_open(hunt->call->imap, hunt->call->arena,
	    hunt->found->places.at[place].wire, false);
	hunt_look(hunt, at->fresh, RELATION_BYTES, &at->sighting);
}

/* A message that was not asked for was not found. */
static void
take_fresh(struct hunt *hunt, size_t place)
{
	const struct imap_message	*message;
	struct hunted			*at = &hunt->hunted[place];
	size_t				 i;

	for (i = 0; i < at->fresh.len && at->sighting.fetch != NULL; i++) {
		message = imap_find_message(&at->sighting.fetch->replies,
		    at->fresh.at[i]);
		if (message != NULL)
			hunt_take(hunt, place, &at->sighting, message);
	}
	at->fresh.len = 0;
}

static bool
is_late(struct hunt *hunt)
{
	hunt->is_late = hunt->is_late ||
	    clock_ms() + CONVERSATION_SPARE_MS > hunt->call->deadline ||
	    arena_size(hunt->call->arena) > CONVERSATION_BYTES;
	return hunt->is_late;
}

/* Some places, from first on and before end. */
static const struct fault *
visit(struct hunt *hunt, size_t first, size_t end)
{
	const struct fault	*bad;
	size_t			 i;

	hunt->tests_left = CONVERSATION_FLIGHT_TESTS;
	for (i = first; i < end; i++)
		hunt_ask(hunt, i);
	if ((bad = imap_run(hunt->call->imap)) != NULL)
		return bad;
	for (i = first; i < end; i++) {
		take_found(hunt, i);
		queue_fresh(hunt, i);
	}
	return imap_run(hunt->call->imap);
}

/* As many places as one flight can take: one, however large, at least. */
static size_t
find_end(const struct hunt *hunt, size_t first)
{
	const struct places	*places = &hunt->found->places;
	int64_t			 spent = 0;
	size_t			 end;

	for (end = first; end < places->len && end < first + FLIGHT_PLACES;
	    end++) {
		spent += hunt_ask_tests(hunt, end, 3 * hunt->ids_len);
		if (end > first && spent > CONVERSATION_FLIGHT_TESTS)
			break;
	}
	return end;
}

static const struct fault *
go_round(struct hunt *hunt)
{
	const struct fault	*bad;
	size_t			 first, end, i;

	for (first = 0; first < hunt->found->places.len; first = end) {
		end = find_end(hunt, first);
		if (is_late(hunt))
			return NULL;
		progress_tell(hunt->call, hunt->looked, 0,
		    "Looking for the conversation in the folders");
		hunt->looked += (int64_t)(end - first);
		if ((bad = visit(hunt, first, end)) != NULL)
			return bad;
		for (i = first; i < end; i++)
			take_fresh(hunt, i);
	}
	return NULL;
}

const struct fault *
hunt_run(struct hunt *hunt)
{
	const struct fault	*bad;

	(void)is_new(hunt, 0, hunt->uid);
	if (hunt->key != NULL)
		return go_round(hunt);
	for (; hunt->round < CONVERSATION_ROUNDS_MOST; hunt->round++) {
		if (choose_ids(hunt, hunt->round == 0 ? FIRST_IDS :
		    CONVERSATION_ROUND_IDS) == 0)
			return NULL;
		if ((bad = go_round(hunt)) != NULL)
			return bad;
		if (hunt->is_late || hunt->is_cut)
			return NULL;
	}
	hunt->is_partial = hunt->is_partial || choose_ids(hunt, 1) > 0;
	return NULL;
}
