#ifndef MCP_ENCLOSED_H
#define MCP_ENCLOSED_H

#include <stdint.h>

struct call;
struct fault;
struct part;

enum { ENCLOSED_HEADER_BYTES = 64 * 1024 };

/* An attached message (part_is_message) of the folder that is open as people
 * read one: From, To, Cc, Date and Subject, an empty line, its text.  Costs
 * one flight.  FAULT_MESSAGE where it is gone; the command's faults. */
const struct fault	*enclosed_read(struct call *call, uint32_t uid,
			    const struct part *part, const char **text);

#endif
