#include "oauth/authorize.h"

#include "../check.h"

#include "../web/worker.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/text.h"
#include "crypt/keys.h"
#include "data/url.h"
#include "oauth/bearer.h"
#include "oauth/client.h"

static const char	 key[] =
    "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
static const char	 other_key[] =
    "ZDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
static const char	 challenge[] =
    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

static const char	 form_type[] = "application/x-www-form-urlencoded";

static const struct endpoint	 endpoints[] = {
	{ "GET", "/oauth/authorize", NULL, 0, authorize_ask, CORS_NONE },
	{ "POST", "/oauth/authorize", form_type, AUTHORIZE_FORM_BYTES,
	  authorize_answer, CORS_NONE },
	{ .path = NULL }
};

static const struct program	 program = {
	.needs = CONFINE_FILES | CONFINE_NETWORK,
	.name = "authorize", .endpoints = endpoints,
	.explain = authorize_explain, .start = bearer_start
};

static struct arena	*arena;

/* A client_id sealed with a key, of a client with these redirect URIs. */
static const char *
make_client(const char *with, const char *name, const char *redirect)
{
	static struct config	 config = {
		.base_url = "http://127.0.0.1:8480"
	};
	struct authority	 authority = { .config = &config };
	struct client		 client = { .refresh = true };

	config.schemes = text_split(arena, "cursor", " ");
	assert_null(keys_read(arena, bytes_of(with), &authority.keys));
	client.name = name;
	client.method = "none";
	texts_add(arena, &client.redirects, redirect);
	assert_null(client_seal(arena, &authority, &client));
	return client.id;
}

/* A request's query; a change replaces, adds or (value NULL) removes. */
struct change {
	const char	*name;
	const char	*value;
};

static const char *
make_query(const char *client, const struct change *changes, size_t count)
{
	const struct change	 usual[] = {
		{ "response_type", "code" }, { "client_id", client },
		{ "redirect_uri", "http://127.0.0.1:5001/cb" },
		{ "code_challenge", challenge },
		{ "code_challenge_method", "S256" }, { "state", "s/+=<b>" },
		{ "scope", "mail:read mail:search" },
		{ "resource", "http://127.0.0.1:8480/mcp" }
	};
	const char		*query = "/oauth/authorize";
	size_t			 i, k;

	for (i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
		for (k = 0; k < count && changes[k].name != NULL; k++)
			if (text_equal(changes[k].name, usual[i].name))
				break;
		if (k == count || changes[k].name == NULL)
			query = url_add(arena, query, usual[i].name,
			    usual[i].value);
	}
	for (k = 0; k < count && changes[k].name != NULL; k++)
		if (changes[k].value != NULL)
			query = url_add(arena, query, changes[k].name,
			    changes[k].value);
	return query;
}

static void
settle(void **state)
{
	(void)state;
	arena = arena_open();
	setenv("BASE_URL", "http://127.0.0.1:8480", 1);
	setenv("ENCRYPTION_KEY", key, 1);
	setenv("ALLOWED_MAIL_HOSTS", "127.0.0.1", 1);
}

static const char *
get(const char *uri)
{
	struct asked	 asked = { "GET", uri, { "HTTP_HOST",
		"127.0.0.1:8480", NULL }, NULL, false };

	return ask_cgi(arena, &program, &asked);
}

static void
expect(const char *what, const char *answer, const char *has,
    const char *lacks)
{
	if (strstr(answer, has) == NULL ||
	    (lacks != NULL && strstr(answer, lacks) != NULL))
		fail_msg("%s: no %s: %s", what, has, answer);
}

struct row {
	const char	*what;
	struct change	 changes[3];
	const char	*status;
	const char	*has;		/* in Location or page */
};

