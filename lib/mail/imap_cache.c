#include "mail/imap_rest.h"
#include "mail/imap_cache.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "base/slot.h"
#include "crypt/digest.h"
#include "mail/account.h"
#include "mail/imap_guard.h"
#include "mail/imap_session.h"

enum {
	KEPT_MOST = 64,		/* KEEP_SESSIONS is not more */
	SECOND_MS = 1000,
	PLACE_MS = 20		/* then it is looked for again */
};

struct kept {
	unsigned char	 key[SHA256_BYTES];
	struct imap	*imap;
	int64_t		 since;		/* clock_ms */
};

/* Sessions outlive requests: that is what this file is for. */
static struct kept	 kept[KEPT_MOST];
static size_t		 kept_len;		/* the oldest stands first */
static unsigned char	 process_key[SHA256_BYTES];
static bool		 has_key;

static void
make_key(const struct account *account, const struct config *config,
    unsigned char key[SHA256_BYTES])
{
	struct wire_target	 target;
	struct arena		*arena = arena_open();
	struct bytes		 mac;
	struct buf		 buf;

	if (!has_key) {
		mac = digest_random(arena, sizeof(process_key));
		memcpy(process_key, mac.at, sizeof(process_key));
		has_key = true;
	}
	account_imap_target(account, config, &target);
	buf_start(&buf, arena);
	buf_counted(&buf, target.guard.host);
	buf_format(&buf, "%lld %d %d ", (long long)target.guard.port,
	    (int)target.tls, target.guard.named);
	buf_counted(&buf, target.pin_sha256);
	buf_counted(&buf, account->username);
	buf_counted(&buf, account->password);
	buf_counted(&buf, account->bearer);
	mac = digest_hmac(arena, DIGEST_SHA256, bytes_from(process_key,
	    sizeof(process_key)), buf_view(&buf));
	memcpy(key, mac.at, SHA256_BYTES);
	arena_close(arena);
}

/* Where the account's sessions are counted: nobody is to find a name whose
 * sessions count for another's. */
static struct slot_room
room_of(const struct account *account, const struct config *config)
{
	struct slot_room	 room = { "sessions", 0, config->sessions };
	struct wire_target	 target;
	struct arena		*arena = arena_open();
	struct bytes		 hash;
	size_t			 i;

	account_imap_target(account, config, &target);
	hash = digest(arena, DIGEST_SHA256, bytes_of(text_lower_copy(arena,
	    text_format(arena, "%s %s", target.guard.host,
	    account->username))));
	for (i = 0; i < sizeof(room.number); i++)
		room.number = room.number << 8 | hash.at[i];
	room.number >>= 64 - SLOT_ROOM_BITS;
	arena_close(arena);
	return room;
}

/* Takes one out of the cache. */
static struct imap *
take(size_t at)
{
	struct imap	*imap = kept[at].imap;

	memmove(&kept[at], &kept[at + 1],
	    (kept_len - at - 1) * sizeof(kept[0]));
	kept_len--;
	explicit_bzero(&kept[kept_len], sizeof(kept[0]));
	return imap;
}

/* The newest session of that key that can still be used, or NULL. */
static struct imap *
find(const unsigned char key[SHA256_BYTES])
{
	struct imap	*imap;
	size_t		 at;

	for (at = kept_len; at > 0; at--) {
		if (!bytes_equal_secret(bytes_from(kept[at - 1].key,
		    SHA256_BYTES), bytes_from(key, SHA256_BYTES)))
			continue;
		imap = take(at - 1);
		if (imap_is_usable(imap))
			return imap;
		imap_close(imap);
	}
	return NULL;
}

/* Whoever has the last places may be done in a moment. */
static const struct fault *
find_place(struct arena *arena, const struct account *account,
    const struct config *config, int64_t deadline, struct slot *place)
{
	const struct slot_room	 room = room_of(account, config);
	int64_t			 until = clock_ms() + IMAP_CACHE_WAIT_MS;

	if (until > deadline)
		until = deadline;
	slot_take(arena, config->run_dir, &room, place);
	while (!place->taken && clock_ms() < until) {
		/* One of our own may hold a place with an older token. */
		imap_cache_close();
		clock_sleep_until(clock_ms() + PLACE_MS);
		slot_take(arena, config->run_dir, &room, place);
	}
	return place->taken ? NULL : fault_make(arena, FAULT_UNAVAILABLE,
	    "%lld calls are at work in this mailbox already, and no more "
	    "are allowed at a time", (long long)room.most);
}

static const struct fault *
open_new(struct arena *arena, const struct account *account,
    const struct config *config, int64_t deadline, struct imap **imap)
{
	const struct fault	*bad;
	struct slot		 place;

	bad = find_place(arena, account, config, deadline, &place);
	if (bad != NULL)
		return bad;
	bad = imap_open_ahead(arena, account, config, deadline, imap);
	if (bad != NULL)
		slot_give(&place);
	else
		imap_hold(*imap, place);
	return bad;
}

const struct fault *
imap_cache_take(struct arena *arena, const struct account *account,
    const struct config *config, int64_t deadline, struct imap **imap)
{
	unsigned char	 key[SHA256_BYTES];

	if (kept_len > 0) {
		imap_cache_sweep(config);
		make_key(account, config, key);
		if ((*imap = find(key)) != NULL) {
			imap_begin(*imap, arena, deadline);
			return NULL;
		}
	}
	return open_new(arena, account, config, deadline, imap);
}

/* Whether one more call can still have its two sessions beside this one. */
static bool
has_places(const struct account *account, const struct config *config)
{
	const struct slot_room	 room = room_of(account, config);
	struct arena		*arena = arena_open();
	bool			 has;

	has = slot_are_free(arena, config->run_dir, &room, 2);
	arena_close(arena);
	return has;
}

void
imap_cache_put(const struct account *account, const struct config *config,
    struct imap *imap)
{
	size_t	 most = (size_t)config->keep_sessions;

	if (imap == NULL)
		return;
	imap_set_guard(imap, NULL);
	imap_set_watch(imap, NULL);
	imap_rest(imap);
	if (imap_is_usable(imap))
		imap_thank(imap);
	if (most > KEPT_MOST)
		most = KEPT_MOST;
	if (most == 0 || !imap_is_usable(imap) ||
	    !has_places(account, config)) {
		imap_close(imap);
		return;
	}
	while (kept_len >= most)
		imap_close(take(0));
	make_key(account, config, kept[kept_len].key);
	kept[kept_len].imap = imap;
	kept[kept_len].since = clock_ms();
	kept_len++;
}

void
imap_cache_sweep(const struct config *config)
{
	int64_t	 oldest = clock_ms() - config->keep_idle * SECOND_MS;

	while (kept_len > 0 && kept[0].since < oldest)
		imap_close(take(0));
}

void
imap_cache_close(void)
{
	while (kept_len > 0)
		imap_close(take(kept_len - 1));
	explicit_bzero(process_key, sizeof(process_key));
	has_key = false;
}
