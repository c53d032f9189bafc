#include "../check.h"

#include "base/arena.h"
#include "base/text.h"
#include "crypt/digest.h"

#include <string.h>

/* RFC 1321 A.5, RFC 3174, FIPS 180-4. */
static void
digests(void **state)
{
	static const struct {
		enum digest	 kind;
		const char	*given;
		const char	*expected;
	} rows[] = {
		{ DIGEST_MD5, "abc", "900150983cd24fb0d6963f7d28e17f72" },
		{ DIGEST_MD5, "", "d41d8cd98f00b204e9800998ecf8427e" },
		{ DIGEST_SHA1, "abc",
		  "a9993e364706816aba3e25717850c26c9cd0d89d" },
		{ DIGEST_SHA256, "abc", "ba7816bf8f01cfea414140de5dae2223"
		  "b00361a396177a9cb410ff61f20015ad" },
		{ DIGEST_SHA256, "", "e3b0c44298fc1c149afbf4c8996fb924"
		  "27ae41e4649b934ca495991b7852b855" },
	};
	struct arena	*arena;
	size_t		 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(rows[i].expected, digest_hex(arena,
		    digest(arena, rows[i].kind, bytes_of(rows[i].given))));
	arena_close(arena);
}

/* RFC 2202 and RFC 4231, test case 2. */
static void
macs(void **state)
{
	static const char	 text[] = "what do ya want for nothing?";
	static const struct {
		enum digest	 kind;
		const char	*expected;
	} rows[] = {
		{ DIGEST_MD5, "750c783e6ab0b503eaa86e310a5db738" },
		{ DIGEST_SHA1, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79" },
		{ DIGEST_SHA256, "5bdcc146bf60754e6a042426089575c7"
		  "5a003f089d2739839dec58b964ec3843" },
	};
	struct arena	*arena;
	size_t		 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(rows[i].expected, digest_hex(arena,
		    digest_hmac(arena, rows[i].kind, bytes_of("Jefe"),
		    bytes_of(text))));
	arena_close(arena);
}

/* RFC 4231, test case 6: a key of more than a block; and nothing at all. */
static void
macs_of_any_key(void **state)
{
	unsigned char	 key[131];
	struct arena	*arena;

	(void)state;
	arena = arena_open();
	memset(key, 0xaa, sizeof(key));
	assert_string_equal("60e431591ee0b67f0d8a26aacbf5b77f"
	    "8e0bc6213728c5140546040f0ee37f54", digest_hex(arena,
	    digest_hmac(arena, DIGEST_SHA256, bytes_from(key, sizeof(key)),
	    bytes_of("Test Using Larger Than Block-Size Key - "
	    "Hash Key First"))));
	assert_string_equal("b613679a0814d9ec772f95d778c35fc5"
	    "ff1697c493715653c6c712144292c5ad", digest_hex(arena,
	    digest_hmac(arena, DIGEST_SHA256, bytes_from(NULL, 0),
	    bytes_from(NULL, 0))));
	arena_close(arena);
}

/* RFC 5869 A.3: no salt, no info. */
static void
hkdf(void **state)
{
	unsigned char	 key[22];
	struct arena	*arena;
	struct bytes	 result;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(key); i++)
		key[i] = 0x0b;
	arena = arena_open();
	result = digest_hkdf(arena, bytes_from(key, sizeof(key)),
	    bytes_from(NULL, 0), 42);
	assert_string_equal("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879e"
	    "c3454e5f3c738d2d9d201395faa4b61a96c8", digest_hex(arena, result));
	assert_int_equal(digest_hkdf(arena, bytes_from(key, sizeof(key)),
	    bytes_of("postern1|x"), 255 * SHA256_BYTES).len,
	    255 * SHA256_BYTES);
	arena_close(arena);
}

/* RFC 6070, and RFC 7914 11 for SHA-256. */
static void
pbkdf2(void **state)
{
	struct arena	*arena;

	(void)state;
	arena = arena_open();
	assert_string_equal("4b007901b765489abead49d926f721d065a429c1",
	    digest_hex(arena, digest_pbkdf2(arena, DIGEST_SHA1,
	    bytes_of("password"), bytes_of("salt"), 4096)));
	assert_string_equal("55ac046e56e3089fec1691c22544b605"
	    "f94185216dde0465e68b9d57c20dacbc", digest_hex(arena,
	    digest_pbkdf2(arena, DIGEST_SHA256, bytes_of("passwd"),
	    bytes_of("salt"), 1)));
	arena_close(arena);
}

static void
random_bytes(void **state)
{
	struct arena	*arena;
	struct bytes	 a, b;

	(void)state;
	arena = arena_open();
	a = digest_random(arena, 1000);
	b = digest_random(arena, 1000);
	assert_int_equal(a.len, 1000);
	assert_false(bytes_equal(a, b));
	assert_int_equal(digest_random(arena, 0).len, 0);
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(digests),
	cmocka_unit_test(macs),
	cmocka_unit_test(macs_of_any_key),
	cmocka_unit_test(hkdf),
	cmocka_unit_test(pbkdf2),
	cmocka_unit_test(random_bytes)
)