static const struct row	 rows[] = {
	{ "as usual", { { NULL, NULL } }, "200", "name=\"password\"" },
	{ "another port", { { "redirect_uri", "http://127.0.0.1:9/cb" } },
	  "200", "127.0.0.1:9" },
	{ "no scope", { { "scope", NULL } }, "200",
	  "value=\"mail:send\" checked" },
	{ "two scopes", { { NULL, NULL } }, "200",
	  "value=\"mail:send\"></label>" },
	{ "offline_access only", { { "scope", "offline_access" } }, "200",
	  "value=\"mail:send\" checked" },
	{ "some unknown", { { "scope", "openid mail:read" } }, "200",
	  "value=\"mail:read\" checked" },
	{ "no resource", { { "resource", NULL } }, "200", "password" },
	{ "a slash more", { { "resource", "http://127.0.0.1:8480/mcp/" } },
	  "200", "password" },
	{ "host in capitals", { { "resource", "HTTP://127.0.0.1:8480/mcp" } },
	  "200", "password" },
	{ "no value", { { "scope", "" }, { "resource", "" }, { "prompt",
	  "" } }, "200", "value=\"mail:send\" checked" },
	{ "unknown parameter", { { "audience", "x" }, { "nonce", "y" } },
	  "200", "password" },
	{ "no redirect_uri", { { "redirect_uri", NULL } }, "200",
	  "127.0.0.1" },
	{ "no state", { { "state", NULL } }, "200", "password" },

	{ "no client_id", { { "client_id", NULL } }, "400", "not known" },
	{ "forged client", { { "client_id", "x.y.z" } }, "400", "not known" },
	{ "client twice", { { "client_id", "a" }, { "client_id", "b" } },
	  "400", "cannot be answered" },
	{ "redirect twice", { { "redirect_uri", "http://127.0.0.1:1/cb" },
	  { "redirect_uri", "http://127.0.0.1:2/cb" } }, "400", "cannot be" },
	{ "another path", { { "redirect_uri", "http://127.0.0.1:5/x" } },
	  "400", "cannot be trusted" },
	{ "another host", { { "redirect_uri", "http://localhost:5/cb" } },
	  "400", "cannot be trusted" },
	{ "a query more", { { "redirect_uri", "http://127.0.0.1:5/cb?x=1" } },
	  "400", "cannot be trusted" },
	{ "https", { { "redirect_uri", "https://evil.example/cb" } },
	  "400", "cannot be trusted" },
	{ "backslash", { { "redirect_uri", "http://127.0.0.1\\@evil/cb" } },
	  "400", "cannot be trusted" },

	{ "no type", { { "response_type", NULL } }, "303",
	  "error=invalid_request&" },
	{ "another type", { { "response_type", "token" } }, "303",
	  "error=unsupported_response_type&" },
	{ "fragment", { { "response_mode", "fragment" } }, "303",
	  "error=invalid_request&" },
	{ "no challenge", { { "code_challenge", NULL } }, "303",
	  "error=invalid_request&" },
	{ "plain", { { "code_challenge_method", "plain" } }, "303",
	  "error=invalid_request&" },
	{ "no method", { { "code_challenge_method", NULL } }, "303",
	  "error=invalid_request&" },
	{ "unknown scopes", { { "scope", "admin" } }, "303",
	  "error=invalid_scope&" },
	{ "quote in scope", { { "scope", "mail:read \"" } }, "303",
	  "error=invalid_scope&" },
	{ "other resource", { { "resource", "https://other.example/mcp" } },
	  "303", "error=invalid_target&" },
	{ "two resources", { { "resource", "http://127.0.0.1:8480/mcp" },
	  { "resource", "https://other.example/mcp" } }, "303",
	  "error=invalid_target&" },
	{ "resource below", { { "resource", "http://127.0.0.1:8480/mcp/x" } },
	  "303", "error=invalid_target&" },
	{ "two slashes", { { "resource", "http://127.0.0.1:8480/mcp//" } },
	  "303", "error=invalid_target&" },
	{ "path in capitals", { { "resource", "http://127.0.0.1:8480/MCP" } },
	  "303", "error=invalid_target&" },
	{ "scope twice", { { "scope", "mail:read" }, { "scope",
	  "mail:send" } }, "303", "error=invalid_request&" },
	{ "request", { { "request", "eyJ" } }, "303",
	  "error=request_not_supported&" },
	{ "request_uri", { { "request_uri", "http://127.0.0.1/" } }, "303",
	  "error=request_not_supported&" },
	{ "prompt", { { "prompt", "none" } }, "303", "error=login_required&" }
};

static void
what_clients_ask(void **state)
{
	const char	*client, *answer;
	size_t		 i;

	settle(state);
	client = make_client(key, "A <b>tool</b>",
	    "http://127.0.0.1:3000/cb");
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		answer = get(make_query(client, rows[i].changes, 3));
		expect(rows[i].what, answer, text_format(arena,
		    "Status: %s\r\n", rows[i].status), "<b>");
		expect(rows[i].what, answer, rows[i].has, NULL);
		expect(rows[i].what, answer,
		    "Referrer-Policy: no-referrer\r\n", NULL);
		expect(rows[i].what, answer, "Cache-Control: no-store", NULL);
		if (text_equal(rows[i].status, "303")) {
			expect(rows[i].what, answer,
			    "Location: http://127.0.0.1:5001/cb?error=", NULL);
			expect(rows[i].what, answer, "&iss=http%3A%2F%2F"
			    "127.0.0.1%3A8480\r\n", NULL);
			expect(rows[i].what, answer,
			    "&state=s%2F%2B%3D%3Cb%3E&", NULL);
			continue;
		}
		expect(rows[i].what, answer, "X-Frame-Options: DENY\r\n",
		    "Location:");
		expect(rows[i].what, answer, "frame-ancestors 'none'", NULL);
	}
	arena_close(arena);
}

