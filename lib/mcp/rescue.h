#ifndef MCP_RESCUE_H
#define MCP_RESCUE_H

struct call;
struct fault;
struct imap_command;

enum {
	RESCUE_LEVELS = 3,		/* of multiparts */
	RESCUE_PARTS_MOST = 10,		/* of each */
	RESCUE_MULTIPARTS_MOST = 5,	/* looked into, of each level */
	RESCUE_HEADER_BYTES = 16 * 1024
};

/*
 * Messages of a FETCH whose BODYSTRUCTURE the server did not tell, or told in
 * a way that can't be read, get one made of their header and those of their
 * parts; nothing else of them is fetched.  A flight for each level, and none
 * where nothing is missing.  Sizes are not known then: each is that of all.
 */
const struct fault	*rescue_structures(struct call *call,
			    struct imap_command *fetch);

#endif
