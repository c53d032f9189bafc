#include "../check.h"
#include "../wall.h"

#include "request.h"

#include "crypt/jwe.h"
#include "data/base64.h"
#include "mail/account.h"
#include "oauth/client.h"
#include "oauth/code.h"
#include "oauth/exchange.h"

/* RFC 7636 appendix B. */
#define VERIFIER	"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
#define CHALLENGE	"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
#define REDIRECT	"https://a.example/cb"
#define RESOURCE	TEST_BASE "/mcp"

static const struct mail_server	 server = {
	.host = "imap.example.org", .port = 993, .tls = TLS_IMPLICIT
};
static const struct account	 account = {
	.address = "u@example.org", .username = "u", .password = "p",
	.imap = { &server }
};

/* A client, a code of its user, and a form that redeems it. */
struct scene {
	struct arena		*arena;
	const struct authority	*authority;
	struct client		 client;
	struct pairs		 form;
	struct reply		 reply;
};

enum { FORM_MOST = 16 };

static void
set(struct scene *scene, const char *name, const char *value)
{
	size_t	 i;

	for (i = 0; i < scene->form.len; i++)
		if (text_equal(scene->form.at[i].name, name)) {
			scene->form.at[i].value = value;
			return;
		}
	assert_true(i < FORM_MOST);
	scene->form.at[scene->form.len++] = (struct pair){ name, value };
}

static const char *
make_code(struct scene *scene, bool refresh)
{
	struct code_claims	 claims = { .challenge = CHALLENGE };
	const char		*code;

	claims.client = client_binding(scene->arena, &scene->client);
	claims.redirect = client_hash(scene->arena, REDIRECT);
	claims.refresh = refresh;
	claims.scopes = text_split(scene->arena, "mail:read mail:send", " ");
	claims.accounts = (struct objects){ &account, 1 };
	assert_null(code_seal(scene->arena, scene->authority, &claims,
	    &code));
	return code;
}

static void
start(struct scene *scene, const char *method)
{
	struct arena	*arena;

	wall = WALL_START;
	test_authorization = NULL;
	arena = arena_open();
	*scene = (struct scene){ .arena = arena };
	scene->authority = test_authority(arena, TEST_KEY);
	scene->client.method = method;
	assert_null(client_seal(arena, scene->authority, &scene->client));
	scene->form.at = arena_array(arena, FORM_MOST, sizeof(struct pair));
	set(scene, "grant_type", "authorization_code");
	set(scene, "code", make_code(scene, true));
	set(scene, "code_verifier", VERIFIER);
	set(scene, "redirect_uri", REDIRECT);
	set(scene, "resource", RESOURCE);
	set(scene, "client_id", scene->client.id);
}

static const struct json *
ask(struct scene *scene)
{
	const struct json	*json;
	struct request		 request;

	test_request(scene->arena, scene->authority, &request);
	request.content_type = "application/x-www-form-urlencoded";
	request.form = scene->form;
	json = test_ask(exchange_answer, &request, &scene->reply);
	assert_string_equal(test_header(&scene->reply, "Cache-Control"),
	    "no-store");
	return json;
}

/* Asks, and expects an OAuth error, or NULL for tokens. */
static const struct json *
expect(struct scene *scene, const char *error)
{
	const struct json	*json;

	json = ask(scene);
	if (error == NULL) {
		if (scene->reply.status != 200)
			fail_msg("%s", buf_string(&scene->reply.body));
		assert_string_equal(test_text(json, "token_type"), "Bearer");
		return json;
	}
	assert_string_equal(test_text(json, "error"), error);
	assert_int_equal(scene->reply.status,
	    text_equal(error, "invalid_client") ? 401 : 400);
	assert_null(json_member(json, "access_token"));
	return json;
}

static void
open_access(struct scene *scene, const char *token, struct access *access)
{
	*access = (struct access){ .grant = NULL };
	assert_null(token_open(scene->arena, scene->authority, &access_sort,
	    token, access));
}

static void
redeeming(void **state)
{
	const struct json	*json;
	const struct account	*got;
	struct access		 access;
	struct scene		 scene;
	int64_t			 seconds;

	(void)state;
	start(&scene, "none");
	json = expect(&scene, NULL);
	assert_string_equal(test_text(json, "scope"), "mail:read mail:send");
	assert_true(json_integer(json_member(json, "expires_in"), &seconds));
	assert_int_equal(seconds, 3600);
	open_access(&scene, test_text(json, "access_token"), &access);
	assert_string_equal(access.audience, RESOURCE);
	assert_int_equal(access.base.expires, WALL_START + 3600);
	got = access.accounts.at;
	assert_string_equal(got->password, "p");
	assert_string_equal(((const struct mail_server *)got->imap.at)->host,
	    "imap.example.org");
	set(&scene, "code", make_code(&scene, false));
	json = expect(&scene, NULL);
	assert_null(json_member(json, "refresh_token"));
	arena_close(scene.arena);
}

