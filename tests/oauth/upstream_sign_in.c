#include "oauth/upstream_sign_in.h"

#include "../check.h"
#include "../wall.h"

#include "../web/worker.h"
#include "base/config.h"
#include "base/text.h"
#include "crypt/keys.h"
#include "data/url.h"
#include "oauth/authorize.h"
#include "oauth/bearer.h"
#include "oauth/client.h"

#define OURS	"http://127.0.0.1:8480"
#define HOST	"HTTP_HOST", "127.0.0.1:8480"

static const char	 key[] =
    "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
static const char	 other_key[] =
    "ZDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
static const char	 form_type[] = "application/x-www-form-urlencoded";

static const struct endpoint	 endpoints[] = {
	{ "GET", "/oauth/authorize", NULL, 0, authorize_ask, CORS_NONE },
	{ "POST", "/oauth/authorize", form_type, AUTHORIZE_FORM_BYTES,
	  authorize_answer, CORS_NONE },
	{ "GET", "/oauth/upstream", NULL, 0, authorize_return, CORS_NONE },
	{ .path = NULL }
};

static const struct program	 program = {
	.needs = CONFINE_FILES | CONFINE_NETWORK,
	.name = "authorize", .endpoints = endpoints,
	.explain = authorize_explain, .start = bearer_start
};

/* A page that was opened in a browser. */
struct scene {
	struct arena	*arena;
	const char	*uri;
	const char	*cookie;
	const char	*seal;		/* of its form */
};

/* What stands between two texts. */
static const char *
between(struct arena *arena, const char *text, const char *before,
    const char *after)
{
	const char	*start, *end;

	if ((start = strstr(text, before)) == NULL)
		fail_msg("no %s: %s", before, text);
	start += strlen(before);
	assert_non_null(end = strstr(start, after));
	return arena_copy(arena, start, (size_t)(end - start));
}

static const char *
get(const struct scene *scene, const char *uri, const char *cookie)
{
	struct asked	 asked = { "GET", uri, { HOST, "HTTP_COOKIE", cookie,
		NULL }, NULL, false };

	return ask_cgi(scene->arena, &program, &asked);
}

static const char *
press(const struct scene *scene, const char *seal, const char *fields)
{
	struct asked	 asked = { "POST", scene->uri, { HOST, "CONTENT_TYPE",
		form_type, "HTTP_COOKIE", scene->cookie, "HTTP_ORIGIN", OURS,
		NULL }, NULL, false };

	asked.body = text_format(scene->arena, "request=%s&%s", seal, fields);
	return ask_cgi(scene->arena, &program, &asked);
}

static const char *
make_uri(struct arena *arena)
{
	struct config		 config = { .base_url = OURS };
	struct authority	 authority = { .config = &config };
	struct client		 client = { .method = "none" };

	assert_null(keys_read(arena, bytes_of(key), &authority.keys));
	texts_add(arena, &client.redirects, "http://127.0.0.1:5001/cb");
	assert_null(client_seal(arena, &authority, &client));
	return text_format(arena, "/oauth/authorize?response_type=code"
	    "&client_id=%s&redirect_uri=http%%3A%%2F%%2F127.0.0.1%%3A5001%%2F"
	    "cb&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
	    "&code_challenge_method=S256&state=theirs", client.id);
}

static void
start(struct scene *scene)
{
	const char	*page;

	wall = WALL_START;
	setenv("BASE_URL", OURS, 1);
	setenv("ENCRYPTION_KEY", key, 1);
	setenv("GOOGLE_CLIENT_ID", "me.apps.example", 1);
	setenv("GOOGLE_CLIENT_SECRET", "canary", 1);
	*scene = (struct scene){ .arena = arena_open() };
	scene->uri = make_uri(scene->arena);
	page = get(scene, scene->uri, "");
	scene->cookie = text_format(scene->arena, "postern-form=%s",
	    between(scene->arena, page, "Set-Cookie: postern-form=", ";"));
	scene->seal = between(scene->arena, page,
	    "name=\"request\" value=\"", "\"");
}

static void
expect(const char *what, const char *answer, const char *status,
    const char *has)
{
	const char	*page = strstr(answer, "<main");
	char		 line[32];

	snprintf(line, sizeof(line), "Status: %s\r\n", status);
	if (strstr(answer, line) == NULL || strstr(answer, has) == NULL ||
	    strstr(answer, "canary") != NULL)
		fail_msg("%s: %.600s\n", what, page == NULL ? answer : page);
}

