#ifndef OAUTH_REGISTER_H
#define OAUTH_REGISTER_H

#include "web/serve.h"

/*
 * Dynamic client registration, RFC 7591, stateless (its appendix A.5.2): the
 * client_id is the registration, sealed, and the secret a MAC of it.  Nothing
 * is stored and nothing expires.
 *
 * Redirect URIs that are not acceptable are left out as long as one is left;
 * what is not understood of the metadata is ignored, and an authentication
 * method that is not offered becomes "none".  The answer says what was made
 * of it.
 */
enum { REGISTER_BODY_BYTES = 16 * 1024 };

/* POST of application/json. FAULT_REDIRECT, FAULT_METADATA, FAULT_LIMIT. */
endpoint_answer	 register_answer;

#endif