/* One change to a good form, and what it gives. */
static const struct {
	const char	*name;
	const char	*value;		/* NULL and "" are absent */
	const char	*error;
} changes[] = {
	{ "redirect_uri", "", NULL }, { "resource", "", NULL },
	{ "resource", "https://MAIL.example.org/mcp/", NULL },
	{ "scope", "mail:send", NULL }, { "unknown", "x", NULL },
	{ "grant_type", "", "invalid_request" },
	{ "grant_type", "password", "unsupported_grant_type" },
	{ "grant_type", "client_credentials", "unsupported_grant_type" },
	{ "grant_type", "refresh_token", "invalid_request" },
	{ "code", "", "invalid_request" }, { "code", "x", "invalid_grant" },
	{ "code_verifier", "", "invalid_request" },
	{ "code_verifier", "short", "invalid_request" },
	{ "code_verifier", CHALLENGE, "invalid_grant" },
	{ "redirect_uri", REDIRECT "/", "invalid_grant" },
	{ "redirect_uri", "http://127.0.0.1/", "invalid_grant" },
	{ "resource", "https://other.example/mcp", "invalid_target" },
	{ "resource", TEST_BASE, "invalid_target" },
	{ "resource", RESOURCE "?x", "invalid_target" },
	{ "resource", "mcp", "invalid_target" },
	{ "client_id", "", "invalid_request" },
	{ "client_id", "x", "invalid_client" },
	{ "client_id", "https://a.example/client.json", "invalid_grant" },
	{ "client_id", "http://a.example/client.json", "invalid_client" },
	{ "client_secret", "x", "invalid_client" },
};

static void
changed(void **state)
{
	struct scene	 scene;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		start(&scene, "none");
		set(&scene, changes[i].name, changes[i].value);
		expect(&scene, changes[i].error);
		arena_close(scene.arena);
	}
	start(&scene, "none");
	scene.form.at[scene.form.len++] = (struct pair){ "grant_type",
	    "authorization_code" };
	expect(&scene, "invalid_request");
	arena_close(scene.arena);
}

static void
late(void **state)
{
	struct scene	 scene;

	(void)state;
	start(&scene, "none");
	wall = WALL_START + CODE_SECONDS - 1;
	expect(&scene, NULL);
	wall = WALL_START + CODE_SECONDS;
	expect(&scene, "invalid_grant");
	arena_close(scene.arena);
}

/* Another client's code or refresh token, and tokens of another kind. */
static void
others(void **state)
{
	const struct json	*json;
	struct client		 other = { .method = "none" };
	struct scene		 scene;

	(void)state;
	start(&scene, "none");
	assert_null(client_seal(scene.arena, scene.authority, &other));
	json = expect(&scene, NULL);
	set(&scene, "client_id", other.id);
	expect(&scene, "invalid_grant");
	set(&scene, "client_id", scene.client.id);
	set(&scene, "code", test_text(json, "access_token"));
	expect(&scene, "invalid_grant");
	set(&scene, "code", test_text(json, "refresh_token"));
	expect(&scene, "invalid_grant");
	set(&scene, "grant_type", "refresh_token");
	set(&scene, "refresh_token", test_text(json, "access_token"));
	expect(&scene, "invalid_grant");
	set(&scene, "refresh_token", make_code(&scene, true));
	expect(&scene, "invalid_grant");
	set(&scene, "refresh_token", test_text(json, "refresh_token"));
	expect(&scene, NULL);
	set(&scene, "client_id", other.id);
	expect(&scene, "invalid_grant");
	arena_close(scene.arena);
}

/* Scopes asked of a refresh, and what comes. */
static const struct {
	const char	*asked;
	const char	*given;
} narrowed[] = {
	{ "", "mail:read mail:send" }, { "mail:read", "mail:read" },
	{ "mail:send mail:read", "mail:read mail:send" },
	{ "offline_access mail:send", "mail:send" },
	{ "openid", NULL }, { "mail:read \"", NULL },
	{ "offline_access", "mail:read mail:send" },
	{ "mail:modify", NULL }, { "mail:read mail:search", NULL },
};

static void
refreshing(void **state)
{
	const struct json	*json;
	struct access		 first, next;
	struct jwe_header	 a, b;
	struct scene		 scene;
	size_t			 i;

	(void)state;
	start(&scene, "none");
	json = expect(&scene, NULL);
	open_access(&scene, test_text(json, "access_token"), &first);
	assert_null(jwe_header(scene.arena, test_text(json, "access_token"),
	    &a));
	assert_non_null(a.route);
	set(&scene, "grant_type", "refresh_token");
	for (i = 0; i < sizeof(narrowed) / sizeof(narrowed[0]); i++) {
		set(&scene, "refresh_token", test_text(json,
		    "refresh_token"));
		set(&scene, "scope", narrowed[i].asked);
		if (narrowed[i].given == NULL) {
			expect(&scene, "invalid_scope");
			continue;
		}
		json = expect(&scene, NULL);
		assert_string_equal(test_text(json, "scope"),
		    narrowed[i].given);
		open_access(&scene, test_text(json, "access_token"), &next);
		assert_string_equal(next.grant, first.grant);
		assert_null(jwe_header(scene.arena, test_text(json,
		    "access_token"), &b));
		assert_string_equal(a.route, b.route);
	}
	arena_close(scene.arena);
}

