#ifndef OAUTH_SCOPE_H
#define OAUTH_SCOPE_H

#include <stdbool.h>

#include "base/text.h"

struct arena;

/* The scopes, in the order people read them. */
struct scope {
	const char	*name;		/* "mail:read" */
	const char	*sentence;	/* for the consent page */
};

extern const struct scope	 scopes[];	/* ends with name NULL */

/* All names. */
struct texts	 scope_all(struct arena *arena);

/* The known ones of a space-separated list, in our order, each once. */
struct texts	 scope_read(struct arena *arena, const char *list);

/* As a space-separated list. */
const char	*scope_write(struct arena *arena, struct texts names);

#endif
