#ifndef MCP_CARRIER_H
#define MCP_CARRIER_H

#include <stdint.h>

struct call;
struct compose_file;
struct fault;
struct part;

/*
 * Parts of messages in the mailbox as files of another message: they go from
 * server to server in pieces, through a session of their own, since the
 * call's may be writing the message that they go into.
 */
struct carrier;

struct carrier		*carrier_make(struct call *call);

/* A message of the mailbox. */
struct carried {
	const char	*wire;		/* its folder */
	uint32_t	 uidvalidity;
	uint32_t	 uid;
};

/*
 * The part as a file, without name and Content-ID; what is no whole message
 * is decoded, and coded again on its way.  Its length is found out now, for
 * which some parts have to be read.  part lives as long as the call.
 * FAULT_MESSAGE, FAULT_CHANGED, FAULT_FOLDER, the session's.
 */
const struct fault	*carrier_part(struct carrier *carrier,
			    const struct carried *from,
			    const struct part *part,
			    struct compose_file *file);

/* The same for all of a message, header and all; size as the server told. */
const struct fault	*carrier_message(struct carrier *carrier,
			    const struct carried *from, uint32_t size,
			    struct compose_file *file);

#endif
