#ifndef OAUTH_SCOPE_H
#define OAUTH_SCOPE_H

#include <stdbool.h>

#include "base/text.h"

struct arena;
struct fault;

/* The scopes, in the order people read them. */
struct scope {
	const char	*name;		/* "mail:read" */
	const char	*sentence;	/* for the consent page */
	const char	*word;		/* the same, short */
};

extern const struct scope	 scopes[];	/* ends with name NULL */

/* All names. */
struct texts	 scope_all(struct arena *arena);

/* The known ones of a space-separated list, in our order, each once. */
struct texts	 scope_read(struct arena *arena, const char *list);

/*
 * The scope parameter of a request (RFC 6749 3.3); *known is left as it is if
 * it is absent, empty or only offline_access.  Unknown scopes are left out:
 * what is granted is told in the end.  FAULT_SCOPE_UNKNOWN if it is malformed
 * or nothing in it is known.
 */
const struct fault	*scope_ask(struct arena *arena, const char *list,
			    struct texts *known);

/* As a space-separated list. */
const char	*scope_write(struct arena *arena, struct texts names);

#endif
