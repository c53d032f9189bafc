#ifndef OAUTH_REVOKE_H
#define OAUTH_REVOKE_H

#include "web/serve.h"

/*
 * The revocation endpoint (RFC 7009): an access or a refresh token ends its
 * whole grant, by removing the cards from the mailboxes.  What is no token of
 * ours, or no longer, is well.  A grant of which nothing is kept in a mailbox
 * can't be ended: its tokens live until they expire.  Where whoever signs in
 * to a mailbox has ended the grant there, its card stays, for nothing opens the
 * mailbox any more, and all is well too.
 */
enum { REVOKE_BODY_BYTES = 32 * 1024 };

/* POST of a form. FAULT_REQUEST, FAULT_CLIENT; FAULT_GRANT for the token of
 * another client; FAULT_UNAVAILABLE where a card may still be there. */
endpoint_answer	 revoke_answer;

#endif
