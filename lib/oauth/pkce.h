#ifndef OAUTH_PKCE_H
#define OAUTH_PKCE_H

#include <stdbool.h>

struct arena;
struct fault;

/* Proof Key for Code Exchange, RFC 7636, method S256 and no other. */
enum { PKCE_VERIFIER_LEAST = 43, PKCE_VERIFIER_MOST = 128,
	PKCE_CHALLENGE_CHARS = 43 };

/* Checks what came to the authorization endpoint; NULL for what was absent.
 * FAULT_REQUEST: an absent or malformed challenge, any method but S256. */
const struct fault	*pkce_check_challenge(struct arena *arena,
			    const char *challenge, const char *method);

/* Whether the verifier belongs to the challenge, in constant time. FAULT_GRANT
 * where it does not, FAULT_REQUEST where it is absent or malformed. */
const struct fault	*pkce_check_verifier(struct arena *arena,
			    const char *challenge, const char *verifier);

#endif
