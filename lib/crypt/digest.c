#include "crypt/digest.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/random.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/quit.h"

enum { HMAC_BLOCK_BYTES = 64 };	/* of all digests here */

static void __attribute__((noreturn))
give_up(const char *what)
{
	log_line(LOG_ERROR, "crypt: %s failed", what);
	quit();
}

/* NO_ATEXIT: memory that goes back to the kernel need not be freed before. */
void
digest_begin(void)
{
	if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG |
	    OPENSSL_INIT_NO_ATEXIT, NULL) != 1)
		give_up("OPENSSL_init_crypto");
}

/* Looked up once each: OpenSSL would do it anew for every digest, and take
 * three times as long for that as for the digest. */
static const EVP_MD *
find(enum digest kind)
{
	static EVP_MD			*found[DIGEST_SHA256 + 1];
	static const char *const	 names[] = {
		[DIGEST_MD5] = "MD5", [DIGEST_SHA1] = "SHA1",
		[DIGEST_SHA256] = "SHA256"
	};

	digest_begin();
	if (found[kind] == NULL &&
	    (found[kind] = EVP_MD_fetch(NULL, names[kind], NULL)) == NULL)
		give_up("EVP_MD_fetch");
	return found[kind];
}

struct bytes
digest(struct arena *arena, enum digest kind, struct bytes data)
{
	const EVP_MD	*md;
	unsigned char	*result;
	unsigned	 len;

	md = find(kind);
	result = arena_take(arena, DIGEST_BYTES_MOST);
	if (EVP_Digest(data.at, data.len, result, &len, md, NULL) != 1)
		give_up("EVP_Digest");
	return bytes_from(result, len);
}

/* H(key XOR pad, data), where the key is filled up to a block with zeros. */
static struct bytes
keyed(struct arena *arena, enum digest kind, struct bytes key,
    unsigned char pad, struct bytes data)
{
	unsigned char	*whole;
	size_t		 i;

	whole = arena_take(arena, HMAC_BLOCK_BYTES + data.len);
	for (i = 0; i < HMAC_BLOCK_BYTES; i++)
		whole[i] = (i < key.len ? key.at[i] : 0) ^ pad;
	if (data.len > 0)
		memcpy(whole + HMAC_BLOCK_BYTES, data.at, data.len);
	return digest(arena, kind,
	    bytes_from(whole, HMAC_BLOCK_BYTES + data.len));
}

/* RFC 2104 2: H(K XOR opad, H(K XOR ipad, text)).  HMAC(3) looks up itself
 * and its digest by name each time, which is ten times the work. */
struct bytes
digest_hmac(struct arena *arena, enum digest kind, struct bytes key,
    struct bytes data)
{
	if (key.len > HMAC_BLOCK_BYTES)
		key = digest(arena, kind, key);
	return keyed(arena, kind, key, 0x5c,
	    keyed(arena, kind, key, 0x36, data));
}

/* RFC 5869 2: PRK = HMAC(salt, key), where no salt is 32 octets of 0;
 * T(n) = HMAC(PRK, T(n-1) | info | n). */
struct bytes
digest_hkdf(struct arena *arena, struct bytes key, struct bytes info,
    size_t len)
{
	static const unsigned char	 salt[SHA256_BYTES] = { 0 };
	struct bytes			 prk, last;
	unsigned char			*result, *block, *end;
	size_t				 done, take;
	unsigned char			 n;

	assert(len <= 255 * SHA256_BYTES);
	prk = digest_hmac(arena, DIGEST_SHA256,
	    bytes_from(salt, sizeof(salt)), key);
	result = arena_take(arena, len);
	block = arena_take(arena, SHA256_BYTES + info.len + 1);
	last = bytes_from(NULL, 0);
	n = 0;
	for (done = 0; done < len; done += take) {
		end = block;
		if (last.len > 0)
			end = (unsigned char *)memcpy(end, last.at, last.len) +
			    last.len;
		if (info.len > 0)
			end = (unsigned char *)memcpy(end, info.at, info.len) +
			    info.len;
		*end++ = ++n;
		last = digest_hmac(arena, DIGEST_SHA256, prk,
		    bytes_from(block, (size_t)(end - block)));
		take = len - done < last.len ? len - done : last.len;
		memcpy(result + done, last.at, take);
	}
	return bytes_from(result, len);
}

struct bytes
digest_pbkdf2(struct arena *arena, enum digest kind, struct bytes password,
    struct bytes salt, unsigned iterations)
{
	const EVP_MD	*md;
	unsigned char	*result;
	int		 len;

	md = find(kind);
	assert(password.len <= INT_MAX && salt.len <= INT_MAX);
	assert(iterations > 0 && iterations <= INT_MAX);
	len = EVP_MD_get_size(md);
	result = arena_take(arena, DIGEST_BYTES_MOST);
	if (PKCS5_PBKDF2_HMAC((const char *)password.at, (int)password.len,
	    salt.at, (int)salt.len, (int)iterations, md, len, result) != 1)
		give_up("PKCS5_PBKDF2_HMAC");
	return bytes_from(result, (size_t)len);
}

/* getrandom(2) may give less than asked when a signal comes. */
struct bytes
digest_random(struct arena *arena, size_t len)
{
	unsigned char	*result;
	size_t		 done;
	ssize_t		 got;

	result = arena_take(arena, len);
	for (done = 0; done < len; done += (size_t)got) {
		got = getrandom(result + done, len - done, 0);
		if (got == -1 && errno == EINTR)
			got = 0;
		if (got == -1)
			give_up("getrandom");
	}
	return bytes_from(result, len);
}

const char *
digest_hex(struct arena *arena, struct bytes data)
{
	static const char	 digits[] = "0123456789abcdef";
	char			*text;
	size_t			 i;

	text = arena_array(arena, data.len + 1, 2);
	for (i = 0; i < data.len; i++) {
		text[2 * i] = digits[data.at[i] >> 4];
		text[2 * i + 1] = digits[data.at[i] & 15];
	}
	return text;
}
