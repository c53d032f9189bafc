#ifndef CRYPT_AEAD_H
#define CRYPT_AEAD_H

#include <stdbool.h>

#include "base/bytes.h"

struct arena;

/*
 * AES-256 in Galois/counter mode (NIST SP 800-38D) with a 96-bit IV and a
 * 128-bit tag, and no other sizes.  A failure inside the library ends the
 * process; a tag that does not fit is an answer.
 */
enum { AEAD_KEY_BYTES = 32, AEAD_IV_BYTES = 12, AEAD_TAG_BYTES = 16 };

/* One message; what is sealed or opened lies in text. */
struct aead {
	struct bytes	 key;
	struct bytes	 iv;
	struct bytes	 aad;	/* authenticated, not encrypted */
	struct bytes	 text;
	struct bytes	 tag;
};

/* The plaintext of message->text; false when any size is wrong or the tag
 * does not fit, and then nothing of it is left in memory. */
bool	 aead_open(struct arena *arena, const struct aead *message,
	    struct bytes *plaintext);

/* Sets message->text to the ciphertext of plaintext, and message->tag. The
 * IV must never come twice with one key. */
void	 aead_seal(struct arena *arena, struct aead *message,
	    struct bytes plaintext);

#endif
