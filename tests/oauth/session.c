#include "../check.h"

#include <time.h>

#include "request.h"

#include "mail/account.h"
#include "oauth/session.h"

static const struct mail_server	 server = {
	.host = "imap.example.org", .port = 993
};

static const struct account	 account = {
	.address = "anna@example.org", .username = "anna",
	.password = "canary-password", .label = "work", .imap = { &server }
};

/* The cookie's value as the browser would send it. */
static const char *
start(struct request *request, const struct account *who)
{
	const char	*cookie;
	struct reply	 reply = { .status = 0 };

	reply_reset(request->arena, &reply);
	assert_null(session_start(request, &reply, request->process, who));
	cookie = test_header(&reply, "Set-Cookie");
	assert_non_null(cookie);
	assert_non_null(strstr(cookie, "; HttpOnly"));
	assert_non_null(strstr(cookie, "; Secure"));
	assert_non_null(strstr(cookie, "; SameSite=Lax"));
	assert_non_null(strstr(cookie, "; Max-Age=900"));
	assert_true(text_starts(cookie, "__Host-postern-session="));
	assert_null(strstr(cookie, "canary"));
	return text_split(request->arena, cookie, ";").at[0];
}

static bool
is_signed_in(struct request *request, const char *cookie,
    struct account *who)
{
	test_headers[0] = (struct pair){ cookie == NULL ? NULL : "Cookie",
	    cookie };
	return session_read(request, request->process, who);
}

static void
what_is_kept(void **state)
{
	struct arena	*arena = arena_open();
	struct account	 who = { .address = NULL };
	struct request	 request;

	(void)state;
	test_request(arena, test_authority(arena, TEST_KEY), &request);
	assert_true(is_signed_in(&request, start(&request, &account), &who));
	assert_string_equal(who.address, account.address);
	assert_string_equal(who.username, account.username);
	assert_string_equal(who.password, account.password);
	assert_string_equal(((const struct mail_server *)who.imap.at)->host,
	    server.host);
	/* Only what signing in takes. */
	assert_null(who.label);
	arena_close(arena);
}

/* What is made of a good cookie, and is none any more. */
static void
what_is_refused(void **state)
{
	struct arena	*arena = arena_open();
	struct account	 who = { .address = NULL };
	struct request	 request, other;
	const char	*good;
	size_t		 len;

	(void)state;
	test_request(arena, test_authority(arena, TEST_KEY), &request);
	test_request(arena, test_authority(arena, TEST_OLD_KEY), &other);
	good = start(&request, &account);
	len = strlen(good);
	assert_true(is_signed_in(&request, text_format(arena, "a=b; %s; c=d",
	    good), &who));
	assert_false(is_signed_in(&request, NULL, &who));
	assert_false(is_signed_in(&request, "", &who));
	assert_false(is_signed_in(&request, "__Host-postern-session=", &who));
	assert_false(is_signed_in(&request, strchr(good, '-'), &who));
	assert_false(is_signed_in(&request, text_format(arena, "%sA", good),
	    &who));
	assert_false(is_signed_in(&request, text_format(arena, "%.*sAAAA",
	    (int)len - 4, good), &who));
	assert_false(is_signed_in(&request, text_format(arena, "x%s", good),
	    &who));
	assert_false(is_signed_in(&other, good, &who));
	arena_close(arena);
}

/* A cookie of the same key that is of another kind, or over. */
static void
other_tokens(void **state)
{
	static const struct field	 rows[] = {
		TOKEN_BASE_ROWS,
		{ FIELD_AS(struct access, accounts, "a"),
		  .rows = account_rows, .size = sizeof(struct account) },
		{ FIELD_END }
	};
	static const struct {
		enum token_kind	 kind;
		int64_t		 life;
	} cases[] = {
		{ TOKEN_STATE, 600 }, { TOKEN_MAILBOX, 600 },
		{ TOKEN_ACCESS, 600 }, { TOKEN_COOKIE, -1 }
	};
	struct arena	*arena = arena_open();
	struct account	 who = { .address = NULL };
	struct access	 access = { .accounts = { &account, 1 } };
	struct request	 request;
	const char	*token;
	size_t		 i;

	(void)state;
	test_request(arena, test_authority(arena, TEST_KEY), &request);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct token_sort	 sort = { cases[i].kind, rows };

		access.base.expires = time(NULL) + cases[i].life;
		assert_null(token_seal(arena, request.process, &sort, &access,
		    &token));
		assert_false(is_signed_in(&request, text_format(arena,
		    "__Host-postern-session=%s", token), &who));
	}
	arena_close(arena);
}

static void
limits_and_end(void **state)
{
	struct arena		*arena = arena_open();
	struct account		 large = account;
	const struct fault	*bad;
	struct request		 request;
	struct reply		 reply = { .status = 0 };
	struct buf		 text;
	int			 i;

	(void)state;
	test_request(arena, test_authority(arena, TEST_KEY), &request);
	buf_start(&text, arena);
	for (i = 0; i < SESSION_CHARS; i++)
		buf_byte(&text, (unsigned char)('a' + (i * 7919) % 26));
	large.password = buf_string(&text);
	reply_reset(arena, &reply);
	bad = session_start(&request, &reply, request.process, &large);
	assert_non_null(bad);
	assert_int_equal(bad->kind, FAULT_LIMIT);
	assert_null(test_header(&reply, "Set-Cookie"));
	session_end(&request, &reply);
	assert_non_null(strstr(test_header(&reply, "Set-Cookie"),
	    "Max-Age=0"));
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(what_is_kept),
	cmocka_unit_test(what_is_refused),
	cmocka_unit_test(other_tokens),
	cmocka_unit_test(limits_and_end)
)
