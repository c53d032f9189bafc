#include <stdio.h>

#include "base/arena.h"
#include "base/config.h"
#include "base/fault.h"
#include "data/field.h"
#include "oauth/probe.h"
#include "oauth/token.h"
#include "postern.h"

enum { DAY_SECONDS = 86400 };

struct health_arguments {
	int64_t	 days;
};

static const struct field	 rows[] = {
	{ FIELD(struct health_arguments, days), .least = 1,
	  .most = PROBE_DAYS_MOST, .otherwise = PROBE_DAYS,
	  .meaning = "how long it is good for: 30" },
	{ FIELD_END }
};

static const struct fault *
run(struct arena *arena, const void *given)
{
	const struct health_arguments	*arguments = given;
	struct authority		 authority = { .counts = NULL };
	const struct fault		*bad;
	const char			*token;

	if ((bad = config_load(arena, &authority.config)) != NULL ||
	    (bad = postern_keys(arena, authority.config, &authority.keys)) !=
	    NULL || (bad = probe_seal(arena, &authority,
	    arguments->days * DAY_SECONDS, &token)) != NULL)
		return bad;
	puts(token);
	return NULL;
}

const struct command	 command_health_token = {
	.name = "health-token",
	.summary = "makes a token for /health?deep=1 and remote checks",
	.rows = rows,
	.size = sizeof(struct health_arguments),
	.run = run
};
