#include "mcp/hunt.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "mail/imap_keys.h"
#include "mail/imap_quote.h"
#include "mail/imap_search.h"
#include "mail/imap_session.h"
#include "mail/kin.h"
#include "mail/relation.h"
#include "mcp/call.h"
#include "mcp/conversation.h"
#include "mcp/summary.h"

enum {
	COMMAND_KEYS = 36,		/* of one SEARCH */
	FIRST_IDS = 8,			/* that mostly find all others */
	FEW_IDS = 50,			/* looked for in all fields */
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
hunt_take(struct hunt *hunt, size_t place, const struct imap_message *message)
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
	if (member->has_id)
		hunt->known[member->id] = true;
	if (place == 0)
		note_home(hunt, &relation);
}

const char *
hunt_items(struct hunt *hunt, int bytes)
{
	struct buf	 text;

	buf_start(&text, hunt->call->arena);
	buf_text(&text, "(UID INTERNALDATE ENVELOPE");
	summary_thread_items(hunt->call->imap, &text);
	buf_format(&text, " " RELATION_ITEM ")", bytes);
	return buf_string(&text);
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

/* Where those may stand: of a message that is known, but the first, in its
 * answers only, of many in one field.  What the first place says of its own
 * ids, THREAD told, but for loops and long References of the first round. */
static size_t
make_keys(const struct hunt *hunt, size_t place, struct imap_key *keys)
{
	const size_t	*ids = hunt->ids;
	const char	*id;
	size_t		 i, n = 0;

	for (i = 0; i < hunt->ids_len; i++) {
		if (place == 0 && hunt->round > 0 &&
		    hunt->hunted[0].is_threaded && hunt->at_home[ids[i]])
			continue;
		id = kin_id(hunt->kin, ids[i]);
		keys[n++] = (struct imap_key){ "HEADER In-Reply-To", id };
		if (!hunt->known[ids[i]] || hunt->ids_len <= FEW_IDS)
			keys[n++] = (struct imap_key){ "HEADER References",
			    id };
		if (!hunt->known[ids[i]] || ids[i] == hunt->root)
			keys[n++] = (struct imap_key){ "HEADER Message-ID",
			    id };
	}
	return n;
}

/* The newest messages of a large folder; in the message's own, those that are
 * near to it. */
static void
put_window(struct hunt *hunt, size_t place, struct buf *keys)
{
	const struct place	*at = &hunt->found->places.at[place];
	uint32_t		 low;

	if (at->messages <= CONVERSATION_WINDOW || hunt->key != NULL)
		return;
	hunt->is_windowed = true;
	if (place > 0) {
		buf_format(keys, "%lld:* ", (long long)(at->messages -
		    CONVERSATION_WINDOW + 1));
		return;
	}
	low = hunt->uid > CONVERSATION_WINDOW / 2 ?
	    hunt->uid - CONVERSATION_WINDOW / 2 : 1;
	buf_format(keys, "UID %lu:%lu ", (unsigned long)low,
	    (unsigned long)low + CONVERSATION_WINDOW);
}

static void
queue_search(struct hunt *hunt, size_t place, const struct imap_key *keys,
    size_t len)
{
	struct hunted		*at = &hunt->hunted[place];
	struct imap_criteria	 criteria = { .utf8 = false };

	buf_start(&criteria.keys, hunt->call->arena);
	put_window(hunt, place, &criteria.keys);
	if (len == 0)
		buf_text(&criteria.keys, hunt->key);
	else
		imap_keys_any(&criteria.keys, keys, len);
	at->searches[at->asked++] = imap_search_queue(hunt->call->imap,
	    hunt->call->arena, &criteria, false);
}

/* THREAD answers for the whole folder, so it is asked of small ones only. */
static void
queue_thread(struct hunt *hunt, size_t place)
{
	const struct imap	*imap = hunt->call->imap;
	struct hunted		*at = &hunt->hunted[place];
	struct buf		 text;

	at->thread = NULL;
	if (place != 0 || at->is_threaded || hunt->key != NULL ||
	    hunt->found->places.at[0].messages > CONVERSATION_THREAD_MOST ||
	    (!imap_can(imap, IMAP_CAN_THREAD_REFS) &&
	    !imap_can(imap, IMAP_CAN_THREAD)))
		return;
	buf_start(&text, hunt->call->arena);
	buf_format(&text, "UID THREAD %s US-ASCII ALL",
	    imap_can(imap, IMAP_CAN_THREAD_REFS) ? "REFS" : "REFERENCES");
	at->thread = imap_queue(hunt->call->imap, hunt->call->arena, &text);
	at->is_threaded = true;
}

static int64_t
count_tests(const struct hunt *hunt, size_t place, size_t keys)
{
	int64_t	 tests = hunt->found->places.at[place].messages;

	if (tests > CONVERSATION_WINDOW)
		tests = CONVERSATION_WINDOW;
	return tests * (int64_t)keys;
}

/* Whether so many keys may be asked for there; then they are counted. */
static bool
afford(struct hunt *hunt, size_t place, size_t keys)
{
	int64_t	 tests = count_tests(hunt, place, keys);

	if (tests > hunt->hunted[place].tests_left ||
	    tests > hunt->tests_left) {
		hunt->is_partial = true;
		return false;
	}
	hunt->hunted[place].tests_left -= tests;
	hunt->tests_left -= tests;
	return true;
}

static void
queue_place(struct hunt *hunt, size_t place)
{
	struct hunted	*at = &hunt->hunted[place];
	struct imap_key	*keys;
	size_t		 i, n, len;

	at->asked = 0;
	at->thread = NULL;
	if (at->is_dead)
		return;
	(void)imap_queue_open(hunt->call->imap, hunt->call->arena,
	    hunt->found->places.at[place].wire, false);
	queue_thread(hunt, place);
	keys = arena_array(hunt->call->arena, 3 * hunt->ids_len + 1,
	    sizeof(*keys));
	len = make_keys(hunt, place, keys);
	at->searches = arena_array(hunt->call->arena, len / COMMAND_KEYS + 1,
	    sizeof(struct imap_command *));
	if (hunt->key != NULL)
		queue_search(hunt, place, NULL, 0);
	for (i = 0; i < len; i += n) {
		n = len - i < COMMAND_KEYS ? len - i : COMMAND_KEYS;
		if (!afford(hunt, place, n))
			return;
		queue_search(hunt, place, keys + i, n);
	}
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
	struct buf	 text;

	at->fetch = NULL;
	if (at->fresh.len == 0)
		return;
	(void)imap_queue_open(hunt->call->imap, hunt->call->arena,
	    hunt->found->places.at[place].wire, false);
	buf_start(&text, hunt->call->arena);
	buf_text(&text, "UID FETCH ");
	imap_uid_set(&text, at->fresh);
	buf_byte(&text, ' ');
	buf_text(&text, hunt_items(hunt, RELATION_BYTES));
	at->fetch = imap_queue(hunt->call->imap, hunt->call->arena, &text);
}

/* A message that was not asked for was not found. */
static void
take_fresh(struct hunt *hunt, size_t place)
{
	const struct imap_message	*message;
	struct hunted			*at = &hunt->hunted[place];
	size_t				 i;

	for (i = 0; i < at->fresh.len && at->fetch != NULL; i++) {
		message = imap_find_message(&at->fetch->replies,
		    at->fresh.at[i]);
		if (message != NULL)
			hunt_take(hunt, place, message);
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
		queue_place(hunt, i);
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
		spent += count_tests(hunt, end, 3 * hunt->ids_len);
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
