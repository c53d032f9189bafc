#include "../check.h"

#include "request.h"

#include "mail/account.h"
#include "oauth/client.h"

/* Whether it may be a redirect URI at all. */
static const struct {
	const char	*uri;
	bool		 good;
} uris[] = {
	{ "https://claude.ai/api/mcp/auth_callback", true },
	{ "https://app.example.org/cb?x=1", true },
	{ "https://app.example.org:8443/cb", true },
	{ "https://localhost/cb", true },
	{ "http://localhost:3334/oauth/callback", true },
	{ "http://127.0.0.1:33418/", true },
	{ "http://127.0.0.1/callback", true },
	{ "http://[::1]:5/cb", true },
	{ "cursor://anysphere.cursor-mcp/oauth/callback", true },
	{ "http://app.example.org/cb", false },
	{ "http://127.0.0.1.example.org/cb", false },
	{ "http://127.0.0.2/cb", false }, { "http://2130706433/cb", false },
	{ "http://0x7f.1/cb", false },
	{ "https://app.example.org/cb#x", false },
	{ "https://app.example.org/cb#", false },
	{ "https://user@app.example.org/cb", false },
	{ "https://app.example.org\\@evil.example/cb", false },
	{ "https://*.example/cb", false }, { "https:///cb", false },
	{ "https:/cb", false }, { "/cb", false }, { "", false },
	{ "https://app.example.org/c b", false },
	{ "https://app.example.org/\xc3\xbc", false },
	{ "https://app.example.org/\r\nX: y", false },
	{ "javascript:alert(1)", false }, { "data:text/html,x", false },
	{ "file:///etc/passwd", false }, { "vbscript:x", false },
	{ "blob:x", false }, { "about:blank", false },
	{ "com.example.app:/cb", false }, { "CURSOR-x://a/b", false },
};

/* What a client registered (two), what it asks for, and whether it may. */
static const struct {
	const char	*one;
	const char	*two;
	const char	*asked;
	bool		 good;
} redirects[] = {
	{ "https://a.example/cb", NULL, "https://a.example/cb", true },
	{ "https://a.example/cb", NULL, NULL, true },
	{ "https://a.example/cb", NULL, "", true },
	{ "https://a.example/cb", "https://a.example/d", NULL, false },
	{ "https://a.example/cb", "https://a.example/d",
	  "https://a.example/d", true },
	{ "https://a.example/cb?k=v", NULL, "https://a.example/cb?k=v", true },
	{ "https://a.example/cb", NULL, "https://a.example/cb/../e", false },
	{ "https://a.example/cb", NULL, "https://a.example/cb?x=1", false },
	{ "https://a.example/cb", NULL, "https://a.example:444/cb", false },
	{ "https://a.example/cb", NULL, "https://a.example:443/cb", false },
	{ "https://a.example/cb", NULL, "https://A.example/cb", false },
	{ "https://a.example/cb", NULL, "https://a.example/cb/", false },
	{ "https://a.example/cb", NULL, "http://a.example/cb", false },
	{ "https://a.example/cb", NULL, "https://evil.example/cb", false },
	{ "https://a.example/cb", NULL, "https://a.example/%63b", false },
	{ "https://a.example/cb", NULL, "http://127.0.0.1:5/cb", false },
	{ "http://127.0.0.1/cb", NULL, "http://127.0.0.1:5/cb", true },
	{ "http://127.0.0.1:9/cb", NULL, "http://127.0.0.1:5/cb", true },
	{ "http://localhost/cb?a=b", NULL, "http://localhost:5/cb?a=b", true },
	{ "http://[::1]/cb", NULL, "http://[::1]:65535/cb", true },
	{ "http://127.0.0.1/cb", NULL, "http://127.0.0.1:5/other", false },
	{ "http://127.0.0.1/cb", NULL, "http://127.0.0.1:5/cb?x", false },
	{ "http://127.0.0.1/cb", NULL, "http://localhost:5/cb", false },
	{ "http://127.0.0.1/cb", NULL, "https://127.0.0.1:5/cb", false },
	{ "http://127.0.0.1/cb", NULL, "http://127.0.0.1:0/cb", false },
	{ "https://localhost/cb", NULL, "https://localhost:5/cb", false },
	{ "cursor://a/b", NULL, "cursor://a/b", true },
	{ "cursor://a/b", NULL, "cursor://a:5/b", false },
	{ "com.example:/cb", NULL, "com.example:/cb", false },
};

