#include "../check.h"

#include <time.h>

#include "request.h"

#include "mail/account.h"
#include "oauth/scope.h"

static const struct account	 account = {
	.address = "u@example.org", .username = "u", .password = "p"
};

static const char *
seal(struct arena *arena, const struct authority *authority,
    enum token_kind kind, const char *audience, int64_t life)
{
	struct access		 access = { .audience = audience, .client = "c",
	    .grant = "g" };
	struct token_sort	 sort = { kind, access_sort.rows };
	const char		*token;

	access.base.route = "route";
	access.scopes = text_split(arena, "mail:read", " ");
	access.accounts = (struct objects){ &account, 1 };
	access.base.expires = time(NULL) + life;
	assert_null(token_seal(arena, authority, &sort, &access, &token));
	return token;
}

/* A token in a header, and whether it is taken. */
static const struct {
	const char	*format;
	enum token_kind	 kind;
	const char	*audience;
	int64_t		 life;
	bool		 good;
} rows[] = {
	{ "Bearer %s", TOKEN_ACCESS, TEST_BASE "/mcp", 60, true },
	{ "bearer  %s", TOKEN_ACCESS, TEST_BASE "/mcp", 60, true },
	{ "Bearer %s ", TOKEN_ACCESS, TEST_BASE "/mcp", 60, false },
	{ "Bearer\t%s", TOKEN_ACCESS, TEST_BASE "/mcp", 60, false },
	{ "Bearer %s, Bearer x", TOKEN_ACCESS, TEST_BASE "/mcp", 60, false },
	{ "Basic %s", TOKEN_ACCESS, TEST_BASE "/mcp", 60, false },
	{ "%s", TOKEN_ACCESS, TEST_BASE "/mcp", 60, false },
	{ "Bearer%s", TOKEN_ACCESS, TEST_BASE "/mcp", 60, false },
	{ "Bearer x%s", TOKEN_ACCESS, TEST_BASE "/mcp", 60, false },
	{ "Bearer %.100s", TOKEN_ACCESS, TEST_BASE "/mcp", 60, false },
	{ "Bearer %.0s", TOKEN_ACCESS, TEST_BASE "/mcp", 60, false },
	{ "Bearer %s", TOKEN_ACCESS, TEST_BASE "/mcp", 0, false },
	{ "Bearer %s", TOKEN_ACCESS, TEST_BASE "/mcp", -60, false },
	{ "Bearer %s", TOKEN_ACCESS, TEST_BASE "/mcp/", 60, false },
	{ "Bearer %s", TOKEN_ACCESS, TEST_BASE, 60, false },
	{ "Bearer %s", TOKEN_ACCESS, "https://other.example/mcp", 60, false },
	{ "Bearer %s", TOKEN_REFRESH, TEST_BASE "/mcp", 60, false },
	{ "Bearer %s", TOKEN_CODE, TEST_BASE "/mcp", 60, false },
	{ "Bearer %s", TOKEN_DOWNLOAD, TEST_BASE "/mcp", 60, false },
	{ "Bearer %s", TOKEN_CLIENT, TEST_BASE "/mcp", 60, false },
};

/* The %s of a format, replaced; %.Ns is its first characters. */
static const char *
put_token(struct arena *arena, const char *format, const char *token)
{
	const char	*mark;
	struct buf	 buf;
	size_t		 most;

	mark = strchr(format, '%');
	most = mark[1] == 's' ? strlen(token) : mark[2] == '0' ? 0 : 100;
	buf_start(&buf, arena);
	buf_bytes(&buf, bytes_from(format, (size_t)(mark - format)));
	buf_bytes(&buf, bytes_from(token, most));
	buf_text(&buf, strchr(mark, 's') + 1);
	return buf_string(&buf);
}

static void
reading(void **state)
{
	const struct authority	*authority;
	const struct account	*got;
	const struct access	*access;
	const struct fault	*bad;
	struct request		 request;
	struct arena		*arena;
	size_t			 i;

	(void)state;
	arena = arena_open();
	authority = test_authority(arena, TEST_KEY);
	test_request(arena, authority, &request);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		test_authorization = put_token(arena, rows[i].format,
		    seal(arena, authority, rows[i].kind, rows[i].audience,
		    rows[i].life));
		bad = bearer_read(&request, &access);
		if ((bad == NULL) != rows[i].good)
			fail_msg("row %zu", i);
		if (bad != NULL) {
			assert_int_equal(bad->kind, FAULT_TOKEN);
			continue;
		}
		assert_string_equal(access->grant, "g");
		assert_true(texts_have(access->scopes, "mail:read"));
		got = access->accounts.at;
		assert_string_equal(got->username, "u");
	}
	test_authorization = NULL;
	bad = bearer_read(&request, &access);
	assert_non_null(bad);
	assert_int_equal(bad->kind, FAULT_TOKEN);
	arena_close(arena);
}

#define METADATA	"resource_metadata=\"" TEST_BASE \
			"/.well-known/oauth-protected-resource/mcp\""

static void
challenging(void **state)
{
	const struct config	*config;
	const struct fault	*bad;
	struct arena		*arena;

	(void)state;
	arena = arena_open();
	config = test_config(arena);
	assert_string_equal(bearer_challenge(arena, config, NULL,
	    scope_all(arena)), "Bearer " METADATA ", scope=\"mail:folders "
	    "mail:read mail:search mail:modify mail:send\"");
	bad = fault_make(arena, FAULT_TOKEN, "a \"b\\c\"\r\nd \xc3\xbc");
	assert_string_equal(bearer_challenge(arena, config, bad,
	    text_split(arena, "mail:read", " ")),
	    "Bearer error=\"invalid_token\", error_description=\"a 'b'c'  d "
	    "  \", " METADATA ", scope=\"mail:read\"");
	bad = fault_make(arena, FAULT_SCOPE, "more");
	assert_string_equal(bearer_challenge(arena, config, bad,
	    text_split(arena, "mail:read mail:send", " ")),
	    "Bearer error=\"insufficient_scope\", error_description=\"more\""
	    ", " METADATA ", scope=\"mail:read mail:send\"");
	assert_string_equal(bearer_audience(arena, config),
	    TEST_BASE "/mcp");
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(reading),
	cmocka_unit_test(challenging)
)
