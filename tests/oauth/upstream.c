#include "../check.h"

#include "request.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "oauth/upstream.h"

#include "../peer/peer.h"

enum { PATIENCE_MS = 5000, LINE = 4096 };

#define FOUND	"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
#define WELL_KNOWN	"GET /.well-known/openid-configuration HTTP/1.1"
#define REST								\
	"\"authorization_endpoint\":\"https://a.example/auth\","	\
	"\"token_endpoint\":\"https://a.example/token\","		\
	"\"userinfo_endpoint\":\"https://a.example/me\",\"more\":[1]}"

/* A provider that answers one question; where the answer has a mark, its own
 * address stands there. */
struct scene {
	struct arena		*arena;
	struct peer		 peer;
	struct upstream		 upstream;
	struct config		 config;
	struct request		 request;
	const char		*first;		/* line it expects */
	const char		*line;		/* among the others, or NULL */
	const char		*body;		/* likewise */
	const char		*before, *after; /* its address, or all */
};

static void
play(struct line *line, const void *state)
{
	const struct scene	*scene = state;
	char			 text[LINE];
	bool			 seen = scene->line == NULL;

	if (!peer_tls(line, PEER_GOOD, 0))
		return;
	peer_expect(line, scene->first);
	while (peer_read_line(line, text, sizeof(text)) && text[0] != '\0')
		seen = seen || strcmp(text, scene->line) == 0;
	if (!seen)
		_exit(8);
	/* As much as that, since no line ends in it. */
	if (scene->body != NULL && (!peer_read_line(line, text,
	    strlen(scene->body) + 1) || strcmp(text, scene->body) != 0))
		_exit(9);
	peer_say(line, scene->before);
	if (scene->after == NULL)
		return;
	snprintf(text, sizeof(text), "https://localhost:%d",
	    scene->peer.port);
	peer_say(line, text);
	peer_say(line, scene->after);
}

static void
start(struct scene *scene)
{
	*scene = (struct scene){ .arena = arena_open(), .upstream = {
	    .name = "test", .label = "Test Mail", .client_id = "me &",
	    .client_secret = "s:%", .ca_file = peer_ca_file() } };
	test_request(scene->arena, test_authority(scene->arena, TEST_KEY),
	    &scene->request);
	scene->config = *scene->request.config;
	scene->request.config = &scene->config;
	scene->request.deadline = clock_ms() + PATIENCE_MS;
}

static void
listen_now(struct scene *scene, const char *first, const char *before,
    const char *after)
{
	scene->first = first;
	scene->before = before;
	scene->after = after;
	peer_start(&scene->peer, play, scene);
	if (scene->upstream.issuer == NULL)
		scene->upstream.issuer = text_format(scene->arena,
		    "https://localhost:%d", scene->peer.port);
}

/* A fault with that word, or none. */
static void
expect(const struct fault *bad, enum fault_kind kind, const char *wrong)
{
	if (wrong == NULL && bad != NULL)
		fail_msg("%s", bad->detail);
	if (wrong == NULL)
		return;
	if (bad == NULL)
		fail_msg("well, and not: %s", wrong);
	if (bad->kind != kind || strstr(bad->detail, wrong) == NULL)
		fail_msg("%s: %s\n", wrong, bad->detail);
	assert_null(strstr(bad->detail, "s:%"));
}

static const struct {
	const char	*before, *after;
	const char	*wrong;
} documents[] = {
	{ FOUND "{\"issuer\":\"", "\"," REST, NULL },
	{ FOUND "{\"issuer\":\"", "/\"," REST, "another issuer" },
	{ FOUND "{\"issuer\":\"https://evil.example\"," REST, NULL,
	  "another issuer" },
	{ FOUND "{\"issuer\":\"", "\",\"token_endpoint\":\"https://"
	  "a.example/token\",\"authorization_endpoint\":"
	  "\"javascript:alert(1)\"}", "no https page" },
	{ FOUND "{\"issuer\":\"", "\",\"token_endpoint\":\"https://"
	  "a.example/token\",\"authorization_endpoint\":"
	  "\"https://a.example/\\n\"}", "no https page" },
	{ FOUND "{" REST, NULL, "not what it should be" },
	{ FOUND "{\"issuer\":\"", "\"}", "not what it should be" },
	{ FOUND "{\"issuer\":[\"", "\"]," REST,
	  "not what it should be" },
	{ FOUND "{\"issuer\":\"x\",\"issuer\":\"", "\"," REST,
	  "not what it should be" },
	{ FOUND "<html>", NULL, "not what it should be" },
	{ FOUND, NULL, "not what it should be" },
	{ "HTTP/1.1 404 No\r\nConnection: close\r\n\r\n{\"issuer\":\"",
	  "\"," REST, "status 404" },
	{ "HTTP/1.1 302 Go\r\nLocation: https://a.example/\r\n"
	  "Content-Length: 0\r\n\r\n", NULL, "status 302" },
	{ "garbage\r\n\r\n", NULL, "" },
};

