#ifndef CRYPT_JWE_H
#define CRYPT_JWE_H

#include "base/bytes.h"

struct arena;
struct fault;

/*
 * JWE compact serialisation (RFC 7516), alg "dir", enc "A256GCM" and nothing
 * else.  Knows no kinds and no claims: the key, its kid and the typ are the
 * caller's.  The protected header is {"alg","enc","kid","typ"} and optionally
 * "r" (a routing hint), in that order when sealed, in any order when opened;
 * any other or repeated member is refused.
 */
enum {
	JWE_CHARS_MOST = 7168,	/* refused before base64 is decoded */
	JWE_KID_MOST = 64,
	JWE_TYP_MOST = 64,
	JWE_ROUTE_MOST = 64
};

/* What can be read without a key; not to be believed before jwe_open. */
struct jwe_header {
	const char	*kid;
	const char	*typ;
	const char	*route;		/* or NULL */
};

/* The header of a token, checked by every rule but the tag. FAULT_TOKEN. */
const struct fault	*jwe_header(struct arena *arena, const char *token,
			    struct jwe_header *header);

/* Opens a token with the one key its header must name; kid and typ must be
 * exactly these. FAULT_TOKEN says only which rule failed. */
const struct fault	*jwe_open(struct arena *arena, const char *token,
			    struct bytes key, const struct jwe_header *expected,
			    struct bytes *plaintext);

/* Seals; the IV is fresh from getrandom(2). No limit on size here. */
const char		*jwe_seal(struct arena *arena, struct bytes plaintext,
			    struct bytes key, const struct jwe_header *header);

#endif
