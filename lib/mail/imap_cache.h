#ifndef MAIL_IMAP_CACHE_H
#define MAIL_IMAP_CACHE_H

#include <stdint.h>

struct account;
struct arena;
struct config;
struct fault;
struct imap;

/*
 * Authenticated sessions kept between requests of one worker: a cache, never
 * state.  The key is a MAC with a key of this process over host, port, TLS,
 * user and secret, so a request that does not hold the secret can't reach a
 * session.  A session that faulted, has bytes waiting, or idled too long is
 * closed instead.
 *
 * An account has MAX_SESSIONS_PER_ACCOUNT at a time on one computer, as far as
 * RUN_DIR counts them; those that are kept never take the last two places: a
 * call that reads one message while it writes another has two, and nobody else
 * could close them.
 */
enum { IMAP_CACHE_WAIT_MS = 2000 };	/* for a place */

/* A kept session or a new one by imap_open_ahead, begun for arena. It is out
 * of the cache until it is put back. FAULT_UNAVAILABLE where there is no place
 * for it; the faults of imap_open. */
const struct fault	*imap_cache_take(struct arena *arena,
			    const struct account *account,
			    const struct config *config, int64_t deadline,
			    struct imap **imap);

/* Gives it back to keep, or closes it where it is no more use or there is no
 * room. */
void			 imap_cache_put(const struct account *account,
			    const struct config *config, struct imap *imap);

/* Closes those that idled too long; called between requests. */
void			 imap_cache_sweep(const struct config *config);

/* Closes all; called at the end. */
void			 imap_cache_close(void);

#endif
