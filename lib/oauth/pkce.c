#include "oauth/pkce.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/text.h"
#include "crypt/digest.h"
#include "data/base64.h"

/* RFC 7636 4.1: unreserved = ALPHA / DIGIT / "-" / "." / "_" / "~" */
static bool
is_unreserved(const char *text)
{
	for (; *text != '\0'; text++)
		if (!text_is_alnum((unsigned char)*text) &&
		    strchr("-._~", *text) == NULL)
			return false;
	return true;
}

const struct fault *
pkce_check_challenge(struct arena *arena, const char *challenge,
    const char *method)
{
	struct bytes	 digest;

	if (text_is_empty(challenge))
		return fault_make(arena, FAULT_REQUEST,
		    "OAuth 2.1 4.1.1: code_challenge is missing");
	if (method == NULL || !text_equal(method, "S256"))
		return fault_make(arena, FAULT_REQUEST,
		    "RFC 7636 4.3: code_challenge_method must be S256");
	if (strlen(challenge) != PKCE_CHALLENGE_CHARS ||
	    !base64_read_url(arena, bytes_of(challenge), &digest))
		return fault_make(arena, FAULT_REQUEST,
		    "RFC 7636 4.2: code_challenge must be the SHA-256 of the "
		    "verifier in base64url, 43 characters");
	return NULL;
}

const struct fault *
pkce_check_verifier(struct arena *arena, const char *challenge,
    const char *verifier)
{
	const char	*made;
	size_t		 len;

	if (text_is_empty(verifier))
		return fault_make(arena, FAULT_REQUEST,
		    "RFC 7636 4.5: code_verifier is missing");
	len = strlen(verifier);
	if (len < PKCE_VERIFIER_LEAST || len > PKCE_VERIFIER_MOST ||
	    !is_unreserved(verifier))
		return fault_make(arena, FAULT_REQUEST,
		    "RFC 7636 4.1: code_verifier must have 43 to 128 "
		    "unreserved characters");
	made = base64_write_url(arena, digest(arena, DIGEST_SHA256,
	    bytes_of(verifier)));
	if (!bytes_equal_secret(bytes_of(made), bytes_of(challenge)))
		return fault_make(arena, FAULT_GRANT,
		    "RFC 7636 4.6: code_verifier does not match");
	return NULL;
}
