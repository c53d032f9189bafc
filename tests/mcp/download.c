#include "../check.h"
#include "../keys.h"
#include "../wall.h"

#include <string.h>

#include "base/arena.h"
#include "base/config.h"
#include "base/fault.h"
#include "mail/account.h"
#include "mcp/download.h"
#include "oauth/token.h"

static const struct config	 config = {
	.base_url = "https://mcp.example.org/mail"
};

/* A link, and the token in it. */
static const char *
make(struct arena *arena, const char **token)
{
	static const struct mail_server	 server = {
		.host = "imap.example.org", .port = 993
	};
	struct account			 account = {
		.address = "demo@example.org", .username = "demo",
		.password = "se cret", .imap = { &server }
	};
	struct download			 claims = {
		.account = { &account }, .folder = "INBOX",
		.uidvalidity = 7, .uid = 42, .part = "2.1",
		.filename = "a.txt", .content_type = "text/plain"
	};
	struct authority		 authority = { &config,
					    test_keys(arena, TEST_OLD_KEY),
					    NULL };
	const char			*url;

	wall = WALL_START;
	assert_null(download_seal(arena, &authority, &claims, &url));
	assert_true(download_is_ours(arena, &config, url, token));
	return url;
}

static const struct fault *
opened(struct arena *arena, const char *keys, const char *token,
    struct download *claims)
{
	struct authority	 authority = { &config,
				    test_keys(arena, keys), NULL };

	return download_open(arena, &authority, token, claims);
}

static void
opens_what_was_sealed(void **state)
{
	const struct account	*account;
	struct download		 claims = { 0 };
	struct arena		*arena;
	const char		*url, *token;

	(void)state;
	arena = arena_open();
	url = make(arena, &token);
	assert_null(strstr(url, "cret"));
	assert_null(strstr(url, "demo"));
	assert_null(opened(arena, TEST_OLD_KEY, token, &claims));
	assert_string_equal(claims.folder, "INBOX");
	assert_int_equal(claims.uidvalidity, 7);
	assert_int_equal(claims.uid, 42);
	assert_string_equal(claims.part, "2.1");
	assert_string_equal(claims.filename, "a.txt");
	assert_string_equal(claims.content_type, "text/plain");
	account = claims.account.at;
	assert_string_equal(account->username, "demo");
	assert_string_equal(account->password, "se cret");
	assert_int_equal(claims.base.expires, WALL_START + DOWNLOAD_SECONDS);
	assert_null(opened(arena, TEST_KEY TEST_OLD_KEY, token, &claims));
	arena_close(arena);
}

static void
ends_after_its_time(void **state)
{
	static const struct {
		int	 after;
		bool	 good;
	} cases[] = {
		{ 0, true }, { DOWNLOAD_SECONDS - 1, true },
		{ DOWNLOAD_SECONDS, false }, { DOWNLOAD_SECONDS + 60, false },
		{ 100 * DOWNLOAD_SECONDS, false }
	};
	const struct fault	*bad;
	struct download		 claims;
	struct arena		*arena;
	const char		*token;
	size_t			 i;

	(void)state;
	arena = arena_open();
	(void)make(arena, &token);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memset(&claims, 0, sizeof(claims));
		wall = WALL_START + cases[i].after;
		bad = opened(arena, TEST_OLD_KEY, token, &claims);
		assert_int_equal(bad == NULL, cases[i].good);
		if (bad != NULL)
			assert_int_equal(bad->kind, FAULT_TOKEN);
	}
	arena_close(arena);
}

/* Any one character changed, dropped or added. */
static void
tampered(void **state)
{
	const struct fault	*bad;
	struct download		 claims = { 0 };
	struct arena		*arena;
	const char		*token;
	char			*copy;
	size_t			 i, len;

	(void)state;
	arena = arena_open();
	(void)make(arena, &token);
	len = strlen(token);
	for (i = 0; i < len; i++) {
		copy = arena_text(arena, token);
		copy[i] = copy[i] == 'A' ? 'B' : 'A';
		bad = opened(arena, TEST_OLD_KEY, copy, &claims);
		assert_non_null(bad);
		assert_int_equal(bad->kind, FAULT_TOKEN);
		copy[i] = '\0';
		assert_non_null(opened(arena, TEST_OLD_KEY, copy, &claims));
	}
	assert_non_null(opened(arena, TEST_KEY, token, &claims));
	arena_close(arena);
}

/* The same claims sealed as another kind. */
static void
other_kinds(void **state)
{
	const struct fault	*bad;
	struct token_sort	 sort = { .rows = download_rows };
	struct authority	 authority = { .config = &config };
	struct download		 claims = { 0 }, other;
	struct arena		*arena;
	const char		*token, *sealed;
	int			 kind;

	(void)state;
	arena = arena_open();
	authority.keys = test_keys(arena, TEST_OLD_KEY);
	(void)make(arena, &token);
	assert_null(opened(arena, TEST_OLD_KEY, token, &claims));
	for (kind = 0; kind < TOKEN_KINDS; kind++) {
		memset(&other, 0, sizeof(other));
		sort.kind = (enum token_kind)kind;
		assert_null(token_seal(arena, &authority, &sort, &claims,
		    &sealed));
		bad = opened(arena, TEST_OLD_KEY, sealed, &other);
		assert_int_equal(bad == NULL, kind == TOKEN_DOWNLOAD);
	}
	arena_close(arena);
}

static void
knows_its_own(void **state)
{
	static const struct {
		const char	*url;
		const char	*token;		/* NULL: not ours */
	} cases[] = {
		{ "https://mcp.example.org/mail/attachment/a.b", "a.b" },
		{ "https://mcp.example.org/mail/attachment/?t=a.b", "a.b" },
		{ "https://mcp.example.org/attachment/a.b", NULL },
		{ "http://mcp.example.org/mail/attachment/a.b", NULL },
		{ "https://mcp.example.org/mail@evil.example/attachment/a",
		    NULL },
		{ "https://mcp.example.org.evil.example/mail/attachment/a",
		    NULL },
		{ "https://mcp.example.org/mail/attachmentx/a", NULL },
		{ "", NULL }
	};
	struct arena	*arena;
	const char	*token;
	bool		 ours;
	size_t		 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ours = download_is_ours(arena, &config, cases[i].url, &token);
		assert_int_equal(ours, cases[i].token != NULL);
		if (ours)
			assert_string_equal(token, cases[i].token);
	}
	arena_close(arena);
}

/* No path is longer than what Apache makes a file's name of. */
static void
long_ones_are_no_path(void **state)
{
	static const size_t	 lengths[] = {
		1, DOWNLOAD_PATH_CHARS, DOWNLOAD_PATH_CHARS + 1, 7168
	};
	char			 token[7168 + 1];
	struct arena		*arena;
	const char		*url, *found;
	size_t			 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		memset(token, 'x', lengths[i]);
		token[lengths[i]] = '\0';
		url = download_place(arena, &config, token);
		assert_true(strcspn(url, "?") < 3000);
		assert_int_equal(strchr(url, '?') == NULL, i < 2);
		/* Else it becomes an argument of a CGI program. */
		assert_int_equal(strchr(url, '=') == NULL, i < 2);
		assert_true(download_is_ours(arena, &config, url, &found));
		assert_string_equal(found, token);
	}
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(opens_what_was_sealed),
    cmocka_unit_test(ends_after_its_time), cmocka_unit_test(tampered),
    cmocka_unit_test(other_kinds), cmocka_unit_test(knows_its_own),
    cmocka_unit_test(long_ones_are_no_path))