static const struct {
	const char	*given;
	const char	*shown;
} names[] = {
	{ "Claude", "Claude" }, { "  My \t agent\r\n ", "My agent" },
	{ "a\xe2\x80\xae" "b\xe2\x80\x8b" "c", "abc" },
	{ "<img src=x>", "<img src=x>" }, { "J\xc3\xbcrgen", "J\xc3\xbcrgen" },
	{ "0123456789012345678901234567890123456789012345678901234567890123"
	  "456", "012345678901234567890123456789012345678901234567890123"
	  "4567890123" },
	/* Full width and bold letters, a ligature, an ideographic space. */
	{ "\xef\xbc\xa3\xef\xbd\x8c\xef\xbd\x81\xef\xbd\x95"
	  "\xef\xbd\x84\xef\xbd\x85", "Claude" },
	{ "\xf0\x9d\x90\x82lau\xf0\x9d\x90\x9d" "e", "Claude" },
	{ "\xef\xac\x81le\xe3\x80\x80\xe2\x85\xa3", "file IV" },
	{ "Rene\xcc\x81", "Ren\xc3\xa9" },
	{ "\xe3\x85\xa4\xef\xbe\xa0", NULL },
	{ "", NULL }, { " \n ", NULL }, { "\xe2\x80\x8b", NULL },
	{ NULL, NULL },
};

static void
checking(void **state)
{
	const struct config	*config;
	const struct fault	*bad;
	struct arena		*arena;
	size_t			 i;

	(void)state;
	arena = arena_open();
	config = test_config(arena);
	for (i = 0; i < sizeof(uris) / sizeof(uris[0]); i++) {
		bad = client_check_uri(arena, config, uris[i].uri);
		if ((bad == NULL) != uris[i].good)
			fail_msg("%s", uris[i].uri);
		if (bad != NULL)
			assert_int_equal(bad->kind, FAULT_REDIRECT);
	}
	assert_non_null(client_check_uri(arena, config, text_format(arena,
	    "https://a.example/%0400d", 1)));
	arena_close(arena);
}

static void
redirecting(void **state)
{
	const struct config	*config;
	const struct fault	*bad;
	struct client		 client;
	struct arena		*arena;
	const char		*uri;
	size_t			 i;

	(void)state;
	arena = arena_open();
	config = test_config(arena);
	for (i = 0; i < sizeof(redirects) / sizeof(redirects[0]); i++) {
		client = (struct client){ .kind = CLIENT_DYNAMIC };
		texts_add(arena, &client.redirects, redirects[i].one);
		if (redirects[i].two != NULL)
			texts_add(arena, &client.redirects, redirects[i].two);
		bad = client_redirect(arena, config, &client,
		    redirects[i].asked, &uri);
		if ((bad == NULL) != redirects[i].good)
			fail_msg("row %zu: %s", i, redirects[i].asked);
		if (bad == NULL && !text_is_empty(redirects[i].asked))
			assert_string_equal(uri, redirects[i].asked);
	}
	client = (struct client){ .kind = CLIENT_PROVISIONED };
	assert_null(client_redirect(arena, config, &client,
	    "http://localhost:1/any/path", &uri));
	assert_non_null(client_redirect(arena, config, &client,
	    "https://a.example/cb", &uri));
	assert_non_null(client_redirect(arena, config, &client, NULL, &uri));
	client.kind = CLIENT_DYNAMIC;
	assert_non_null(client_redirect(arena, config, &client,
	    "http://localhost:1/any/path", &uri));
	arena_close(arena);
}

static void
naming(void **state)
{
	const char	*name;
	struct arena	*arena;
	size_t		 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		name = client_name(arena, names[i].given);
		if (names[i].shown == NULL)
			assert_null(name);
		else
			assert_string_equal(name, names[i].shown);
	}
	arena_close(arena);
}

