#include "../check.h"

#include "request.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypt/digest.h"
#include "oauth/client.h"
#include "oauth/document.h"

#include "../peer/peer.h"

#define ID	"https://app.example.org/oauth/client.json"
#define GOOD	"\"client_id\":\"" ID "\",\"client_name\":\"An app\","	\
		"\"redirect_uris\":[\"https://app.example.org/cb\"]"

static const struct {
	const char	*url;
	bool		 good;
} urls[] = {
	{ ID, true }, { "https://app.example.org/a?b=c", true },
	{ "https://app.example.org:8443/a", true },
	{ "https://app.example.org/a/", true },
	{ "https://app.example.org/a.b/..c/...", true },
	{ "http://app.example.org/a", false },
	{ "https://app.example.org", false },
	{ "https://app.example.org/", false },
	{ "https://app.example.org?a", false },
	{ "https://user@app.example.org/a", false },
	{ "https://user:word@app.example.org/a", false },
	{ "https://app.example.org/a#", false },
	{ "https://app.example.org/a#b", false },
	{ "https://app.example.org/./a", false },
	{ "https://app.example.org/a/..", false },
	{ "https://app.example.org/a/../b", false },
	{ "https://app.example.org/a/%2e%2E/b", false },
	{ "https://app.example.org/.%2e/b", false },
	{ "https://app.example.org/%2E", false },
	{ "https:/a", false }, { "https:a", false }, { "https://", false },
	{ "https:///a", false }, { "ftp://app.example.org/a", false },
	{ "file:///etc/passwd", false }, { "urn:a:b", false }, { ":", false },
	{ "https://app.example.org/a b", false },
	{ "https://app.example.org/\\b", false },
	{ "https://app.example.org\\@b/a", false },
	{ "https://app.example.org/\xc3\xbc", false },
	{ "https://app.example.org/\r\nX: y", false },
};

/* Documents, and what of them is refused with which word, or NULL. */
static const struct {
	const char	*text;
	const char	*word;
} documents[] = {
	{ "{" GOOD "}", NULL },
	{ "{" GOOD ",\"unknown\":[1],\"logo_uri\":\"http://127.0.0.1/\"}",
	    NULL },
	{ "{" GOOD ",\"token_endpoint_auth_method\":\"none\"}", NULL },
	{ "{" GOOD ",\"token_endpoint_auth_method\":null}", NULL },
	{ "{" GOOD ",\"token_endpoint_auth_method\":\"private_key_jwt\","
	    "\"jwks_uri\":\"https://app.example.org/jwks\","
	    "\"token_endpoint_auth_methods_supported\":[\"none\","
	    "\"private_key_jwt\"]}", NULL },
	{ "{" GOOD ",\"grant_types\":[\"authorization_code\"]}", NULL },
	{ "{" GOOD ",\"response_types\":[\"code\",\"token\"]}", NULL },
	{ "{" GOOD ",\"token_endpoint_auth_method\":\"private_key_jwt\"}",
	    "keys" },
	{ "{" GOOD ",\"token_endpoint_auth_method\":\"private_key_jwt\","
	    "\"token_endpoint_auth_methods_supported\":[\"x\"]}", "keys" },
	{ "{" GOOD ",\"token_endpoint_auth_method\":\"tls_client_auth\"}",
	    "keys" },
	{ "{" GOOD ",\"token_endpoint_auth_method\":\"client_secret_post\"}",
	    "shared secret" },
	{ "{" GOOD ",\"token_endpoint_auth_method\":\"client_secret_jwt\","
	    "\"token_endpoint_auth_methods_supported\":[\"none\"]}",
	    "shared secret" },
	{ "{" GOOD ",\"token_endpoint_auth_method\":\"client_secret_basic\"}",
	    "shared secret" },
	{ "{" GOOD ",\"client_secret\":\"x\"}", "client_secret" },
	{ "{" GOOD ",\"client_secret_expires_at\":0}", "client_secret" },
	{ "{" GOOD ",\"grant_types\":[\"refresh_token\"]}", "grant_types" },
	{ "{" GOOD ",\"response_types\":[\"token\"]}", "response_types" },
	{ "{\"client_id\":\"" ID "x\",\"client_name\":\"a\","
	    "\"redirect_uris\":[\"https://a.example/\"]}", "to the letter" },
	{ "{\"client_id\":\"HTTPS://app.example.org/oauth/client.json\","
	    "\"client_name\":\"a\",\"redirect_uris\":"
	    "[\"https://a.example/\"]}", "to the letter" },
	{ "{\"client_name\":\"a\",\"redirect_uris\":"
	    "[\"https://a.example/\"]}", "client_id" },
	{ "{\"client_id\":\"" ID "\",\"redirect_uris\":"
	    "[\"https://a.example/\"]}", "client_name" },
	{ "{\"client_id\":\"" ID "\",\"client_name\":\" \","
	    "\"redirect_uris\":[\"https://a.example/\"]}", "client_name" },
	{ "{\"client_id\":\"" ID "\",\"client_name\":\"a\"}",
	    "redirect_uris" },
	{ "{\"client_id\":\"" ID "\",\"client_name\":\"a\","
	    "\"redirect_uris\":[]}", "redirect_uris" },
	{ "{\"client_id\":\"" ID "\",\"client_name\":\"a\","
	    "\"redirect_uris\":[\"javascript:x\",\"vscode://a/b\"]}",
	    "redirect_uris" },
	{ "{\"client_id\":\"" ID "\",\"client_name\":\"a\","
	    "\"redirect_uris\":\"https://a.example/\"}", "redirect_uris" },
	{ "{" GOOD ",\"client_name\":\"b\"}", "twice" },
	{ "[]", "document" }, { "", "document" }, { "{", "document" },
	{ "<html>", "document" }, { "\"" ID "\"", "document" },
};

