#include "fuzz.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/config.h"
#include "base/fault.h"
#include "crypt/jwe.h"
#include "crypt/keys.h"
#include "data/base64.h"
#include "oauth/bearer.h"
#include "oauth/token.h"

#define KEY	"202122232425262728292a2b2c2d2e2f" \
		"303132333435363738393a3b3c3d3e3f\n"
#define ISSUER	"https://mail.example.org"

enum way { WAY_TOKEN, WAY_CLAIMS, WAY_HEADER, WAY_FLIPPED, WAYS };

static const struct config	 config = { .base_url = ISSUER };

/* A key of ours, and that it is told as a refusal of a token if at all. */
static bool
opens(struct arena *arena, const struct authority *authority,
    const char *token)
{
	const struct fault	*bad;
	struct access		 access = { 0 };

	bad = token_open(arena, authority, &access_sort, token, &access);
	assert(bad == NULL || bad->kind == FAULT_TOKEN);
	if (bad != NULL) {
		fuzz_is_line(bad->detail);
		return false;
	}
	assert(text_equal(access.base.issuer, ISSUER));
	fuzz_is_text(access.audience);
	fuzz_is_text(access.grant);
	return true;
}

static const char *
seal(struct arena *arena, const struct keys *keys, struct bytes claims)
{
	const struct jwe_header	 header = {
		.kid = keys_newest(keys), .typ = token_typ(TOKEN_ACCESS)
	};

	return jwe_seal(arena, claims, keys_derive(arena, keys, header.kid,
	    header.typ), &header);
}

/* Claims that are ours are sealed and opened anew. */
static void
check_sealed(struct arena *arena, const struct authority *authority,
    const char *token)
{
	struct access	 access = { 0 };

	assert(token_open(arena, authority, &access_sort, token, &access) ==
	    NULL);
	access.base.expires = INT32_MAX;
	assert((token_fits(arena, authority, &access_sort, &access) == NULL) <=
	    (token_seal(arena, authority, &access_sort, &access, &token) ==
	    NULL));
}

/* Claims that somebody with the key has sealed come out as they went in. */
static void
check_claims(struct arena *arena, const struct authority *authority,
    struct bytes claims)
{
	struct jwe_header	 header;
	struct bytes		 plain;
	const char		*token;

	token = seal(arena, authority->keys, claims);
	if (bytes_of(token).len > JWE_CHARS_MOST)
		return;
	assert(token_is(arena, TOKEN_ACCESS, token));
	assert(!token_is(arena, TOKEN_REFRESH, token));
	assert(jwe_header(arena, token, &header) == NULL);
	assert(jwe_open(arena, token, keys_derive(arena, authority->keys,
	    header.kid, header.typ), &header, &plain) == NULL);
	assert(bytes_equal(plain, claims));
	if (opens(arena, authority, token))
		check_sealed(arena, authority, token);
}

/* One character that is another makes it nobody's. */
static void
check_flipped(struct arena *arena, const struct authority *authority,
    struct bytes raw)
{
	static const char	 claims[] = "{\"iss\":\"" ISSUER "\",\"iat\":0,"
				    "\"exp\":0}";
	const char		*token;
	char			*other;
	size_t			 at;

	token = seal(arena, authority->keys, bytes_of(claims));
	if (raw.len < 3 || raw.at[2] == '\0')
		return;
	at = (raw.at[0] * 256u + raw.at[1]) % bytes_of(token).len;
	other = arena_text(arena, token);
	other[at] = (char)raw.at[2];
	assert(text_equal(token, other) || !opens(arena, authority, other));
}

/* The first byte chooses what the rest is. */
int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct authority	 authority = { .config = &config };
	struct arena		*arena;
	struct bytes		 raw;

	if (len == 0)
		return 0;
	arena = arena_open();
	raw = bytes_from(at + 1, len - 1);
	assert(keys_read(arena, bytes_of(KEY), &authority.keys) == NULL);
	switch (at[0] % WAYS) {
	case WAY_TOKEN:
		assert(!opens(arena, &authority, bytes_text(arena, raw)));
		break;
	case WAY_CLAIMS:
		check_claims(arena, &authority, raw);
		break;
	case WAY_HEADER:
		assert(!opens(arena, &authority, text_format(arena,
		    "%s..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA",
		    base64_write_url(arena, raw))));
		break;
	default:
		check_flipped(arena, &authority, raw);
	}
	arena_close(arena);
	return 0;
}
