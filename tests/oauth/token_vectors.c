#include "../check.h"
#include "../keys.h"
#include "../wall.h"

#include <string.h>

#include "../corpora.h"
#include "base/fault.h"
#include "crypt/jwe.h"
#include "data/base64.h"
#include "data/json.h"
#include "oauth/token.h"

#include "claims.h"

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
	struct authority	 authority = { &config, keys, NULL };

	header.kid = keys_newest(keys);
	return token_open(arena, &authority, &claims_sort,
	    jwe_seal(arena, bytes_of(text), keys_derive(arena, keys,
	    header.kid, header.typ), &header), &claims) == NULL;
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
	keys = test_keys(arena, TEST_KEY);
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