static void
addresses(void **state)
{
	const struct authority	*authority;
	const struct fault	*bad;
	struct client		 client;
	struct arena		*arena = arena_open();
	size_t			 i;

	(void)state;
	authority = test_authority(arena, TEST_KEY);
	for (i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		bad = client_open(arena, authority, urls[i].url, &client);
		if ((bad == NULL) != urls[i].good)
			fail_msg("%s", urls[i].url);
		if (bad != NULL)
			assert_int_equal(bad->kind, FAULT_CLIENT);
		else
			assert_int_equal(client.kind, CLIENT_DOCUMENT);
		assert_false(client_has_secret(&client));
	}
	assert_non_null(document_check_url(arena, text_format(arena,
	    "https://app.example.org/%0500d", 1)));
	arena_close(arena);
}

static void
reading(void **state)
{
	const struct fault	*bad;
	struct client		 client;
	struct arena		*arena = arena_open();
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
		bad = document_read(arena, test_config(arena), ID,
		    bytes_of(documents[i].text), &client);
		if ((bad == NULL) != (documents[i].word == NULL))
			fail_msg("%s: %s", documents[i].text,
			    bad == NULL ? "good" : bad->detail);
		if (bad == NULL) {
			assert_string_equal(client.name, "An app");
			assert_string_equal(client.id, ID);
			assert_int_equal(client.redirects.len, 1);
			continue;
		}
		assert_int_equal(bad->kind, FAULT_METADATA);
		if (strstr(bad->detail, documents[i].word) == NULL)
			fail_msg("%s: %s", documents[i].text, bad->detail);
	}
	arena_close(arena);
}