static void
clients_of_other_keys(void **state)
{
	const char	*client;

	settle(state);
	client = make_client(other_key, NULL, "http://127.0.0.1:3000/cb");
	expect("other key", get(make_query(client, NULL, 0)),
	    "Status: 400\r\n", "Location:");
	arena_close(arena);
}

/* The way back stands in form-action, or Chromium would not go it. */
static void
ways_back(void **state)
{
	static const char *const	 ways[][2] = {
		{ "https://app.example/cb", "form-action 'self' "
		  "https://app.example\r\n" },
		{ "https://app.example:8443/cb", "form-action 'self' "
		  "https://app.example:8443\r\n" },
		{ "http://[::1]:7/cb", "form-action 'self' http:\r\n" },
		{ "cursor://anysphere.cursor-mcp/oauth/callback",
		  "form-action 'self' cursor:\r\n" }
	};
	const char			*client;
	size_t				 i;

	settle(state);
	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		const struct change	 change[] = {
			{ "redirect_uri", ways[i][0] }
		};

		client = make_client(key, NULL, ways[i][0]);
		expect(ways[i][0], get(make_query(client, change, 1)),
		    ways[i][1], NULL);
	}
	arena_close(arena);
}

/* What stands between two texts. */
static const char *
between(const char *text, const char *before, const char *after)
{
	const char	*start, *end;

	start = strstr(text, before);
	assert_non_null(start);
	start += strlen(before);
	end = strstr(start, after);
	assert_non_null(end);
	return arena_copy(arena, start, (size_t)(end - start));
}

struct sending {
	const char	*what;
	const char	*fields;	/* of the form, after the seal */
	const char	*origin;
	const char	*site;
	bool		 no_cookie;
	bool		 no_seal;
	bool		 other_query;
	const char	*status;
	const char	*has;
};

#define OURS	"http://127.0.0.1:8480"
#define TYPED	"&username=a%40example.org&password=canary&scope=mail:read"

static const struct sending	 sendings[] = {
	{ "deny", "&decision=deny", OURS, "same-origin", false, false, false,
	  "303", "error=access_denied&" },
	{ "no origin", "&decision=deny", NULL, NULL, false, false, false,
	  "303", "error=access_denied&" },
	{ "origin null", "&decision=deny", "null", NULL, false, false, false,
	  "403", "cannot be accepted" },
	{ "other origin", "&decision=deny", "https://evil.example", NULL,
	  false, false, false, "403", "cannot be accepted" },
	{ "other site", "&decision=deny", NULL, "cross-site", false, false,
	  false, "403", "cannot be accepted" },
	{ "no cookie", "&decision=deny", OURS, NULL, true, false, false,
	  "403", "cannot be accepted" },
	{ "no seal", "&decision=deny", OURS, NULL, false, true, false,
	  "403", "cannot be accepted" },
	{ "another request", "&decision=deny", OURS, NULL, false, false, true,
	  "403", "cannot be accepted" },
	{ "mixture", "&decision=deny&client_id=x", OURS, NULL, false, false,
	  false, "400", "belongs into the address" },
	{ "another button", TYPED "&decision=x", OURS, NULL, false, false,
	  false, "400", "none that the page offers" },
	{ "nothing typed", "&scope=mail:read", OURS, NULL, false, false,
	  false, "422", "Type your password." },
	{ "controls", "&username=a%0D%0Ab&password=x", OURS, NULL, false,
	  false, false, "422", "nobody can type" },
	{ "no address", "&username=anna&password=x", OURS, NULL, false,
	  false, false, "422", "That is no email address. If" },
	{ "no switch", "&username=a%40b.example&password=x", OURS, NULL, false,
	  false, false, "422", "href=\"#scopes\"" },
	{ "no server", TYPED, OURS, NULL, false, false, false, "422",
	  "href=\"#imap_host\"" },
	{ "a forged mailbox", TYPED "&kept=x.y.z", OURS, NULL, false, false,
	  false, "422", "is forgotten" },
	{ "one is removed", "&remove=0&username=a%40example.org", OURS, NULL,
	  false, false, false, "200", "value=\"a@example.org\"" },
	{ "bad server", TYPED "&imap_host=a%20b", OURS, NULL, false, false,
	  false, "422", "no server&#39;s name" },
	{ "bad port", TYPED "&imap_host=a.example&imap_port=0", OURS, NULL,
	  false, false, false, "422", "href=\"#imap_port\"" },
	{ "wrong TLS", TYPED "&imap_host=a.example&imap_port=993&imap_tls="
	  "starttls", OURS, NULL, false, false, false, "422",
	  "encrypted from the start" },
	{ "nowhere to send", TYPED "&scope=mail:send&imap_host=a.example",
	  OURS, NULL, false, false, false, "422",
	  "Connect without sending" },
	{ "a letter's end", TYPED "&imap_host=%22%3E%3Cscript%3E", OURS, NULL,
	  false, false, false, "422", "&quot;&gt;&lt;script&gt;" }
};

