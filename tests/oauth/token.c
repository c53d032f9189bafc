#include "../check.h"
#include "../keys.h"
#include "../wall.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "crypt/jwe.h"
#include "data/base64.h"
#include "oauth/token.h"

#include "claims.h"

#define GOOD	"{\"iss\":\"" ISSUER "\",\"iat\":1790000000," \
		"\"exp\":1790000600}"

static const char *
seal(struct arena *arena, const struct keys *keys, enum token_kind kind,
    int64_t expires)
{
	struct authority	 authority = { &config, keys, NULL };
	struct token_sort	 sort = { kind, claims_rows };
	struct claims		 claims = { .subject = "u@example.org" };
	const char		*token;

	claims.base.expires = expires;
	assert_null(token_seal(arena, &authority, &sort, &claims, &token));
	return token;
}

static const struct fault *
open_one(struct arena *arena, const struct keys *keys, enum token_kind kind,
    const char *token)
{
	struct authority	 authority = { &config, keys, NULL };
	struct token_sort	 sort = { kind, claims_rows };
	const struct fault	*bad;
	struct claims		 claims = { .subject = NULL };

	bad = token_open(arena, &authority, &sort, token, &claims);
	if (bad != NULL && wall < WALL_START)
		assert_int_equal(bad->kind, FAULT_UNAVAILABLE);
	else if (bad != NULL)
		assert_int_equal(bad->kind, FAULT_TOKEN);
	else
		assert_string_equal(claims.base.issuer, ISSUER);
	return bad;
}

/* Security T1: no kind opens as another. */
static void
kinds(void **state)
{
	const struct keys	*keys;
	struct arena		*arena;
	const char		*token;
	unsigned		 a, b;

	(void)state;
	arena = arena_open();
	keys = test_keys(arena, TEST_KEY);
	for (a = 0; a < TOKEN_KINDS; a++) {
		token = seal(arena, keys, a, WALL_START + 60);
		for (b = 0; b < TOKEN_KINDS; b++)
			if ((open_one(arena, keys, b, token) == NULL) !=
			    (a == b))
				fail_msg("%s as %s", token_typ(a),
				    token_typ(b));
	}
	arena_close(arena);
}

/* Even with the typ written over: the sub-key is another. */
static void
keys_of_kinds(void **state)
{
	struct jwe_header	 header = { .typ = "mcp-at+jwe" };
	const struct keys	*keys;
	struct arena		*arena;
	const char		*token;

	(void)state;
	arena = arena_open();
	keys = test_keys(arena, TEST_KEY);
	header.kid = keys_newest(keys);
	token = jwe_seal(arena, bytes_of(GOOD), keys_derive(arena, keys,
	    header.kid, "mcp-rt+jwe"), &header);
	assert_non_null(open_one(arena, keys, TOKEN_ACCESS, token));
	token = jwe_seal(arena, bytes_of(GOOD), keys_derive(arena, keys,
	    header.kid, header.typ), &header);
	assert_null(open_one(arena, keys, TOKEN_ACCESS, token));
	arena_close(arena);
}

static void
rotation(void **state)
{
	const struct keys	*old, *both, *newest, *one;
	struct arena		*arena;
	const char		*token;

	(void)state;
	arena = arena_open();
	old = test_keys(arena, TEST_OLD_KEY);
	both = test_keys(arena, TEST_KEY TEST_OLD_KEY);
	newest = test_keys(arena, TEST_KEY);
	token = seal(arena, old, TOKEN_REFRESH, WALL_START + 60);
	assert_null(open_one(arena, both, TOKEN_REFRESH, token));
	assert_non_null(open_one(arena, newest, TOKEN_REFRESH, token));
	token = seal(arena, both, TOKEN_REFRESH, WALL_START + 60);
	assert_null(open_one(arena, newest, TOKEN_REFRESH, token));
	assert_non_null(open_one(arena, old, TOKEN_REFRESH, token));
	one = test_keys(arena, text_format(arena, "%s mcp-rt+jwe %s",
	    keys_newest(newest), base64_write(arena, keys_derive(arena,
	    newest, keys_newest(newest), "mcp-rt+jwe"))));
	assert_null(open_one(arena, one, TOKEN_REFRESH, token));
	assert_null(open_one(arena, newest, TOKEN_REFRESH,
	    seal(arena, one, TOKEN_REFRESH, WALL_START + 60)));
	assert_non_null(open_one(arena, one, TOKEN_ACCESS,
	    seal(arena, newest, TOKEN_ACCESS, WALL_START + 60)));
	arena_close(arena);
}

