#include "../check.h"

#include "request.h"

#include "base/tally.h"
#include "oauth/client.h"
#include "oauth/pace.h"
#include "oauth/register.h"

#define URIS	"\"redirect_uris\":[\"https://a.example/cb\"]"
#define NONE	"\"token_endpoint_auth_method\":\"none\""

/* A registration and the error it gives, or NULL. */
static const struct {
	const char	*body;
	const char	*error;
} rows[] = {
	{ "{" URIS "}", NULL }, { "{" URIS "," NONE "}", NULL },
	{ "{" URIS ",\"logo_uri\":\"http://127.0.0.1/\",\"jwks\":{},"
	  "\"software_statement\":\"x\",\"contacts\":[1,2]}", NULL },
	{ "{" URIS ",\"client_name\":null,\"scope\":null}", NULL },
	{ "{\"redirect_uris\":[\"cursor://a/cb\",\"http://localhost:8787/c\","
	  "\"https://www.cursor.com/cb\"]}", NULL },
	{ "{\"redirect_uris\":[\"javascript:x\",\"https://a.example/cb\"]}",
	  NULL },
	{ "{}", "invalid_redirect_uri" },
	{ "{\"redirect_uris\":[]}", "invalid_redirect_uri" },
	{ "{\"redirect_uris\":null}", "invalid_redirect_uri" },
	{ "{\"redirect_uris\":[\"javascript:alert(1)\"]}",
	  "invalid_redirect_uri" },
	{ "{\"redirect_uris\":[\"data:x\",\"vbscript:x\",\"file:///x\","
	  "\"blob:x\",\"about:blank\"]}", "invalid_redirect_uri" },
	{ "{\"redirect_uris\":[\"https://a/cb#x\"]}",
	  "invalid_redirect_uri" },
	{ "{\"redirect_uris\":[\"/cb\"]}", "invalid_redirect_uri" },
	{ "{\"redirect_uris\":[\"https://*.example/cb\"]}",
	  "invalid_redirect_uri" },
	{ "{\"redirect_uris\":[\"http://a.example/cb\"]}",
	  "invalid_redirect_uri" },
	{ "{\"redirect_uris\":\"https://a.example/cb\"}",
	  "invalid_client_metadata" },
	{ "{\"redirect_uris\":[1]}", "invalid_client_metadata" },
	{ "{" URIS ",\"client_name\":7}", "invalid_client_metadata" },
	{ "{" URIS ",\"client_name\":\"a\",\"client_name\":\"b\"}",
	  "invalid_client_metadata" },
	{ "{" URIS ",\"grant_types\":[\"implicit\"]}",
	  "invalid_client_metadata" },
	{ "{" URIS ",\"grant_types\":[\"refresh_token\"]}",
	  "invalid_client_metadata" },
	{ "{" URIS ",\"response_types\":[\"token\"]}",
	  "invalid_client_metadata" },
	{ "{" URIS, "invalid_client_metadata" },
	{ "[{" URIS "}]", "invalid_client_metadata" },
	{ "", "invalid_client_metadata" }, { "x", "invalid_client_metadata" },
	{ "null", "invalid_client_metadata" },
};

static const struct json *
send_body(struct arena *arena, const struct authority *authority,
    const char *body, struct reply *reply)
{
	struct request	 request;

	test_request(arena, authority, &request);
	request.content_type = "application/json";
	request.body = bytes_of(body);
	return test_ask(register_answer, &request, reply);
}

static void
answers(void **state)
{
	const struct authority	*authority;
	const struct json	*json;
	struct client		 client;
	struct reply		 reply;
	struct arena		*arena;
	size_t			 i;

	(void)state;
	arena = arena_open();
	authority = test_authority(arena, TEST_KEY);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json = send_body(arena, authority, rows[i].body, &reply);
		if ((reply.status == 201) != (rows[i].error == NULL))
			fail_msg("row %zu: %s", i, buf_string(&reply.body));
		assert_string_equal(test_header(&reply, "Cache-Control"),
		    "no-store");
		if (rows[i].error != NULL) {
			assert_int_equal(reply.status, 400);
			assert_string_equal(test_text(json, "error"),
			    rows[i].error);
			continue;
		}
		assert_true(strlen(test_text(json, "client_id")) <= 1500);
		assert_null(client_open(arena, authority,
		    test_text(json, "client_id"), &client));
		assert_int_equal(client.kind, CLIENT_DYNAMIC);
		assert_true(client.redirects.len > 0);
	}
	arena_close(arena);
}

/* The answer says what was made of what was asked. */
static void
echo(void **state)
{
	const struct authority	*authority;
	const struct json	*json, *list;
	struct client		 client;
	struct reply		 reply;
	struct arena		*arena;

	(void)state;
	arena = arena_open();
	authority = test_authority(arena, TEST_KEY);
	json = send_body(arena, authority, "{\"redirect_uris\":["
	    "\"http://a.example/x\",\"https://a.example/cb\","
	    "\"https://a.example/cb\"],\"client_name\":\" A\\u202e  b\","
	    "\"grant_types\":[\"authorization_code\",\"refresh_token\"],"
	    "\"scope\":\"openid mail:send mail:read\"," NONE ","
	    "\"application_type\":\"native\"}", &reply);
	list = json_member(json, "redirect_uris");
	assert_int_equal(json_count(list), 1);
	assert_string_equal(json_text(json_element(list, 0)),
	    "https://a.example/cb");
	assert_string_equal(test_text(json, "client_name"), "A b");
	assert_string_equal(test_text(json, "scope"), "mail:read mail:send");
	assert_string_equal(test_text(json, "application_type"), "native");
	assert_string_equal(test_text(json, "token_endpoint_auth_method"),
	    "none");
	assert_int_equal(json_count(json_member(json, "grant_types")), 2);
	assert_null(json_member(json, "client_secret"));
	assert_null(client_open(arena, authority, test_text(json,
	    "client_id"), &client));
	assert_true(client.refresh);
	assert_false(client_has_secret(&client));
	json = send_body(arena, authority, "{" URIS "}", &reply);
	assert_int_equal(json_count(json_member(json, "grant_types")), 2);
	assert_null(client_open(arena, authority, test_text(json,
	    "client_id"), &client));
	assert_true(client.refresh);
	json = send_body(arena, authority, "{" URIS ","
	    "\"grant_types\":[\"authorization_code\"]}", &reply);
	assert_int_equal(json_count(json_member(json, "grant_types")), 1);
	assert_null(client_open(arena, authority, test_text(json,
	    "client_id"), &client));
	assert_false(client.refresh);
	arena_close(arena);
}

