#ifndef NET_S3_TRIAL_H
#define NET_S3_TRIAL_H

#include <stdint.h>

#include "net/fetch.h"

struct arena;
struct config;
struct fault;

/*
 * Whether the configured bucket takes objects: one of a few bytes, always the
 * same, is written.  Only writing shows that keys and bucket are right: of
 * what is not there a store says 403 to whom it does not trust, and to whom
 * it trusts little.
 *
 * FAULT_STORAGE, with what the store answered, whole with its head; status 0
 * where it did not.
 */
const struct fault	*s3_trial_run(struct arena *arena,
			    const struct config *config, int64_t deadline,
			    struct fetched *answer);

/* The name of the error in a store's answer, <Code>, or "". */
const char		*s3_trial_code(struct arena *arena,
			    const struct fetched *answer);

#endif
