#include "../check.h"

#include "request.h"

#include "mail/account.h"
#include "oauth/plain.h"

/* "anna@example.org:pass", ":", "nobody", with a NUL, and so on. */
#define GOOD_BASIC	"Basic YW5uYUBleGFtcGxlLm9yZzpwYXNz"

static const char	 long_text[] =
    "0123456789012345678901234567890123456789012345678901234567890123"
    "0123456789012345678901234567890123456789012345678901234567890123"
    "0123456789012345678901234567890123456789012345678901234567890123"
    "0123456789012345678901234567890123456789012345678901234567890123x";

/* What is sent, and the password that it gives; "": refused; NULL: it is as
 * if nothing had been sent. */
static const struct {
	const char	*user;
	const char	*secret;
	const char	*authorization;
	const char	*password;
} rows[] = {
	{ "anna@example.org", "pass", NULL, "pass" },
	{ "anna@example.org", "p:a ß", NULL, "p:a ß" },
	{ NULL, NULL, GOOD_BASIC, "pass" },
	{ NULL, NULL, "basic  YW5uYUBleGFtcGxlLm9yZzpwYXNz", "pass" },
	/* anna@example.org:p:a */
	{ NULL, NULL, "Basic YW5uYUBleGFtcGxlLm9yZzpwOmE=", "p:a" },
	{ "berta@example.org", "other", GOOD_BASIC, "pass" },
	{ "anna", "pass", NULL, "" },
	{ "", "pass", NULL, "" },
	{ "anna@example.org", "", NULL, "" },
	{ "anna@example.org", "pa\r\nss", NULL, "" },
	{ "anna@example.org\n", "pass", NULL, "" },
	{ "anna@example.org", "\xff", NULL, "" },
	{ "anna@example.org", long_text, NULL, "" },
	{ NULL, NULL, "Basic ", "" },
	{ NULL, NULL, "Basic !!!!", "" },
	/* anna@example.org, then with an empty password, then with a NUL */
	{ NULL, NULL, "Basic YW5uYUBleGFtcGxlLm9yZw==", "" },
	{ NULL, NULL, "Basic YW5uYUBleGFtcGxlLm9yZzo=", "" },
	{ NULL, NULL, "Basic YW5uYUBleGFtcGxlLm9yZzpwAGE=", "" },
	{ "anna@example.org", NULL, NULL, NULL },
	{ NULL, "pass", NULL, NULL },
	{ NULL, NULL, NULL, NULL },
	{ "anna@example.org", "pass", "Bearer x", NULL }
};

static struct config
closed_network(void)
{
	return (struct config){ .base_url = TEST_BASE,
	    .header_credentials = 1, .imap_host = "mail.example.org",
	    .imap_port = 993 };
}

static void
present(size_t i)
{
	test_headers[0] = (struct pair){ rows[i].user == NULL ? NULL :
	    "x-imap-user", rows[i].user };
	test_headers[1] = (struct pair){ rows[i].secret == NULL ? NULL :
	    "x-imap-pass", rows[i].secret };
	test_authorization = rows[i].authorization;
}

static void
check_row(struct request *request, const char *password)
{
	const struct account	*account;
	const struct access	*access = NULL;
	const struct fault	*bad;

	assert_int_equal(plain_is_sent(request), password != NULL);
	if (password == NULL)
		return;
	bad = plain_read(request, &access);
	if (password[0] == '\0') {
		assert_non_null(bad);
		assert_int_equal(bad->kind, FAULT_TOKEN);
		assert_null(strstr(bad->detail, "pass\""));
		return;
	}
	assert_null(bad);
	account = access->accounts.at;
	assert_string_equal(account->password, password);
	assert_string_equal(account->address, "anna@example.org");
	assert_string_equal(access->client, plain_client);
	assert_string_equal(((const struct mail_server *)
	    account->imap.at)->host, "mail.example.org");
}

static void
what_is_read(void **state)
{
	struct arena	*arena = arena_open();
	struct config	 config = closed_network();
	struct request	 request = { .arena = arena, .config = &config };
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		present(i);
		check_row(&request, rows[i].password);
	}
	arena_close(arena);
}

/* Nothing is there unless the operator says so, and names a server. */
static void
where_it_is_allowed(void **state)
{
	struct config	 config = closed_network();
	struct request	 request = { .config = &config };

	(void)state;
	present(0);
	assert_true(plain_is_sent(&request));
	config.header_credentials = 0;
	assert_false(plain_is_sent(&request));
	config = closed_network();
	config.imap_host = NULL;
	assert_false(plain_is_sent(&request));
}

/* Sending is among the scopes where there is a server for it. */
static void
sending(void **state)
{
	const struct access	*access = NULL;
	struct arena		*arena = arena_open();
	struct config		 config = closed_network();
	struct request		 request = {
		.arena = arena, .config = &config
	};

	(void)state;
	present(0);
	assert_null(plain_read(&request, &access));
	assert_false(texts_have(access->scopes, "mail:send"));
	assert_true(texts_have(access->scopes, "mail:modify"));
	config.smtp_host = "smtp.example.org";
	assert_null(plain_read(&request, &access));
	assert_true(texts_have(access->scopes, "mail:send"));
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(what_is_read),
	cmocka_unit_test(where_it_is_allowed),
	cmocka_unit_test(sending)
)