/* When it is opened, as an offset to when it was sealed. */
static const struct {
	int64_t	 life;
	int64_t	 later;
	bool	 good;
} times[] = {
	{ 60, 0, true }, { 60, 59, true }, { 60, 60, false },
	{ 60, 3600, false }, { 60, -TOKEN_LEEWAY_SECONDS, true },
	{ 60, -TOKEN_LEEWAY_SECONDS - 1, false }, { 1, 0, true },
	{ 0, 0, false }, { -1, 0, false }, { 3650LL * 86400, 0, true },
	{ 3650LL * 86400 + 1, 0, false },
};

static void
life(void **state)
{
	struct authority	 authority = { .config = &config };
	struct claims		 claims = { .subject = NULL };
	const struct keys	*keys;
	struct arena		*arena;
	const char		*token;
	size_t			 i;

	(void)state;
	arena = arena_open();
	keys = authority.keys = test_keys(arena, TEST_KEY);
	for (i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		token = seal(arena, keys, TOKEN_ACCESS,
		    WALL_START + times[i].life);
		wall = WALL_START + times[i].later;
		if ((open_one(arena, keys, TOKEN_ACCESS, token) == NULL) !=
		    times[i].good)
			fail_msg("row %zu", i);
		wall = WALL_START;
	}
	assert_null(open_one(arena, keys, TOKEN_CLIENT,
	    seal(arena, keys, TOKEN_CLIENT, 0)));
	assert_non_null(open_one(arena, keys, TOKEN_ACCESS,
	    seal(arena, keys, TOKEN_ACCESS, 0)));
	assert_non_null(open_one(arena, keys, TOKEN_CLIENT,
	    seal(arena, keys, TOKEN_CLIENT, WALL_START - 1)));
	assert_null(token_seal(arena, &authority, &claims_sort, &claims,
	    &token));
	arena_close(arena);
}

static void
tampering(void **state)
{
	const struct keys	*keys;
	struct arena		*arena, *inner;
	const char		*token;
	char			*copy;
	size_t			 i, len;

	(void)state;
	arena = arena_open();
	inner = arena_open();
	keys = test_keys(arena, TEST_KEY);
	token = seal(arena, keys, TOKEN_ACCESS, WALL_START + 60);
	len = strlen(token);
	for (i = 0; i < len; i++) {
		copy = arena_text(inner, token);
		copy[i] = copy[i] == 'A' ? 'B' : 'A';
		assert_non_null(open_one(inner, keys, TOKEN_ACCESS, copy));
		copy[i] = '\0';
		assert_non_null(open_one(inner, keys, TOKEN_ACCESS, copy));
		arena_wipe(inner);
	}
	assert_non_null(open_one(arena, keys, TOKEN_ACCESS, ""));
	assert_non_null(open_one(arena, keys, TOKEN_ACCESS, "...."));
	assert_non_null(open_one(arena, keys, TOKEN_ACCESS, "Bearer"));
	arena_close(inner);
	arena_close(arena);
}

static const struct {
	enum token_kind	 kind;
	size_t		 most;
} sizes[] = {
	{ TOKEN_ACCESS, 7168 }, { TOKEN_REFRESH, 7168 }, { TOKEN_CODE, 3000 },
	{ TOKEN_CLIENT, 1500 }, { TOKEN_DOWNLOAD, 7168 }
};

/* What is over the kind's size is not sealed, and what was is opened. */
static void
limits(void **state)
{
	struct authority	 authority = { .config = &config };
	struct token_sort	 sort = { .rows = claims_rows };
	const struct fault	*bad;
	const struct keys	*keys;
	struct claims		 claims = { .subject = NULL };
	struct arena		*arena;
	const char		*token;
	size_t			 i, len, last;
	char			*text;

	(void)state;
	arena = arena_open();
	keys = authority.keys = test_keys(arena, TEST_KEY);
	text = arena_take(arena, 8192);
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		last = 0;
		for (len = 800; len < 8000; len++) {
			memset(text, 'x', len);
			text[len] = '\0';
			claims.subject = text;
			claims.base.expires = WALL_START + 60;
			sort.kind = sizes[i].kind;
			bad = token_seal(arena, &authority, &sort, &claims,
			    &token);
			if (bad != NULL)
				break;
			last = strlen(token);
		}
		assert_int_equal(bad->kind, FAULT_LIMIT);
		assert_in_range(last, sizes[i].most - 3, sizes[i].most);
		claims.subject = arena_copy(arena, text, len - 1);
		assert_null(token_seal(arena, &authority, &sort, &claims,
		    &token));
		assert_null(open_one(arena, keys, sizes[i].kind, token));
		memset(text, 0, 8192);
	}
	arena_close(arena);
}

