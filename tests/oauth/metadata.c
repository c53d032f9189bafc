#include "../check.h"

#include "request.h"

#include "oauth/metadata.h"

#define HOST	"https://mail.example.org"

/* A document asked for below BASE_URL; issuer NULL for 404. */
static const struct {
	endpoint_answer	*answer;
	const char	*base;
	const char	*rest;
	const char	*member;
	const char	*value;
} rows[] = {
	{ metadata_server, HOST, "", "issuer", HOST },
	{ metadata_server, HOST, "mcp", "issuer", HOST },
	{ metadata_server, HOST, "x", "issuer", NULL },
	{ metadata_server, HOST, "mcp/", "issuer", NULL },
	{ metadata_server, HOST, "", "authorization_endpoint",
	  HOST "/oauth/authorize" },
	{ metadata_server, HOST, "", "token_endpoint", HOST "/oauth/token" },
	{ metadata_server, HOST, "", "registration_endpoint",
	  HOST "/oauth/register" },
	{ metadata_server, HOST "/mail", "", "issuer", HOST "/mail" },
	{ metadata_server, HOST "/mail", "mail", "issuer", HOST "/mail" },
	{ metadata_server, HOST "/mail", "mail/mcp", "issuer", HOST "/mail" },
	{ metadata_server, HOST "/mail", "mailx", "issuer", NULL },
	{ metadata_server, HOST "/a/b", "a/b", "issuer", HOST "/a/b" },
	{ metadata_server, HOST "/a/b", "a", "issuer", NULL },
	{ metadata_openid, HOST, "", "issuer", NULL },
	{ metadata_openid, HOST, "mcp", "issuer", NULL },
	{ metadata_openid, HOST "/mail", "", "issuer", HOST "/mail" },
	{ metadata_openid, HOST "/mail", "mail", "issuer", HOST "/mail" },
	{ metadata_resource, HOST, "", "resource", HOST "/mcp" },
	{ metadata_resource, HOST, "mcp", "resource", HOST "/mcp" },
	{ metadata_resource, HOST, "mcp2", "resource", NULL },
	{ metadata_resource, HOST "/mail", "mail/mcp", "resource",
	  HOST "/mail/mcp" },
	{ metadata_resource, HOST "/mail", "mcp", "resource",
	  HOST "/mail/mcp" },
	{ metadata_health, HOST, "", "status", "ok" },
};

/* Lists the documents have, as one text. */
static const struct {
	endpoint_answer	*answer;
	const char	*member;
	const char	*list;
} lists[] = {
	{ metadata_server, "response_types_supported", "code" },
	{ metadata_server, "response_modes_supported", "query" },
	{ metadata_server, "grant_types_supported",
	  "authorization_code refresh_token" },
	{ metadata_server, "code_challenge_methods_supported", "S256" },
	{ metadata_server, "token_endpoint_auth_methods_supported",
	  "none client_secret_post client_secret_basic" },
	{ metadata_server, "scopes_supported", "mail:folders mail:read "
	  "mail:search mail:modify mail:send offline_access" },
	{ metadata_resource, "authorization_servers", HOST },
	{ metadata_resource, "scopes_supported",
	  "mail:folders mail:read mail:search mail:modify mail:send" },
	{ metadata_resource, "bearer_methods_supported", "header" },
};

static const struct json *
ask(struct arena *arena, endpoint_answer *answer, const char *base,
    const char *rest, struct reply *reply)
{
	struct config	*config;
	struct request	 request = { .arena = arena, .rest = rest };

	config = arena_take(arena, sizeof(*config));
	config->base_url = base;
	request.config = config;
	return test_ask(answer, &request, reply);
}

static void
documents(void **state)
{
	const struct json	*json;
	struct reply		 reply;
	struct arena		*arena;
	size_t			 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json = ask(arena, rows[i].answer, rows[i].base, rows[i].rest,
		    &reply);
		if ((reply.status == 200) != (rows[i].value != NULL))
			fail_msg("row %zu", i);
		if (rows[i].value != NULL)
			assert_string_equal(test_text(json, rows[i].member),
			    rows[i].value);
		else
			assert_int_equal(reply.status, 404);
	}
	arena_close(arena);
}

static void
listing(void **state)
{
	const struct json	*list;
	struct texts		 words;
	struct reply		 reply;
	struct arena		*arena;
	size_t			 i, n;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		list = json_member(ask(arena, lists[i].answer, HOST, "",
		    &reply), lists[i].member);
		words = (struct texts){ NULL, 0 };
		for (n = 0; n < json_count(list); n++)
			texts_add(arena, &words,
			    json_text(json_element(list, n)));
		assert_string_equal(texts_join(arena, words, " "),
		    lists[i].list);
		assert_string_equal(test_header(&reply, "Cache-Control"),
		    "public, max-age=3600");
	}
	assert_true(json_true(json_member(ask(arena, metadata_server, HOST,
	    "", &reply), "authorization_response_iss_parameter_supported")));
	arena_close(arena);
}

/* Whoever asks names himself another host: no word of that comes back. */
static void
poisoned(void **state)
{
	static endpoint_answer *const	 answers[] = {
		metadata_server, metadata_resource, metadata_health
	};
	static const char *const	 headers[] = {
		"Host", "X-Forwarded-Host", "X-Forwarded-Server", "Forwarded",
		"X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Prefix"
	};
	struct reply			 reply;
	struct arena			*arena;
	const char			*plain;
	size_t				 i, k;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		ask(arena, answers[i], HOST, "", &reply);
		plain = buf_string(&reply.body);
		for (k = 0; k < sizeof(headers) / sizeof(headers[0]); k++) {
			test_headers[0] = (struct pair){ headers[k],
			    "evil.example" };
			test_headers[1] = (struct pair){ "X-Forwarded-Proto",
			    "http" };
			test_variable = (struct pair){ "SERVER_NAME",
			    "evil.example" };
			ask(arena, answers[i], HOST, "", &reply);
			assert_string_equal(buf_string(&reply.body), plain);
		}
		test_headers[0].name = test_headers[1].name = NULL;
		test_variable.name = NULL;
	}
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(documents),
	cmocka_unit_test(listing),
	cmocka_unit_test(poisoned)
)
