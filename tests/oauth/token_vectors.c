#include "../check.h"

#include <string.h>
#include <time.h>

#include "../corpora.h"
#include "base/config.h"
#include "base/fault.h"
#include "crypt/jwe.h"
#include "crypt/keys.h"
#include "data/base64.h"
#include "data/json.h"
#include "oauth/token.h"

#define NEW	"202122232425262728292a2b2c2d2e2f" \
		"303132333435363738393a3b3c3d3e3f\n"
#define ISSUER	"https://mcp.example.org"

enum { START = 1790000100 };

struct claims {
	struct token_base	 base;
	const char		*audience;
	const char		*subject;
	const char		*scope;
	const char		*typ;
};

static const struct field	 claims_rows[] = {
	TOKEN_BASE_ROWS,
	{ FIELD_AS(struct claims, audience, "aud") },
	{ FIELD_AS(struct claims, subject, "sub") },
	{ FIELD_AS(struct claims, scope, "scope") },
	{ FIELD_AS(struct claims, typ, "typ") },
	{ FIELD_END }
};

static const struct config	 config = { .base_url = ISSUER };

/* These vectors are for this time: the C library's is not asked. */
time_t	 time(time_t *at);

time_t
time(time_t *at)
{
	if (at != NULL)
		*at = START;
	return START;
}

/* The content of a token of own/jwe-dir-a256gcm, or NULL where its JWE is
 * already refused (tests/crypt/jwe_vectors.c); where it is of another kind the
 * content is none of ours either. */
static const char *
vector_content(struct arena *arena, const struct json *json,
    const struct json *vector)
{
	struct jwe_header	 header;
	struct bytes		 key, plain;
	const char		*token;

	token = json_text(json_member(vector, "jwe"));
	if (!text_equal(json_text(json_member(vector, "use")), "access") ||
	    jwe_header(arena, token, &header) != NULL ||
	    !text_equal(header.typ, "mcp-at+jwe") ||
	    !text_equal(header.kid, "k1") || !base64_read_url(arena,
	    bytes_of(json_text(json_member(json_member(json, "keys"), "k1"))),
	    &key) || jwe_open(arena, token, key, &header, &plain) != NULL)
		return NULL;
	return bytes_text(arena, plain);
}

/* Whether a token with such content is refused by its audience only, which
 * is the bearer's to know. */
static bool
is_good_content(const struct json *vector)
{
	return text_equal(json_text(json_member(vector, "expect")),
	    "accept") || text_equal(json_text(json_member(vector, "id")),
	    "neg-aud-prefix");
}

/* The content, sealed as this server's own, opens. */
static bool
is_opened(struct arena *arena, const struct keys *keys, const char *text)
{
	struct jwe_header	 header = { .typ = "mcp-at+jwe" };
	struct claims		 claims = { .subject = NULL };

	header.kid = keys_newest(keys);
	return token_open(arena, keys, TOKEN_ACCESS, claims_rows,
	    jwe_seal(arena, bytes_of(text), keys_derive(arena, keys,
	    header.kid, header.typ), &header), &config, &claims) == NULL;
}

static void
vectors(void **state)
{
	const struct json	*json, *all, *vector;
	const struct keys	*keys;
	struct arena		*arena;
	struct bytes		 file;
	const char		*text;
	char			*nul;
	size_t			 i, seen;

	(void)state;
	arena = arena_open();
	file = corpora_read(arena, "own/jwe-dir-a256gcm/vectors.json");
	if (file.at == NULL) {
		arena_close(arena);
		skip();
	}
	text = bytes_text(arena, file);
	if ((nul = strstr(arena_text(arena, text), "\\u0000")) != NULL) {
		nul[5] = '1';
		text = nul - (strstr(text, "\\u0000") - text);
	}
	assert_null(json_read(arena, bytes_of(text), JSON_KEYS_UNIQUE,
	    &json));
	assert_null(keys_read(arena, bytes_of(NEW), &keys));
	all = json_member(json, "vectors");
	for (seen = 0, i = 0; i < json_count(all); i++) {
		vector = json_element(all, i);
		text = vector_content(arena, json, vector);
		if (text == NULL)
			continue;
		seen++;
		if (is_opened(arena, keys, text) !=
		    is_good_content(vector))
			fail_msg("%s", json_text(json_member(vector, "id")));
	}
	assert_true(seen >= 14);
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(vectors))