static void
each_document(void **state)
{
	struct upstream_place	 place;
	struct scene		 scene;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
		start(&scene);
		listen_now(&scene, WELL_KNOWN, documents[i].before,
		    documents[i].after);
		expect(upstream_find(&scene.request, &scene.upstream, &place),
		    FAULT_UNAVAILABLE, documents[i].wrong);
		if (documents[i].wrong == NULL) {
			assert_string_equal(place.token_endpoint,
			    "https://a.example/token");
			assert_ptr_equal(place.upstream, &scene.upstream);
		}
		(void)peer_stop(&scene.peer);
		arena_close(scene.arena);
	}
}

/* Removes the one file in it, and the folder. */
static void
empty(const char *folder)
{
	struct dirent	*entry;
	char		 path[PATH_MAX];
	int		 files = 0;
	DIR		*opened;

	assert_non_null(opened = opendir(folder));
	while ((entry = readdir(opened)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		assert_int_equal(unlink(path), 0);
		files++;
	}
	closedir(opened);
	assert_int_equal(files, 1);
	assert_int_equal(rmdir(folder), 0);
}

/* What was good is not asked for again; what was not is. */
static void
documents_are_kept(void **state)
{
	char			 folder[] = "/tmp/postern-upstream-XXXXXX";
	struct upstream_place	 place;
	struct scene		 scene;
	struct upstream		 other;

	(void)state;
	assert_non_null(mkdtemp(folder));
	start(&scene);
	scene.config.run_dir = folder;
	listen_now(&scene, WELL_KNOWN, FOUND "{\"issuer\":\"", "/\"," REST);
	expect(upstream_find(&scene.request, &scene.upstream, &place),
	    FAULT_UNAVAILABLE, "another issuer");
	(void)peer_stop(&scene.peer);
	assert_int_equal(rmdir(folder), 0);
	assert_int_equal(mkdir(folder, 0700), 0);
	scene.upstream.issuer = NULL;
	listen_now(&scene, WELL_KNOWN, FOUND "{\"issuer\":\"", "\"," REST);
	expect(upstream_find(&scene.request, &scene.upstream, &place), 0,
	    NULL);
	(void)peer_stop(&scene.peer);
	expect(upstream_find(&scene.request, &scene.upstream, &place), 0,
	    NULL);
	assert_string_equal(place.userinfo_endpoint, "https://a.example/me");

	/* The same address, and yet another issuer. */
	other = scene.upstream;
	other.issuer = text_format(scene.arena, "%s/", other.issuer);
	expect(upstream_find(&scene.request, &other, &place),
	    FAULT_UNAVAILABLE, "");
	scene.config.run_dir = NULL;
	expect(upstream_find(&scene.request, &scene.upstream, &place),
	    FAULT_UNAVAILABLE, "");
	empty(folder);
	arena_close(scene.arena);
}

/* Those that are known are asked for nothing. */
static void
known(void **state)
{
	struct upstream_place	 place;
	struct scene		 scene;

	(void)state;
	start(&scene);
	scene.upstream.issuer = "https://login.example/{tenantid}";
	scene.upstream.authorization = "https://login.example/auth";
	scene.upstream.token = "https://login.example/token";
	assert_null(upstream_find(&scene.request, &scene.upstream, &place));
	assert_string_equal(place.authorization_endpoint,
	    "https://login.example/auth");
	assert_null(place.userinfo_endpoint);
	arena_close(scene.arena);
}

static const struct fault *
ask(struct scene *scene, const char *endpoint, bool basic,
    struct upstream_tokens *tokens)
{
	struct pair		 pairs[] = { { "grant_type", "a b&c" } };
	struct upstream_place	 place = { .upstream = &scene->upstream };

	place.token_endpoint = endpoint;
	texts_add(scene->arena, &place.token_endpoint_auth_methods_supported,
	    basic ? "client_secret_basic" : "client_secret_post");
	return upstream_ask(&scene->request, &place,
	    (struct pairs){ pairs, 1 }, tokens);
}

static const struct {
	const char	*answer;
	enum fault_kind	 kind;
	const char	*wrong;
} answers[] = {
	{ FOUND "{\"access_token\":\"t\",\"token_type\":\"bearer\","
	  "\"expires_in\":60,\"scope\":\"x\"}", 0, NULL },
	{ FOUND "{\"access_token\":\"t\",\"token_type\":\"DPoP\"}",
	  FAULT_UNAVAILABLE, "no token" },
	{ FOUND "{\"access_token\":\"t\"}", FAULT_UNAVAILABLE,
	  "no token" },
	{ FOUND "{\"access_token\":\"\",\"token_type\":\"Bearer\"}",
	  FAULT_UNAVAILABLE, "no token" },
	{ FOUND "{\"access_token\":\"t\\r\\nx: y\",\"token_type\":\"Bearer\"}",
	  FAULT_UNAVAILABLE, "no token" },
	{ FOUND "{\"access_token\":\"t\\u00e9\",\"token_type\":\"Bearer\"}",
	  FAULT_UNAVAILABLE, "no token" },
	{ FOUND "{\"access_token\":\"t\",\"token_type\":\"Bearer\","
	  "\"refresh_token\":\"r\\u0001\"}", FAULT_UNAVAILABLE, "no token" },
	{ FOUND "{\"access_token\":7,\"token_type\":\"Bearer\"}",
	  FAULT_UNAVAILABLE, "no answer" },
	{ FOUND "{\"access_token\":\"t\",\"token_type\":\"Bearer\","
	  "\"expires_in\":-1}", FAULT_UNAVAILABLE, "no answer" },
	{ FOUND "{\"access_token\":\"t\",\"token_type\":\"Bearer\","
	  "\"error\":\"invalid_grant\"}", FAULT_GRANT,
	  "Test Mail: invalid_grant" },
	{ FOUND, FAULT_UNAVAILABLE, "no answer" },
	{ "HTTP/1.1 400 No\r\nConnection: close\r\n\r\n"
	  "{\"error\":\"invalid_grant\",\"error_description\":"
	  "\"gone\"}", FAULT_GRANT, "invalid_grant (gone)" },
	{ "HTTP/1.1 400 No\r\nConnection: close\r\n\r\n"
	  "{\"error\":\"invalid_grant\",\"error_description\":"
	  "\"a\\r\\nb\"}", FAULT_GRANT, "Test Mail: invalid_grant" },
	{ "HTTP/1.1 400 No\r\nConnection: close\r\n\r\n"
	  "{\"error\":\"interaction_required\"}", FAULT_GRANT,
	  "interaction_required" },
	{ "HTTP/1.1 401 No\r\nConnection: close\r\n\r\n"
	  "{\"error\":\"invalid_client\"}", FAULT_UNAVAILABLE,
	  "invalid_client" },
	{ "HTTP/1.1 400 No\r\nConnection: close\r\n\r\n"
	  "{\"error\":\"temporarily_unavailable\"}",
	  FAULT_UNAVAILABLE, "temporarily_unavailable" },
	{ "HTTP/1.1 503 No\r\nConnection: close\r\n\r\n"
	  "{\"error\":\"invalid_grant\"}", FAULT_UNAVAILABLE,
	  "invalid_grant" },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 65537\r\n\r\n",
	  FAULT_UNAVAILABLE, "" },
};