static const char	 google[] =
    "decision=upstream-google&scope=mail:read&username=jane%40example.org";

/* The address that the button leads to. */
static const char *
leave(const struct scene *scene)
{
	const char	*page = press(scene, scene->seal, google), *at;
	const char	*url;
	struct buf	 buf;

	expect("leaving", page, "200", "id=\"onward\"");
	url = between(scene->arena, page, "<a href=\"", "\"");
	buf_start(&buf, scene->arena);
	for (at = url; *at != '\0'; at++) {
		buf_byte(&buf, (unsigned char)*at);
		if (strncmp(at, "&amp;", 5) == 0)
			at += 4;
	}
	return buf_string(&buf);
}

static const char *
find(struct arena *arena, const char *url, const char *name)
{
	struct pairs	 pairs = { NULL, 0 };
	const char	*found = NULL;
	size_t		 i;

	assert_true(url_read_form(arena, bytes_of(strchr(url, '?') + 1),
	    &pairs));
	for (i = 0; i < pairs.len; i++)
		if (text_equal(pairs.at[i].name, name)) {
			assert_null(found);
			found = pairs.at[i].value;
		}
	return found;
}

/* OpenID Connect Core 3.1.2.1. */
static void
what_is_asked(void **state)
{
	static const struct pair	 rows[] = {
		{ "response_type", "code" },
		{ "client_id", "me.apps.example" },
		{ "redirect_uri", OURS "/oauth/upstream" },
		{ "scope", "openid email https://mail.google.com/" },
		{ "code_challenge_method", "S256" },
		{ "login_hint", "jane@example.org" },
		{ "access_type", "offline" }, { "prompt", "consent" },
		{ "client_secret", NULL }, { "code_verifier", NULL }
	};
	static const char	*const	 fresh[] = {
		"nonce", "code_challenge", "state"
	};
	const char	*first, *second, *value;
	struct scene	 scene;
	size_t		 i;

	(void)state;
	start(&scene);
	first = leave(&scene);
	second = leave(&scene);
	assert_true(text_starts(first,
	    "https://accounts.google.com/o/oauth2/v2/auth?"));
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		value = find(scene.arena, first, rows[i].name);
		if (rows[i].value == NULL)
			assert_null(value);
		else
			assert_string_equal(value, rows[i].value);
	}
	for (i = 0; i < sizeof(fresh) / sizeof(fresh[0]); i++) {
		value = find(scene.arena, first, fresh[i]);
		assert_true(strlen(value) >= 43);
		assert_string_not_equal(value,
		    find(scene.arena, second, fresh[i]));
	}
	arena_close(scene.arena);
}

/* So many other addresses of 194 characters. */
static const char *
aliases(struct arena *arena, int count)
{
	struct buf	 buf;
	int		 i;

	buf_start(&buf, arena);
	for (i = 0; i < count; i++)
		buf_format(&buf, "a%058d%%40c%060d.d%060d.example.org%%2C+",
		    i, i, i);
	return buf_string(&buf);
}

static void
what_is_not_left_for(void **state)
{
	struct scene	 scene;

	(void)state;
	start(&scene);
	expect("unknown", press(&scene, scene.seal,
	    "decision=upstream-other&scope=mail:read"), "400",
	    "none that the page offers");
	expect("nameless", press(&scene, scene.seal,
	    "decision=upstream-&scope=mail:read"), "400",
	    "none that the page offers");
	expect("no scope", press(&scene, scene.seal,
	    "decision=upstream-google"), "422", "href=\"#scopes\"");
	expect("five", press(&scene, scene.seal, text_format(scene.arena,
	    "%s&aliases=%s", google, aliases(scene.arena, 5))), "200",
	    "id=\"onward\"");
	expect("twenty", press(&scene, scene.seal, text_format(scene.arena,
	    "%s&aliases=%s", google, aliases(scene.arena, 20))), "422",
	    "too much to take along to Google");
	expect("no seal", press(&scene, "", google), "403",
	    "cannot be accepted");
	arena_close(scene.arena);
}