static void
how_forms_are_sent(void **state)
{
	const char	*client, *uri, *page, *cookie, *seal, *answer;
	size_t		 i;

	settle(state);
	client = make_client(key, "A tool", "http://127.0.0.1:5001/cb");
	uri = make_query(client, NULL, 0);
	page = get(uri);
	cookie = text_format(arena, "postern-form=%s",
	    between(page, "Set-Cookie: postern-form=", ";"));
	seal = between(page, "name=\"request\" value=\"", "\"");
	for (i = 0; i < sizeof(sendings) / sizeof(sendings[0]); i++) {
		const struct sending	*row = &sendings[i];
		struct asked		 asked = { "POST", uri, {
			"HTTP_HOST", "127.0.0.1:8480", "CONTENT_TYPE",
			form_type, "HTTP_COOKIE",
			row->no_cookie ? "a=b" : cookie, "HTTP_ORIGIN",
			row->origin, NULL }, NULL, false };

		if (row->origin == NULL) {
			asked.variables[6] = "HTTP_SEC_FETCH_SITE";
			asked.variables[7] = row->site == NULL ?
			    "same-origin" : row->site;
		}
		asked.body = text_format(arena, "request=%s%s",
		    row->no_seal ? "" : seal, row->fields);
		if (row->other_query)
			asked.uri = text_format(arena, "%s&x=1", uri);
		answer = ask_cgi(arena, &program, &asked);
		expect(row->what, answer, text_format(arena,
		    "Status: %s\r\n", row->status), "canary");
		expect(row->what, answer, row->has, NULL);
	}
	arena_close(arena);
}

/* A provider that is known to take no password is not given one. */
static void
closed_provider(void **state)
{
	const char	*uri, *page;
	struct asked	 asked = { "POST", NULL, { "HTTP_HOST",
		"127.0.0.1:8480", "CONTENT_TYPE", form_type, "HTTP_COOKIE",
		NULL, "HTTP_ORIGIN", OURS, NULL }, NULL, false };

	settle(state);
	unsetenv("ALLOWED_MAIL_HOSTS");
	uri = make_query(make_client(key, "A tool",
	    "http://127.0.0.1:5001/cb"), NULL, 0);
	page = get(uri);
	asked.uri = uri;
	asked.variables[5] = text_format(arena, "postern-form=%s",
	    between(page, "Set-Cookie: postern-form=", ";"));
	asked.body = text_format(arena, "request=%s&username=a%%40outlook.com"
	    "&password=canary&scope=mail:read",
	    between(page, "name=\"request\" value=\"", "\""));
	expect("closed", ask_cgi(arena, &program, &asked),
	    "lets no program in by a password", "canary");
	arena_close(arena);
}

static void
other_bodies(void **state)
{
	struct asked	 asked = { "POST", "/oauth/authorize", { "HTTP_HOST",
		"127.0.0.1:8480", "CONTENT_TYPE", "application/json", NULL },
		"{}", false };

	settle(state);
	expect("json", ask_cgi(arena, &program, &asked), "Status: 415", NULL);
	asked.variables[3] = "text/plain";
	expect("text", ask_cgi(arena, &program, &asked), "Status: 415", NULL);
	asked.method = "PUT";
	expect("put", ask_cgi(arena, &program, &asked), "Status: 405", NULL);
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(what_clients_ask),
	cmocka_unit_test(clients_of_other_keys),
	cmocka_unit_test(ways_back),
	cmocka_unit_test(how_forms_are_sent),
	cmocka_unit_test(closed_provider),
	cmocka_unit_test(other_bodies))