/* Redirect URIs that nobody may have are left out. */
static void
what_a_client_becomes(void **state)
{
	static const char	 text[] = "{\"client_id\":\"" ID "\","
				    "\"client_name\":\" A\\u202eb \","
				    "\"grant_types\":[\"authorization_code\"],"
				    "\"redirect_uris\":[\"javascript:x\","
				    "\"http://127.0.0.1/cb\",\"vscode://a\"]}";
	const struct authority	*authority;
	const char		*uri, *sealed;
	struct client		 client, opened = { 0 };
	struct arena		*arena = arena_open();

	(void)state;
	authority = test_authority(arena, TEST_KEY);
	assert_null(document_read(arena, authority->config, ID,
	    bytes_of(text), &client));
	assert_string_equal(client.name, "Ab");
	assert_false(client.refresh);
	assert_int_equal(client.redirects.len, 1);
	assert_null(client_redirect(arena, authority->config, &client,
	    "http://127.0.0.1:5/cb", &uri));
	assert_non_null(client_redirect(arena, authority->config, &client,
	    "https://evil.example/cb", &uri));
	assert_string_equal(client_binding(arena, &client),
	    client_hash(arena, ID));
	/* What travels in the page is for this client and its one answer. */
	assert_null(document_seal(arena, authority, &client, uri, &sealed));
	assert_true(document_open(arena, authority, sealed, ID, &opened));
	assert_string_equal(opened.name, "Ab");
	assert_int_equal(opened.kind, CLIENT_DOCUMENT);
	assert_null(client_redirect(arena, authority->config, &opened, uri,
	    &uri));
	assert_non_null(client_redirect(arena, authority->config, &opened,
	    "https://app.example.org/cb", &uri));
	assert_false(document_open(arena, authority, sealed, ID "x",
	    &opened));
	assert_false(document_open(arena, authority, NULL, ID, &opened));
	assert_false(document_open(arena, authority, "x", ID, &opened));
	authority = test_authority(arena, TEST_OLD_KEY);
	assert_false(document_open(arena, authority, sealed, ID, &opened));
	arena_close(arena);
}

/* A computer with a folder, and a client's host on it. */
struct scene {
	struct arena	*arena;
	struct config	 config;
	struct peer	 peer;
	const char	*url;
	char		 folder[32];
	const char	*answer;	/* of the host: its head */
	int		 told;		/* where it reads its own URL */
};

static void
answer(struct line *line, const void *state)
{
	char	 text[2048];

	if (!peer_tls(line, PEER_GOOD, 0))
		return;
	peer_expect(line, "GET /client HTTP/1.1");
	while (peer_read_line(line, text, sizeof(text)) && text[0] != '\0')
		;
	peer_say(line, state);
}

static void
begin(struct scene *scene)
{
	*scene = (struct scene){ .folder = "/tmp/postern-doc-XXXXXX" };
	scene->arena = arena_open();
	scene->config = *test_config(scene->arena);
	assert_non_null(mkdtemp(scene->folder));
	scene->config.run_dir = scene->folder;
	scene->config.client_hosts = text_split(scene->arena, "localhost:*",
	    " ");
	scene->config.client_ca_file = peer_ca_file();
}

static const char *
cached(struct scene *scene)
{
	struct arena	*arena = scene->arena;

	return text_format(arena, "%s/document-%.2s", scene->folder,
	    digest_hex(arena, digest(arena, DIGEST_SHA256,
	    bytes_of(scene->url))));
}

static void
end(struct scene *scene)
{
	if (scene->url != NULL)
		unlink(cached(scene));
	unlink(text_format(scene->arena, "%s/document-fetches",
	    scene->folder));
	assert_int_equal(rmdir(scene->folder), 0);
	arena_close(scene->arena);
}

/* The port is part of the address, so the answer is only known once there is
 * one: the peer is told by a pipe of what it is to say. */
static void
answer_by_port(struct line *line, const void *state)
{
	const struct scene	*scene = state;
	char			 url[256], body[1024], text[4096];
	ssize_t			 len;

	len = read(scene->told, url, sizeof(url) - 1);
	url[len < 0 ? 0 : len] = '\0';
	snprintf(body, sizeof(body), "{\"client_id\":\"%s\","
	    "\"client_name\":\"Here\",\"redirect_uris\":"
	    "[\"https://a.example/cb\"]}", url);
	snprintf(text, sizeof(text), "%s\r\nContent-Length: %zu\r\n\r\n%s",
	    scene->answer, strlen(body), body);
	answer(line, text);
}

static const struct fault *
ask(struct scene *scene, const char *head, struct client *client)
{
	const struct fault	*bad;
	int			 ends[2];

	scene->answer = head;
	assert_int_equal(pipe(ends), 0);
	scene->told = ends[0];
	peer_start(&scene->peer, answer_by_port, scene);
	scene->url = text_format(scene->arena, "https://localhost:%d/client",
	    scene->peer.port);
	assert_true(write(ends[1], scene->url, strlen(scene->url)) > 0);
	close(ends[0]);
	close(ends[1]);
	bad = document_fetch(scene->arena, &scene->config, scene->url,
	    client);
	peer_stop(&scene->peer);
	return bad;
}

