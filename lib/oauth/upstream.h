#ifndef OAUTH_UPSTREAM_H
#define OAUTH_UPSTREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "data/field.h"

struct fault;
struct request;
struct upstream;

/*
 * The endpoints of a provider of sign-ins, and what its token endpoint says.
 * Only https, and no address that is not public but at the issuer's own host,
 * which the operator named.
 */
enum {
	UPSTREAM_MS = 15 * 1000,	/* for each question to it */
	UPSTREAM_BYTES = 64 * 1024	/* of an answer */
};

struct upstream_place {
	const struct upstream	*upstream;	/* whose they are */
	const char	*issuer;
	const char	*authorization_endpoint;
	const char	*token_endpoint;
	const char	*userinfo_endpoint;	/* or NULL */
	struct texts	 token_endpoint_auth_methods_supported;
	bool		 authorization_response_iss_parameter_supported;
};

struct upstream_tokens {			/* printable ASCII, both */
	const char	*access_token;
	const char	*refresh_token;		/* or NULL */
	const char	*id_token;		/* or NULL */
	int64_t		 ends;			/* of the first, since 1970 */
};

/* Those that are known, else as its OpenID document tells them, which is kept
 * in RUN_DIR for as long as it says (oauth/document_cache).
 * FAULT_UNAVAILABLE where that can't be had or is none. */
const struct fault	*upstream_find(struct request *request,
			    const struct upstream *upstream,
			    struct upstream_place *place);

/*
 * Asks the token endpoint (RFC 6749 3.2); the client's own parameters are
 * added.  FAULT_GRANT: it says the grant is no good, or that the person has
 * to sign in again.  FAULT_UNAVAILABLE for all else.
 */
const struct fault	*upstream_ask(struct request *request,
			    const struct upstream_place *place,
			    struct pairs form,
			    struct upstream_tokens *tokens);

/* Gets a JSON document there; with a bearer token, or NULL.
 * FAULT_UNAVAILABLE. */
const struct fault	*upstream_get(struct request *request,
			    const struct upstream_place *place,
			    const char *url, const char *bearer,
			    const struct json **json);

#endif
