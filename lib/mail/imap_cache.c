#include "mail/imap_cache.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "crypt/digest.h"
#include "mail/account.h"
#include "mail/imap_guard.h"
#include "mail/imap_session.h"

enum {
	KEPT_MOST = 64,		/* KEEP_SESSIONS is not more */
	SECOND_MS = 1000
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

/* A text and its length, so that no two lists of texts look the same. */
static void
add(struct buf *buf, const char *text)
{
	if (text == NULL)
		text = "";
	buf_format(buf, "%zu:", strlen(text));
	buf_text(buf, text);
}

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
	add(&buf, target.guard.host);
	buf_format(&buf, "%lld %d %d ", (long long)target.guard.port,
	    (int)target.tls, target.guard.named);
	add(&buf, target.pin_sha256);
	add(&buf, account->username);
	add(&buf, account->password);
	add(&buf, account->bearer);
	mac = digest_hmac(arena, DIGEST_SHA256, bytes_from(process_key,
	    sizeof(process_key)), buf_view(&buf));
	memcpy(key, mac.at, SHA256_BYTES);
	arena_close(arena);
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
			imap_forget_folder(*imap);
			return NULL;
		}
	}
	return imap_open(arena, account, config, deadline, imap);
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
	if (most > KEPT_MOST)
		most = KEPT_MOST;
	if (most == 0 || !imap_is_usable(imap)) {
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
