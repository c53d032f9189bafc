#ifndef OAUTH_EXCHANGE_H
#define OAUTH_EXCHANGE_H

#include "web/serve.h"

/*
 * The token endpoint: a code (RFC 6749 4.1.3, with PKCE) or a refresh token
 * (6) for an access token, and a new refresh token where the client may have
 * any.  No token outlives the grant.  A refresh may ask for fewer scopes; the
 * refresh token keeps them all.
 */
enum { EXCHANGE_BODY_BYTES = 32 * 1024 };

/* POST of a form. The faults of OAuth: FAULT_REQUEST, FAULT_CLIENT,
 * FAULT_GRANT, FAULT_GRANT_TYPE, FAULT_SCOPE_UNKNOWN, FAULT_TARGET. */
endpoint_answer	 exchange_answer;

#endif