/* What a browser comes back with: %s stands for the state. */
static const struct {
	const char	*what;
	const char	*query;
	int		 later;		/* seconds */
	const char	*status;
	const char	*has;
} rows[] = {
	{ "denied", "state=%s&error=access_denied", 0, "422",
	  "you did not allow it" },
	{ "failed", "state=%s&error=server_error", 0, "422",
	  "did not sign you in" },
	{ "just in time", "state=%s&error=access_denied", 599, "422",
	  "you did not allow it" },
	{ "too late", "state=%s&error=access_denied", 600, "403",
	  "cannot be accepted" },
	{ "no code", "state=%s", 0, "422", "it sent no code" },
	{ "another issuer", "state=%s&code=x&iss=https%%3A%%2F%%2Fevil", 0,
	  "422", "another issuer answered" },
	{ "no state", "error=access_denied&x=%s", 0, "403",
	  "cannot be accepted" },
	{ "empty", "state=&x=%s", 0, "403", "cannot be accepted" },
	{ "longer", "state=%sx", 0, "403", "cannot be accepted" },
	{ "two", "state=%s&state=x", 0, "400", "cannot be answered" },
};

static const char *
come(const struct scene *scene, const char *query, const char *sealed,
    const char *cookie)
{
	const char	*mark = strstr(query, "%s");

	return get(scene, text_format(scene->arena,
	    "/oauth/upstream?%.*s%s%s", (int)(mark - query), query, sealed,
	    mark + 2), cookie);
}

static void
each_return(void **state)
{
	const char	*sealed, *query;
	struct scene	 scene;
	struct buf	 buf;
	size_t		 i;

	(void)state;
	start(&scene);
	sealed = find(scene.arena, leave(&scene), "state");
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		wall = WALL_START + rows[i].later;
		buf_start(&buf, scene.arena);
		for (query = rows[i].query; *query != '\0'; query++)
			if (strncmp(query, "%%", 2) != 0)
				buf_byte(&buf, (unsigned char)*query);
		expect(rows[i].what, come(&scene, buf_string(&buf), sealed,
		    scene.cookie), rows[i].status, rows[i].has);
	}
	arena_close(scene.arena);
}

static const char	 denied[] = "state=%s&error=access_denied";

/* It serves in the browser that pressed the button, and for nothing else. */
static void
what_it_is_bound_to(void **state)
{
	const char	*sealed, *other;
	struct scene	 scene;

	(void)state;
	start(&scene);
	sealed = find(scene.arena, leave(&scene), "state");
	other = text_format(scene.arena, "postern-form=%s", "AAAAAAAAAAAAAAAA"
	    "AAAAAA");
	expect("no cookie", come(&scene, denied, sealed, ""), "403",
	    "cannot be accepted");
	expect("another browser", come(&scene, denied, sealed, other), "403",
	    "cannot be accepted");
	expect("a form's seal", come(&scene, denied, scene.seal,
	    scene.cookie), "403", "cannot be accepted");
	expect("in a form", press(&scene, sealed, google), "403",
	    "cannot be accepted");
	expect("this one", come(&scene, denied, sealed, scene.cookie), "422",
	    "you did not allow it");
	unsetenv("GOOGLE_CLIENT_ID");
	unsetenv("GOOGLE_CLIENT_SECRET");
	expect("no such provider any more", come(&scene, denied, sealed,
	    scene.cookie), "403", "cannot be accepted");
	setenv("ENCRYPTION_KEY", other_key, 1);
	expect("another key", come(&scene, denied, sealed, scene.cookie),
	    "403", "cannot be accepted");
	arena_close(scene.arena);
}

/* Wherever it is changed it is none. */
static void
forged(void **state)
{
	const char	*sealed;
	char		*copy;
	struct scene	 scene;
	size_t		 i;

	(void)state;
	start(&scene);
	sealed = find(scene.arena, leave(&scene), "state");
	for (i = 0; i < strlen(sealed); i += 97) {
		copy = arena_text(scene.arena, sealed);
		copy[i] = copy[i] == 'A' ? 'B' : 'A';
		expect("changed", come(&scene, denied, copy, scene.cookie),
		    "403", "cannot be accepted");
		copy[i] = '\0';
		expect("cut", come(&scene, denied, copy, scene.cookie), "403",
		    "cannot be accepted");
	}
	arena_close(scene.arena);
}

CHECK_MAIN(cmocka_unit_test(what_is_asked),
    cmocka_unit_test(what_is_not_left_for), cmocka_unit_test(each_return),
    cmocka_unit_test(what_it_is_bound_to), cmocka_unit_test(forged))
