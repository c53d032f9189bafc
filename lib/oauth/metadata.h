#ifndef OAUTH_METADATA_H
#define OAUTH_METADATA_H

#include "web/serve.h"

/*
 * The documents clients start from; whatever host was asked, they say what
 * BASE_URL says.  Where BASE_URL has a path, RFC 8414 3.1 and RFC 9728 3.1 put
 * a document's well-known part before that path; it is served there and below
 * the path.
 */

/* RFC 8414, the authorization server. The endpoint's star, if it has one, is
 * what was inserted: FAULT_NOT_FOUND for a path that is not ours. */
endpoint_answer	 metadata_server;

/* The same under the name of OpenID Connect Discovery, where BASE_URL has a
 * path: that is the only place below it that clients try.  Else
 * FAULT_NOT_FOUND, since this is no OpenID provider. */
endpoint_answer	 metadata_openid;

/* RFC 9728, the protected resource. */
endpoint_answer	 metadata_resource;

/* {"status":"ok","service":"postern"}: the program runs and its configuration
 * is right. */
endpoint_answer	 metadata_health;

#endif
