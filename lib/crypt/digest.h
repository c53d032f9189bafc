#ifndef CRYPT_DIGEST_H
#define CRYPT_DIGEST_H

#include "base/bytes.h"

struct arena;

/*
 * Digests, MACs, key derivation and random bytes.  Results live in the arena.
 * A failure inside the library, or of getrandom(2), ends the process: there
 * is no weaker way to go on.
 */
enum digest { DIGEST_MD5, DIGEST_SHA1, DIGEST_SHA256 };

enum { SHA256_BYTES = 32, DIGEST_BYTES_MOST = 32 };

/* Starts OpenSSL without its configuration file, the first time it is needed;
 * all of crypt calls it by itself. */
void		 digest_begin(void);

struct bytes	 digest(struct arena *arena, enum digest kind,
		    struct bytes data);
struct bytes	 digest_hmac(struct arena *arena, enum digest kind,
		    struct bytes key, struct bytes data);
/* RFC 5869 with SHA-256, no salt; len at most 255 * 32 bytes. */
struct bytes	 digest_hkdf(struct arena *arena, struct bytes key,
		    struct bytes info, size_t len);
/* RFC 8018 PBKDF2 with HMAC of that digest; one digest long. */
struct bytes	 digest_pbkdf2(struct arena *arena, enum digest kind,
		    struct bytes password, struct bytes salt,
		    unsigned iterations);
/* From getrandom(2). */
struct bytes	 digest_random(struct arena *arena, size_t len);
/* Lower-case hexadecimal. */
const char	*digest_hex(struct arena *arena, struct bytes data);

#endif