static void
what_hosts_answer(void **state)
{
	static const struct {
		const char	*head;
		bool		 good;
	} rows[] = {
		{ "HTTP/1.1 200 OK\r\nContent-Type: application/json", true },
		{ "HTTP/1.1 200 OK\r\nContent-Type: Application/JSON; "
		    "charset=utf-8", true },
		{ "HTTP/1.1 200 OK\r\nContent-Type: "
		    "application/cimd+json", true },
		{ "HTTP/1.1 200 OK\r\nContent-Type: text/html", false },
		{ "HTTP/1.1 200 OK\r\nContent-Type: application/+json",
		    false },
		{ "HTTP/1.1 200 OK", false },
		{ "HTTP/1.1 201 OK\r\nContent-Type: application/json", false },
		{ "HTTP/1.1 301 Go\r\nLocation: https://a.example/\r\n"
		    "Content-Type: application/json", false },
		{ "HTTP/1.1 404 No\r\nContent-Type: application/json", false },
		{ "HTTP/1.1 500 No\r\nContent-Type: application/json", false },
		{ "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
		    "Content-Encoding: gzip", false },
		{ "NONSENSE", false }
	};
	const struct fault	*bad;
	struct client		 client;
	struct scene		 scene;
	struct stat		 told;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin(&scene);
		bad = ask(&scene, rows[i].head, &client);
		if ((bad == NULL) != rows[i].good)
			fail_msg("%s: %s", rows[i].head,
			    bad == NULL ? "good" : bad->detail);
		/* Nobody is there any more: only what was good is known. */
		assert_int_equal(stat(cached(&scene), &told) == 0,
		    rows[i].good);
		bad = document_fetch(scene.arena, &scene.config, scene.url,
		    &client);
		assert_int_equal(bad == NULL, rows[i].good);
		end(&scene);
	}
}

/* An address that must not be asked gets no byte: it has no peer to take
 * it. */
static void
where_nobody_asks(void **state)
{
	static const char *const	 rows[] = {
		"https://localhost/client", "https://127.0.0.1/client",
		"https://[::1]/client", "https://10.0.0.1/client",
		"https://169.254.169.254/client", "https://2130706433/client",
		"https://app.internal/client", "https://93.184.216.34:22/a"
	};
	const struct fault		*bad;
	struct client			 client;
	struct scene			 scene;
	size_t				 i;

	(void)state;
	begin(&scene);
	scene.config.client_hosts = (struct texts){ NULL, 0 };
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bad = document_fetch(scene.arena, &scene.config, rows[i],
		    &client);
		assert_non_null(bad);
		assert_int_equal(bad->kind, FAULT_METADATA);
		assert_non_null(strstr(bad->detail, "nothing that is public"));
	}
	/* And with patterns no other. */
	scene.config.client_hosts = text_split(scene.arena, "*.example.org",
	    " ");
	assert_non_null(document_fetch(scene.arena, &scene.config,
	    "https://app.example.net/client", &client));
	end(&scene);
}

static void
nobody_is_asked_too_often(void **state)
{
	const struct fault	*bad = NULL;
	struct client		 client;
	struct scene		 scene;
	size_t			 i;

	(void)state;
	begin(&scene);
	for (i = 0; i <= DOCUMENT_FETCHES; i++) {
		bad = document_fetch(scene.arena, &scene.config,
		    text_format(scene.arena, "https://localhost:1/%zu", i),
		    &client);
		assert_non_null(bad);
		assert_int_equal(strstr(bad->detail, "too often") != NULL,
		    i == DOCUMENT_FETCHES);
	}
	end(&scene);
}

CHECK_MAIN(cmocka_unit_test(addresses), cmocka_unit_test(reading),
    cmocka_unit_test(what_a_client_becomes),
    cmocka_unit_test(what_hosts_answer), cmocka_unit_test(where_nobody_asks),
    cmocka_unit_test(nobody_is_asked_too_often))
