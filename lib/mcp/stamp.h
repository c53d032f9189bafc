#ifndef MCP_STAMP_H
#define MCP_STAMP_H

#include "base/text.h"

struct call;

/*
 * What stands for something of a call's account, the same on every host, and
 * can't be guessed: a MAC with a key for the purpose, 64 hexadecimal digits.
 *
 * While keys are changed, not all hosts seal with the same one.  So what is
 * looked for has a stamp by each of our keys; what is made, that by the newest.
 */
const char	*stamp_make(struct call *call, const char *purpose,
		    const char *something);

/* By each key that this program has for the purpose: the first is that of
 * stamp_make. */
struct texts	 stamp_all(struct call *call, const char *purpose,
		    const char *something);

/* The same as Message-IDs, "<stamp@domain>", in the domain of an address. */
struct texts	 stamp_message_ids(struct call *call, const char *purpose,
		    const char *something, const char *address);

#endif
