#ifndef BASE_CONFIG_UPSTREAM_H
#define BASE_CONFIG_UPSTREAM_H

#include <stdbool.h>

#include "base/text.h"

struct arena;
struct config;
struct fault;

/*
 * The settings of upstreams, whose names the operator makes: they are
 * collected while the others are read, and set behind them.
 */
enum { CONFIG_UPSTREAMS_MOST = 8 };

/* What was said, in its order: the last of one name counts. */
struct config_said {
	struct texts	 names;
	struct texts	 values;
};

/* Whether a setting is one of these: UPSTREAM_..., or those of Google and
 * Microsoft. */
bool			 config_upstream_names(const char *name);

/* Whether it is to be wiped from the environment. */
bool			 config_upstream_is_secret(const char *name);

void			 config_upstream_say(struct arena *arena,
			    struct config_said *said, const char *name,
			    const char *value);

/* Sets config->upstreams.  A fault names the setting that is wrong, unknown,
 * or wanting. */
const struct fault	*config_upstream_set(struct arena *arena,
			    const struct config_said *said,
			    struct config *config);

#endif