static void
each_answer(void **state)
{
	struct upstream_tokens	 tokens;
	struct scene		 scene;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		start(&scene);
		scene.body = "grant_type=a%20b%26c&client_id=me%20%26"
		    "&client_secret=s%3A%25";
		listen_now(&scene, "POST /token HTTP/1.1", answers[i].answer,
		    NULL);
		expect(ask(&scene, text_format(scene.arena,
		    "https://localhost:%d/token", scene.peer.port), false,
		    &tokens), answers[i].kind, answers[i].wrong);
		if (answers[i].wrong == NULL) {
			assert_string_equal(tokens.access_token, "t");
			assert_null(tokens.refresh_token);
			assert_in_range(tokens.ends, clock_now() + 50,
			    clock_now() + 60);
		}
		assert_true(peer_stop(&scene.peer));
		arena_close(scene.arena);
	}
}

/* RFC 6749 2.3.1: each part of Basic is escaped. */
static void
basic(void **state)
{
	struct upstream_tokens	 tokens;
	struct scene		 scene;

	(void)state;
	start(&scene);
	scene.body = "grant_type=a%20b%26c";
	/* me%20%26:s%3A%25 */
	scene.line = "Authorization: Basic bWUlMjAlMjY6cyUzQSUyNQ==";
	listen_now(&scene, "POST /token HTTP/1.1", FOUND
	    "{\"access_token\":\"t\",\"token_type\":\"Bearer\"}", NULL);
	expect(ask(&scene, text_format(scene.arena,
	    "https://localhost:%d/token", scene.peer.port), true, &tokens),
	    0, NULL);
	/* RFC 6749 5.1: where no time is told it is an hour. */
	assert_in_range(tokens.ends, clock_now() + 3500, clock_now() + 3600);
	assert_true(peer_stop(&scene.peer));
	arena_close(scene.arena);
}

/* Whatever its document says: only https, and nothing that is not public. */
static void
addresses(void **state)
{
	static const struct {
		const char	*url, *wrong;
	} rows[] = {
		{ "http://localhost:1/token", "not https" },
		{ "https://127.0.0.1/token", "not public" },
		{ "https://169.254.169.254/token", "not public" },
		{ "https://10.0.0.1/token", "not public" },
		{ "https://[::1]/", "not public" },
		{ "file:///etc/passwd", "not https" },
		{ "", "not https" }, { "https://", "not a URL" }
	};
	struct upstream_tokens	 tokens;
	struct scene		 scene;
	size_t			 i;

	(void)state;
	start(&scene);
	scene.upstream.issuer = "https://localhost:1";
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect(ask(&scene, rows[i].url, false, &tokens),
		    FAULT_UNAVAILABLE, rows[i].wrong);
	arena_close(scene.arena);
}

CHECK_MAIN(cmocka_unit_test(each_document),
    cmocka_unit_test(documents_are_kept), cmocka_unit_test(known),
    cmocka_unit_test(each_answer), cmocka_unit_test(basic),
    cmocka_unit_test(addresses))
