#ifndef MCP_PARKED_H
#define MCP_PARKED_H

struct call;
struct fault;

/*
 * The arguments of a call that waits for the user's word, where they are too
 * long for a link: in a folder of the program's own (mail/parcel), until they
 * are used, or for two days at most.
 */
enum { PARKED_BYTES = 24 * 1024 * 1024 };

/* Keeps a text and gives the id by which it is found.  FAULT_UNSUPPORTED where
 * the mailbox has no such folder; FAULT_LIMIT; the session's. */
const struct fault	*parked_keep(struct call *call, const char *text,
			    const char **id);

/* Reads it.  FAULT_CHANGED: it is gone, or not what has that digest (SHA-256
 * in hexadecimal). */
const struct fault	*parked_read(struct call *call, const char *id,
			    const char *digest_hexadecimal,
			    const char **text);

/* It is removed once the call went well (mcp/upload), as after parked_read. */
void			 parked_spend(struct call *call, const char *id);

#endif
