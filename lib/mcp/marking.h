#ifndef MCP_MARKING_H
#define MCP_MARKING_H

#include <stdint.h>

struct call;
struct fault;

/* A message that is to get a flag or keyword. */
struct marking {
	const char	*wire;		/* its folder */
	int64_t		 uidvalidity;
	int64_t		 uid;
	const char	*mark;		/* "\\Answered" */
};

/* What an answered or forwarded message is seen to have had (RFC 3501 2.3.2,
 * RFC 5788).  A folder that keeps no such keyword is no news; a session that
 * died is opened anew. */
const struct fault	*marking_set(struct call *call,
			    const struct marking *marking);

#endif
