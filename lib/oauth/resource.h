#ifndef OAUTH_RESOURCE_H
#define OAUTH_RESOURCE_H

struct arena;
struct config;
struct fault;

/*
 * The resource indicator of RFC 8707. There is one resource, the MCP URL:
 * absent (NULL) is well, since clients of 2025-03-26 send none.  Scheme and
 * host are compared without case and one slash at the end is nothing, as
 * clients write it.  FAULT_TARGET for any other.
 */
const struct fault	*resource_check(struct arena *arena,
			    const struct config *config,
			    const char *resource);

#endif