/* A provisioned client with all it can have comes back as it was. */
static void
sealing(void **state)
{
	const struct mail_server	 imap = {
		.host = "imap.example.org", .port = 993,
		.tls = TLS_IMPLICIT, .ca_file = "/etc/ca.pem", .named = true
	};
	const struct mail_server	*server;
	const struct authority		*authority;
	struct client			 client, opened;
	struct arena			*arena;

	(void)state;
	arena = arena_open();
	authority = test_authority(arena, TEST_KEY);
	client = (struct client){ .kind = CLIENT_PROVISIONED,
	    .name = "Agent", .method = "client_secret_basic",
	    .refresh = true, .imap = { &imap } };
	client.verifier = client_hash(arena, "geheim");
	assert_null(client_seal(arena, authority, &client));
	assert_null(client_open(arena, authority, client.id, &opened));
	assert_int_equal(opened.kind, CLIENT_PROVISIONED);
	assert_string_equal(opened.id, client.id);
	assert_string_equal(opened.name, "Agent");
	assert_true(opened.refresh);
	assert_null(opened.smtp.at);
	server = opened.imap.at;
	assert_string_equal(server->host, "imap.example.org");
	assert_int_equal(server->port, 993);
	assert_string_equal(server->ca_file, "/etc/ca.pem");
	assert_true(server->named);
	assert_true(client_has_secret(&opened));
	assert_true(client_proves(arena, authority, &opened, "geheim"));
	assert_false(client_proves(arena, authority, &opened, "geheim "));
	assert_false(client_proves(arena, authority, &opened, ""));
	assert_false(client_proves(arena, authority, &opened, NULL));
	assert_false(client_proves(arena, authority, &opened,
	    opened.verifier));
	assert_false(client_proves(arena, authority, &opened,
	    client_secret(arena, authority, opened.id)));
	arena_close(arena);
}

static void
secrets(void **state)
{
	const struct authority	*authority, *other;
	struct client		 client = { .method = "client_secret_post" };
	struct client		 second = { .method = "client_secret_post" };
	struct arena		*arena;
	const char		*secret;

	(void)state;
	arena = arena_open();
	authority = test_authority(arena, TEST_OLD_KEY);
	assert_null(client_seal(arena, authority, &client));
	assert_null(client_seal(arena, authority, &second));
	secret = client_secret(arena, authority, client.id);
	assert_true(client_proves(arena, authority, &client, secret));
	assert_false(client_proves(arena, authority, &second, secret));
	assert_false(client_proves(arena, authority, &client, "x"));
	other = test_authority(arena, TEST_KEY TEST_OLD_KEY);
	assert_true(client_proves(arena, other, &client, secret));
	other = test_authority(arena, TEST_KEY);
	assert_null(client_secret(arena, other, client.id));
	assert_false(client_proves(arena, other, &client, secret));
	assert_null(client_secret(arena, authority, "no id"));
	client.method = "none";
	assert_false(client_has_secret(&client));
	arena_close(arena);
}

static void
refusals(void **state)
{
	static const char *const	 ids[] = {
		"", "client", "http://app.example/client.json", "a.b.c.d.e",
		"eyJhbGciOiJkaXIifQ....", "\xff"
	};
	const struct authority		*authority;
	const struct fault		*bad;
	struct client			 client, large = { .method = "none" };
	struct arena			*arena;
	size_t				 i;

	(void)state;
	arena = arena_open();
	authority = test_authority(arena, TEST_KEY);
	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		bad = client_open(arena, authority, ids[i], &client);
		assert_non_null(bad);
		assert_int_equal(bad->kind, FAULT_CLIENT);
	}
	for (i = 0; i < 4; i++)
		texts_add(arena, &large.redirects, text_format(arena,
		    "https://a.example/%0350zu", i));
	bad = client_seal(arena, authority, &large);
	assert_non_null(bad);
	assert_int_equal(bad->kind, FAULT_METADATA);
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(checking),
	cmocka_unit_test(redirecting),
	cmocka_unit_test(naming),
	cmocka_unit_test(sealing),
	cmocka_unit_test(secrets),
	cmocka_unit_test(refusals)
)
