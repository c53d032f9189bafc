#ifndef OAUTH_EXCHANGE_H
#define OAUTH_EXCHANGE_H

#include "web/serve.h"

/*
 * The token endpoint: a code (RFC 6749 4.1.3, with PKCE) or a refresh token
 * (6) for an access token, and a new refresh token where the client may have
 * any.  No token outlives the grant.  A refresh may ask for fewer scopes; the
 * refresh token keeps them all.  Where the grant is kept in the mailbox, each
 * code and refresh token serves once: oauth/redeem.
 */
enum { EXCHANGE_BODY_BYTES = 32 * 1024 };

/* POST of a form. The faults of OAuth: FAULT_REQUEST, FAULT_CLIENT,
 * FAULT_GRANT, FAULT_GRANT_TYPE, FAULT_SCOPE_UNKNOWN, FAULT_TARGET; and
 * FAULT_UNAVAILABLE where the mail server can't be asked. */
endpoint_answer	 exchange_answer;

#endif
