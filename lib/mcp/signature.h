#ifndef MCP_SIGNATURE_H
#define MCP_SIGNATURE_H

struct call;
struct fault;

/*
 * The signature of the call's account, which stands below what it sends; both
 * are NULL where it has none.  Nothing of it is remembered between calls.
 * Another folder may be open afterwards.  The session's faults.
 */
const struct fault	*signature_read(struct call *call, const char **text,
			    const char **html);

#endif