/* The method asked for, and the one given. */
static const struct {
	const char	*asked;
	const char	*given;
	bool		 secret;
} methods[] = {
	{ "", "client_secret_basic", true },
	{ ",\"token_endpoint_auth_method\":\"client_secret_basic\"",
	  "client_secret_basic", true },
	{ ",\"token_endpoint_auth_method\":\"client_secret_post\"",
	  "client_secret_post", true },
	{ "," NONE, "none", false },
	{ ",\"token_endpoint_auth_method\":\"private_key_jwt\"", "none",
	  false },
	{ ",\"token_endpoint_auth_method\":\"tls_client_auth\"", "none",
	  false },
};

static void
authentication(void **state)
{
	const struct authority	*authority;
	const struct json	*json;
	struct client		 client;
	struct reply		 reply;
	struct arena		*arena;
	int64_t			 ends;
	size_t			 i;

	(void)state;
	arena = arena_open();
	authority = test_authority(arena, TEST_KEY);
	for (i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		json = send_body(arena, authority, text_format(arena,
		    "{" URIS "%s}", methods[i].asked), &reply);
		assert_string_equal(test_text(json,
		    "token_endpoint_auth_method"), methods[i].given);
		assert_null(client_open(arena, authority, test_text(json,
		    "client_id"), &client));
		assert_int_equal(client_has_secret(&client),
		    methods[i].secret);
		assert_int_equal(client_proves(arena, authority, &client,
		    test_text(json, "client_secret")), methods[i].secret);
		if (!methods[i].secret)
			continue;
		assert_true(json_integer(json_member(json,
		    "client_secret_expires_at"), &ends));
		assert_int_equal(ends, 0);
	}
	arena_close(arena);
}

static const char *
many(struct arena *arena, size_t count, int width)
{
	struct buf	 buf;
	size_t		 i;

	buf_start(&buf, arena);
	buf_text(&buf, "{\"redirect_uris\":[");
	for (i = 0; i < count; i++)
		buf_format(&buf, "%s\"https://a.example/%0*zu\"",
		    i == 0 ? "" : ",", width, i);
	buf_text(&buf, "]}");
	return buf_string(&buf);
}

static void
limits(void **state)
{
	const struct authority	*authority;
	const struct json	*json;
	struct request		 request;
	struct reply		 reply;
	struct arena		*arena;

	(void)state;
	arena = arena_open();
	authority = test_authority(arena, TEST_KEY);
	send_body(arena, authority, many(arena, 10, 3), &reply);
	assert_int_equal(reply.status, 201);
	json = send_body(arena, authority, many(arena, 11, 3), &reply);
	assert_string_equal(test_text(json, "error"),
	    "invalid_client_metadata");
	json = send_body(arena, authority, many(arena, 101, 3), &reply);
	assert_string_equal(test_text(json, "error"),
	    "invalid_client_metadata");
	json = send_body(arena, authority, many(arena, 1, 4096), &reply);
	assert_string_equal(test_text(json, "error"),
	    "invalid_client_metadata");
	json = send_body(arena, authority, many(arena, 10, 200), &reply);
	assert_string_equal(test_text(json, "error"),
	    "invalid_client_metadata");
	test_request(arena, authority, &request);
	request.content_type = "text/plain";
	request.body = bytes_of("{" URIS "}");
	json = test_ask(register_answer, &request, &reply);
	assert_string_equal(test_text(json, "error"),
	    "invalid_client_metadata");
	arena_close(arena);
}

/* Whoever registers over and over waits; others do not, and a proxy on this
 * computer stands for everybody. */
static void
rate(void **state)
{
	static const char *const	 others[] = {
		"198.51.100.8", "2001:db8::1", "127.0.0.1", "::1"
	};
	struct authority		*authority;
	struct reply			 reply;
	struct arena			*arena;
	size_t				 i;

	(void)state;
	arena = arena_open();
	authority = arena_take(arena, sizeof(*authority));
	*authority = *test_authority(arena, TEST_KEY);
	authority->counts = tally_make(arena);
	test_variable = (struct pair){ "REMOTE_ADDR", "198.51.100.7" };
	for (i = 0; i < PACE_REGISTRATIONS; i++)
		send_body(arena, authority, "{" URIS "}", &reply);
	assert_int_equal(reply.status, 201);
	send_body(arena, authority, "{" URIS "}", &reply);
	assert_int_equal(reply.status, 429);
	assert_string_equal(test_header(&reply, "Retry-After"), "600");
	for (i = 0; i < 4; i++) {
		test_variable.value = others[i];
		send_body(arena, authority, "{" URIS "}", &reply);
		assert_int_equal(reply.status, 201);
	}
	test_variable.name = NULL;
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(answers),
	cmocka_unit_test(echo),
	cmocka_unit_test(authentication),
	cmocka_unit_test(limits),
	cmocka_unit_test(rate)
)
