#include "mcp/hunt_ask.h"

#include "base/arena.h"
#include "base/buf.h"
#include "mail/imap_keys.h"
#include "mail/imap_search.h"
#include "mail/imap_session.h"
#include "mail/kin.h"
#include "mcp/call.h"
#include "mcp/conversation.h"
#include "mcp/hunt.h"

enum {
	COMMAND_KEYS = 36,		/* of one SEARCH */
	FEW_IDS = 50			/* looked for in all fields */
};

/* Where the ids of the round may stand: of a message that is known, but the
 * first, in its answers only, of many in one field.  What the first place says
 * of its own ids, THREAD told, but for loops and long References of the first
 * round. */
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

int64_t
hunt_ask_tests(const struct hunt *hunt, size_t place, size_t keys)
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
	int64_t	 tests = hunt_ask_tests(hunt, place, keys);

	if (tests > hunt->hunted[place].tests_left ||
	    tests > hunt->tests_left) {
		hunt->is_partial = true;
		return false;
	}
	hunt->hunted[place].tests_left -= tests;
	hunt->tests_left -= tests;
	return true;
}

void
hunt_ask(struct hunt *hunt, size_t place)
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