/* Nothing outlives the grant. */
static void
ending(void **state)
{
	const struct json	*json;
	struct scene		 scene;
	int64_t			 seconds;

	(void)state;
	start(&scene, "none");
	json = expect(&scene, NULL);
	set(&scene, "grant_type", "refresh_token");
	for (wall = WALL_START; wall < WALL_START + 180 * 86400 - 1000; wall +=
	    29 * 86400) {
		set(&scene, "refresh_token", test_text(json,
		    "refresh_token"));
		json = expect(&scene, NULL);
	}
	wall = WALL_START + 180 * 86400 - 1000;
	set(&scene, "refresh_token", test_text(json, "refresh_token"));
	json = expect(&scene, NULL);
	assert_true(json_integer(json_member(json, "expires_in"), &seconds));
	assert_int_equal(seconds, 1000);
	wall = WALL_START + 180 * 86400;
	set(&scene, "refresh_token", test_text(json, "refresh_token"));
	expect(&scene, "invalid_grant");
	arena_close(scene.arena);
	start(&scene, "none");
	json = expect(&scene, NULL);
	set(&scene, "grant_type", "refresh_token");
	set(&scene, "refresh_token", test_text(json, "refresh_token"));
	wall = WALL_START + 30 * 86400;
	expect(&scene, "invalid_grant");
	arena_close(scene.arena);
}

static const char *
basic(struct scene *scene, const char *id, const char *secret)
{
	return text_format(scene->arena, "Basic %s",
	    base64_write(scene->arena, bytes_of(text_format(scene->arena,
	    "%s:%s", id, secret))));
}

static void
secrets(void **state)
{
	static const char *const bad[] = { "Basic !", "Basic YQ==", "x" };
	struct scene	 scene;
	const char	*secret, *id;
	size_t		 i;

	(void)state;
	start(&scene, "client_secret_basic");
	id = scene.client.id;
	secret = client_secret(scene.arena, scene.authority, id);
	expect(&scene, "invalid_client");
	assert_null(test_header(&scene.reply, "WWW-Authenticate"));
	set(&scene, "client_secret", secret);
	expect(&scene, NULL);
	test_authorization = basic(&scene, id, secret);
	expect(&scene, "invalid_request");
	set(&scene, "client_secret", "");
	expect(&scene, NULL);
	set(&scene, "client_id", "");
	expect(&scene, NULL);
	test_authorization = basic(&scene, url_escaped(scene.arena, id),
	    url_escaped(scene.arena, secret));
	expect(&scene, NULL);
	set(&scene, "client_id", "another");
	expect(&scene, "invalid_request");
	set(&scene, "client_id", id);
	test_authorization = basic(&scene, id, "wrong");
	expect(&scene, "invalid_client");
	assert_int_equal(strncmp(test_header(&scene.reply,
	    "WWW-Authenticate"), "Basic realm=", 12), 0);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		test_authorization = bad[i];
		expect(&scene, "invalid_client");
	}
	arena_close(scene.arena);
	start(&scene, "none");
	test_authorization = basic(&scene, scene.client.id, "");
	expect(&scene, "invalid_client");
	test_authorization = NULL;
	arena_close(scene.arena);
}

/* A provisioned client whose id is sealed anew keeps its grants. */
static void
renewing(void **state)
{
	const struct json	*json;
	struct scene		 scene;

	(void)state;
	start(&scene, "client_secret_post");
	scene.client.kind = CLIENT_PROVISIONED;
	scene.client.verifier = client_hash(scene.arena, "geheim");
	assert_null(client_seal(scene.arena, scene.authority,
	    &scene.client));
	set(&scene, "client_id", scene.client.id);
	set(&scene, "client_secret", "geheim");
	set(&scene, "code", make_code(&scene, true));
	json = expect(&scene, NULL);
	assert_null(client_seal(scene.arena, scene.authority,
	    &scene.client));
	set(&scene, "client_id", scene.client.id);
	set(&scene, "grant_type", "refresh_token");
	set(&scene, "refresh_token", test_text(json, "refresh_token"));
	expect(&scene, NULL);
	scene.client.verifier = client_hash(scene.arena, "other");
	assert_null(client_seal(scene.arena, scene.authority,
	    &scene.client));
	set(&scene, "client_id", scene.client.id);
	set(&scene, "client_secret", "other");
	expect(&scene, "invalid_grant");
	arena_close(scene.arena);
}

CHECK_MAIN(
	cmocka_unit_test(redeeming),
	cmocka_unit_test(changed),
	cmocka_unit_test(late),
	cmocka_unit_test(others),
	cmocka_unit_test(refreshing),
	cmocka_unit_test(ending),
	cmocka_unit_test(secrets),
	cmocka_unit_test(renewing)
)
