#ifndef MCP_TRASH_H
#define MCP_TRASH_H

#include <stdbool.h>

struct call;
struct fault;

/*
 * Where a tool puts what it takes away: the mailbox's Trash.  What is moved
 * there, or below it, is asked for as that (mcp/confirm), by whichever tool
 * and name.
 */

/* Its wire name; NULL where there is none, and where the folder is it, so that
 * what is taken away from there is gone. */
const struct fault	*trash_for(struct call *call, const char *folder,
			    const char **wire);

/* Whether the folder, a wire name that need not be there yet, is Trash or
 * below it. */
const struct fault	*trash_holds(struct call *call, const char *folder,
			    bool *holds);

#endif
