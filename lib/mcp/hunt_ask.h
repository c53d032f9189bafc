#ifndef MCP_HUNT_ASK_H
#define MCP_HUNT_ASK_H

#include <stddef.h>
#include <stdint.h>

struct hunt;

/*
 * What a round of mcp/hunt asks the mail server: which fields the ids are
 * looked for in, how many keys one command has, and how many messages the
 * server may be made to compare with them.  What there is no more room for is
 * left out, and the hunt is partial then.
 */

/* Queues the searches of the round in a place, which it opens; none in one
 * that is dead. */
void	 hunt_ask(struct hunt *hunt, size_t place);

/* How many comparisons so many keys cost there. */
int64_t	 hunt_ask_tests(const struct hunt *hunt, size_t place, size_t keys);

#endif
