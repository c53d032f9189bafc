#ifndef OAUTH_PROBE_H
#define OAUTH_PROBE_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct authority;
struct fault;
struct request;

/*
 * How whoever runs Postern shows that he does: a bearer token that only the
 * key makes, and that opens no mailbox.  `postern check` seals one for itself,
 * `postern health-token` one for whoever watches from elsewhere.
 */
enum {
	PROBE_OWN_SECONDS = 600,		/* of one that check makes */
	PROBE_DAYS = 30,			/* of one that is printed */
	PROBE_DAYS_MOST = 366
};

/* Faults of token_seal. */
const struct fault	*probe_seal(struct arena *arena,
			    const struct authority *authority,
			    int64_t seconds, const char **token);

/* Whether Authorization says that it is one; and FAULT_TOKEN unless it is one
 * of ours that is still good. */
bool			 probe_is_meant(const struct request *request);
const struct fault	*probe_read(const struct request *request);

#endif
