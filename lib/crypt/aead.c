#include "crypt/aead.h"

#include <assert.h>
#include <limits.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/quit.h"
#include "crypt/digest.h"

static void
release(void *context)
{
	EVP_CIPHER_CTX_free(context);
}

static void __attribute__((noreturn))
give_up(void)
{
	log_line(LOG_ERROR, "crypt: AES-256-GCM failed");
	quit();
}

/* A context that the arena owns, with key and IV set and the AAD fed. */
static EVP_CIPHER_CTX *
start(struct arena *arena, const struct aead *message, int seal)
{
	EVP_CIPHER_CTX	*context;
	int		 len;

	digest_begin();
	assert(message->aad.len <= INT_MAX);
	if ((context = EVP_CIPHER_CTX_new()) == NULL)
		give_up();
	arena_defer(arena, release, context);
	if (EVP_CipherInit_ex(context, EVP_aes_256_gcm(), NULL,
	    message->key.at, message->iv.at, seal) != 1)
		give_up();
	if (message->aad.len > 0 && EVP_CipherUpdate(context, NULL, &len,
	    message->aad.at, (int)message->aad.len) != 1)
		give_up();
	return context;
}

static bool
update(EVP_CIPHER_CTX *context, struct bytes from, unsigned char *to)
{
	int	 len;

	return from.len == 0 || (from.len <= INT_MAX &&
	    EVP_CipherUpdate(context, to, &len, from.at,
	    (int)from.len) == 1);
}

bool
aead_open(struct arena *arena, const struct aead *message,
    struct bytes *plaintext)
{
	EVP_CIPHER_CTX	*context;
	unsigned char	*plain, tag[AEAD_TAG_BYTES];
	size_t		 len;
	int		 last;

	if (message->key.len != AEAD_KEY_BYTES ||
	    message->iv.len != AEAD_IV_BYTES ||
	    message->tag.len != AEAD_TAG_BYTES || message->aad.len > INT_MAX)
		return false;
	len = message->text.len;
	plain = arena_take(arena, len + AEAD_TAG_BYTES);
	memcpy(tag, message->tag.at, sizeof(tag));
	context = start(arena, message, 0);
	if (EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG,
	    AEAD_TAG_BYTES, tag) != 1 ||
	    !update(context, message->text, plain) ||
	    EVP_CipherFinal_ex(context, plain + len, &last) != 1) {
		explicit_bzero(plain, len);
		return false;
	}
	*plaintext = bytes_from(plain, len);
	return true;
}

void
aead_seal(struct arena *arena, struct aead *message, struct bytes plaintext)
{
	EVP_CIPHER_CTX	*context;
	unsigned char	*text, *tag;
	int		 last;

	assert(message->key.len == AEAD_KEY_BYTES &&
	    message->iv.len == AEAD_IV_BYTES);
	text = arena_take(arena, plaintext.len + AEAD_TAG_BYTES);
	tag = arena_take(arena, AEAD_TAG_BYTES);
	context = start(arena, message, 1);
	if (!update(context, plaintext, text) ||
	    EVP_CipherFinal_ex(context, text + plaintext.len, &last) != 1 ||
	    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG,
	    AEAD_TAG_BYTES, tag) != 1)
		give_up();
	message->text = bytes_from(text, plaintext.len);
	message->tag = bytes_from(tag, AEAD_TAG_BYTES);
}
