#ifndef MCP_ALIKE_H
#define MCP_ALIKE_H

#include "data/field.h"
#include "mcp/summary.h"

struct arena;

/*
 * What most messages of an answer have alike is told once beside them, as
 * "defaults": sender, subject, conversation and recipients, which the others
 * tell of themselves, and the folder where it is that of all.  Where it says
 * nothing of recipients, a message without any told went to the account alone;
 * one that names none has an empty list.
 */
extern const struct field	 alike_rows[];

/* Of the member of an answer that is this. */
#define ALIKE	.bare = true, .rows = alike_rows, .size = sizeof(struct summary)

/*
 * Takes out of the messages (struct summary, of which it makes copies) what
 * goes without saying, fits their previews, and gives what is to be said of
 * them together: a struct summary, or nothing.  Of conversations only those
 * are named that a message answers in, or that more than one is of.
 */
struct object	 alike_settle(struct arena *arena, struct objects *messages);

#endif
