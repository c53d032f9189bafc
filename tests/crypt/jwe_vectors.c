#include "../check.h"

#include <dirent.h>
#include <string.h>

#include "../corpora.h"
#include "base/fault.h"
#include "base/text.h"
#include "crypt/jwe.h"
#include "data/base64.h"
#include "data/json.h"

/*
 * Tokens of others: own/jwe-dir-a256gcm is for this reader, and which kind a
 * token must be of stands in "use"; of all published ones none is dir with
 * A256GCM, so that every one must be refused.
 */
static const struct {
	const char	*use;
	const char	*typ;
} uses[] = {
	{ "access", "mcp-at+jwe" }, { "refresh", "mcp-rt+jwe" },
	{ "code", "mcp-code+jwe" }, { "client", "mcp-client+jwe" },
	{ "download", "mcp-dl+jwe" }
};

/* Those whose JWE is well and whose claims are not: oauth/token refuses. */
static const char *const	 claims_only[] = {
	"neg-exp-missing", "neg-exp-str", "neg-exp-huge", "neg-iss",
	"neg-aud-prefix", "neg-dupclaim", "neg-pt-array", "neg-pt-bin"
};

static bool
is_expected(const struct json *vector)
{
	const char	*expect, *id;
	size_t		 i;

	expect = json_text(json_member(vector, "expect"));
	id = json_text(json_member(vector, "id"));
	for (i = 0; i < sizeof(claims_only) / sizeof(claims_only[0]); i++)
		if (text_equal(claims_only[i], id))
			return true;
	return !text_equal(expect, "reject");
}

static const char *
typ_of(const struct json *vector)
{
	size_t	 i;

	for (i = 0; i < sizeof(uses) / sizeof(uses[0]); i++)
		if (text_equal(uses[i].use,
		    json_text(json_member(vector, "use"))))
			return uses[i].typ;
	fail_msg("a use that is not known");
	return NULL;
}

/* As oauth/token opens: the kid picks the key, and only k1 and k2 are ours. */
static const struct fault *
open_vector(struct arena *arena, const struct json *keys,
    const struct json *vector, struct bytes *plain)
{
	const struct fault	*bad;
	struct jwe_header	 header;
	const char		*token, *key;
	struct bytes		 bytes;

	token = json_text(json_member(vector, "jwe"));
	if (token == NULL)
		return fault_make(arena, FAULT_TOKEN, "no text");
	if ((bad = jwe_header(arena, token, &header)) != NULL)
		return bad;
	key = text_equal(header.kid, "k1") || text_equal(header.kid, "k2") ?
	    json_text(json_member(keys, header.kid)) : NULL;
	if (key == NULL)
		return fault_make(arena, FAULT_TOKEN, "no such key");
	assert_true(base64_read_url(arena, bytes_of(key), &bytes));
	header.typ = typ_of(vector);
	return jwe_open(arena, token, bytes, &header, plain);
}

/* One of the tokens has a NUL in it, which no text here can hold and JSON
 * reading refuses: it becomes U+0001, a byte as foreign to base64url. */
static const struct json *
read_own(struct arena *arena)
{
	const struct json	*json;
	struct bytes		 file;
	const char		*found;
	char			*text;

	file = corpora_read(arena, "own/jwe-dir-a256gcm/vectors.json");
	if (file.at == NULL)
		return NULL;
	text = arena_copy(arena, file.at, file.len);
	found = strstr(text, "\\u0000");
	if (found != NULL)
		text[found - text + 5] = '1';
	assert_null(json_read(arena, bytes_of(text), JSON_KEYS_UNIQUE,
	    &json));
	return json;
}

static void
own(void **state)
{
	const struct fault	*bad;
	const struct json	*json, *vectors, *vector;
	const char		*text;
	struct arena		*arena;
	struct bytes		 plain;
	size_t			 i;

	(void)state;
	arena = arena_open();
	json = read_own(arena);
	vectors = json_member(json, "vectors");
	assert_true(json == NULL || json_count(vectors) >= 85);
	for (i = 0; i < json_count(vectors); i++) {
		vector = json_element(vectors, i);
		bad = open_vector(arena, json_member(json, "keys"), vector,
		    &plain);
		if ((bad == NULL) != is_expected(vector))
			fail_msg("%s: %s",
			    json_text(json_member(vector, "id")),
			    bad == NULL ? "opened" : bad->detail);
		text = json_text(json_member(vector, "plaintext"));
		if (bad == NULL && text != NULL)
			assert_true(bytes_is(plain, text));
	}
	arena_close(arena);
	if (json == NULL)
		skip();
}

static void
refuse(struct arena *arena, const char *token)
{
	static const struct jwe_header	 any = { "k1", "mcp-at+jwe", NULL };
	static const unsigned char	 key[32] = { 1 };
	const struct fault		*bad;
	struct jwe_header		 header;
	struct bytes			 plain;

	bad = jwe_header(arena, token, &header);
	assert_non_null(bad);
	assert_int_equal(bad->kind, FAULT_TOKEN);
	assert_non_null(jwe_open(arena, token, bytes_from(key, sizeof(key)),
	    &any, &plain));
}

static void
wycheproof(void **state)
{
	const struct json	*json, *cases;
	const char		*token;
	struct arena		*arena;
	struct bytes		 file;
	size_t			 i;

	(void)state;
	arena = arena_open();
	file = corpora_read(arena,
	    "jwe/wycheproof-jwe/json_web_encryption_test.split.json");
	if (file.at == NULL) {
		arena_close(arena);
		skip();
	}
	assert_null(json_read(arena, file, JSON_KEYS_UNIQUE, &json));
	cases = json_member(json, "cases");
	assert_true(json_count(cases) >= 84);
	for (i = 0; i < json_count(cases); i++) {
		token = json_text(json_member(json_member(
		    json_element(cases, i), "test"), "jwe"));
		if (token != NULL)
			refuse(arena, token);
	}
	arena_close(arena);
}

/* Every file of a folder with that ending; how many. */
static unsigned
refuse_folder(struct arena *arena, const char *folder, const char *ending)
{
	const struct json	*json;
	const struct dirent	*entry;
	struct bytes		 file;
	unsigned		 count;
	DIR			*open;

	count = 0;
	open = opendir(corpora_path(arena, folder));
	while (open != NULL && (entry = readdir(open)) != NULL) {
		if (!text_ends_case(entry->d_name, ending))
			continue;
		file = corpora_read(arena, text_format(arena, "%s/%s", folder,
		    entry->d_name));
		if (text_equal(ending, ".json")) {
			assert_null(json_read(arena, file, JSON_KEYS_UNIQUE,
			    &json));
			json = json_member(json_member(json, "output"),
			    "compact");
			file = bytes_of(json == NULL ? "" : json_text(json));
		}
		refuse(arena, bytes_text(arena, file));
		count++;
	}
	if (open != NULL)
		closedir(open);
	return count;
}

static void
published(void **state)
{
	struct arena	*arena;
	unsigned	 cookbook, latchset;

	(void)state;
	arena = arena_open();
	cookbook = refuse_folder(arena, "jwe/rfc7520-cookbook", ".json");
	latchset = refuse_folder(arena, "jwe/latchset-jose-vectors", ".jwec");
	arena_close(arena);
	if (cookbook == 0 && latchset == 0)
		skip();
	assert_int_equal(cookbook, 6);
	assert_int_equal(latchset, 7);
}

CHECK_MAIN(
	cmocka_unit_test(own),
	cmocka_unit_test(wycheproof),
	cmocka_unit_test(published)
)
