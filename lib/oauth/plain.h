#ifndef OAUTH_PLAIN_H
#define OAUTH_PLAIN_H

#include <stdbool.h>

struct access;
struct fault;
struct request;

/*
 * A mailbox's user name and password in the headers of a request, instead of
 * a token: x-imap-user and x-imap-pass, or HTTP Basic (RFC 7617).  For closed
 * networks: only where ALLOW_HEADER_CREDENTIALS is 1 and one mail server is
 * named for everybody.  They give every scope, and nothing is kept of them.
 * That a password holds is seen when the mailbox is opened: whoever does that
 * keeps to oauth/pace.
 */

extern const char	 plain_client[];	/* access.client of such is this
					 * pointer, as no token's is */

/* Whether the request has such, and they are allowed; else they are as if not
 * there. */
bool			 plain_is_sent(const struct request *request);

/* What they give. FAULT_TOKEN; a password is told by none. */
const struct fault	*plain_read(struct request *request,
			    const struct access **access);

#endif