/* Who has no key of the kind knows what fits as well as who has. */
static void
fits_without_the_key(void **state)
{
	struct arena		*arena = arena_open();
	const struct keys	*keys = test_keys(arena, TEST_KEY);
	struct authority	 has = { .config = &config, .keys = keys };
	struct authority	 lacks = { .config = &config };
	struct claims		 claims = { .base.expires = WALL_START + 60 };
	char			*text = arena_take(arena, 8192);
	const char		*token;
	size_t			 len, fitted = 0;

	(void)state;
	lacks.keys = test_keys(arena, text_format(arena, "%s mcp-rt+jwe %s",
	    keys_newest(keys), base64_write(arena, keys_derive(arena, keys,
	    keys_newest(keys), "mcp-rt+jwe"))));
	claims.subject = text;
	for (len = 5000; len < 5400; len++) {
		memset(text, 'x', len);
		claims.base.route = NULL;
		if (token_fits(arena, &lacks, &claims_sort, &claims) == NULL)
			fitted++;
		assert_null(claims.base.route);
		claims.base.route = token_route(arena, keys, "u");
		assert_int_equal(token_seal(arena, &has, &claims_sort,
		    &claims, &token) == NULL, fitted == len - 4999);
	}
	assert_in_range(fitted, 1, 399);
	arena_close(arena);
}

/* What is inside, sealed with the right key. */
static const struct {
	const char	*text;
	bool		 good;
} contents[] = {
	{ GOOD, true },
	{ "{\"exp\":1790000600,\"iat\":1790000000,\"iss\":\"" ISSUER "\"}",
	  true },
	{ "{\"iss\":\"" ISSUER "/\",\"iat\":1790000000,\"exp\":1790000600}",
	  false },
	{ "{\"iss\":\"\",\"iat\":1790000000,\"exp\":1790000600}", false },
	{ "{\"iss\":null,\"iat\":1790000000,\"exp\":1790000600}", false },
	{ "{\"iat\":1790000000,\"exp\":1790000600}", false },
	{ "{\"iss\":\"" ISSUER "\",\"exp\":1790000600}", false },
	{ "{\"iss\":\"" ISSUER "\",\"iat\":1790000000}", false },
	{ "{\"iss\":\"" ISSUER "\",\"iat\":-1,\"exp\":1790000600}", false },
	{ "{\"iss\":\"" ISSUER "\",\"iat\":1e9,\"exp\":1790000600}", false },
	{ "{\"iss\":\"" ISSUER "\",\"iat\":1790000000,\"exp\":1790000600,"
	  "\"x\":1}", false },
	{ "{\"iss\":\"" ISSUER "\",\"iat\":1790000000,\"exp\":1790000600,"
	  "\"exp\":1790000600}", false },
	{ "[]", false }, { "", false }, { "null", false }, { "{}", false },
};

static const struct fault *
open_text(struct arena *arena, const struct keys *keys, const char *text)
{
	struct jwe_header	 header = { .typ = "mcp-at+jwe" };

	header.kid = keys_newest(keys);
	return open_one(arena, keys, TOKEN_ACCESS, jwe_seal(arena,
	    bytes_of(text), keys_derive(arena, keys, header.kid, header.typ),
	    &header));
}

static void
content(void **state)
{
	const struct keys	*keys;
	struct arena		*arena;
	size_t			 i;

	(void)state;
	arena = arena_open();
	keys = test_keys(arena, TEST_KEY);
	for (i = 0; i < sizeof(contents) / sizeof(contents[0]); i++)
		if ((open_text(arena, keys, contents[i].text) == NULL) !=
		    contents[i].good)
			fail_msg("row %zu", i);
	arena_close(arena);
}

/* The route is the same for one identity and key, and only then. */
static void
route(void **state)
{
	struct authority	 authority = { .config = &config };
	struct claims		 claims = { .base.expires = WALL_START + 60 };
	const struct keys	*keys;
	struct jwe_header	 header;
	struct arena		*arena;
	const char		*a, *token;

	(void)state;
	arena = arena_open();
	keys = test_keys(arena, TEST_KEY TEST_OLD_KEY);
	a = token_route(arena, keys, "imap.example.org:993:u");
	assert_string_equal(a, token_route(arena, keys,
	    "imap.example.org:993:u"));
	assert_string_not_equal(a, token_route(arena, keys,
	    "imap.example.org:993:v"));
	assert_string_not_equal(a, token_route(arena,
	    test_keys(arena, TEST_OLD_KEY), "imap.example.org:993:u"));
	authority.keys = keys;
	claims.base.route = a;
	assert_null(token_seal(arena, &authority, &claims_sort, &claims,
	    &token));
	assert_null(jwe_header(arena, token, &header));
	assert_string_equal(header.route, a);
	assert_null(open_one(arena, keys, TOKEN_ACCESS, token));
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(kinds),
	cmocka_unit_test(keys_of_kinds),
	cmocka_unit_test(rotation),
	cmocka_unit_test(life),
	cmocka_unit_test(tampering),
	cmocka_unit_test(limits),
	cmocka_unit_test(fits_without_the_key),
	cmocka_unit_test(content),
	cmocka_unit_test(route)
)
