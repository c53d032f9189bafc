#include "../check.h"
#include "../wall.h"

#include "request.h"

#include "data/base64.h"
#include "oauth/upstream.h"
#include "oauth/upstream_person.h"

#define ISSUER	"https://id.example.org"
#define TENANTS	"https://login.example.org/{tenantid}/v2.0"
#define ME	"postern"
#define NONCE	"n-0S6_WzA2Mj"
#define RS256	"{\"alg\":\"RS256\",\"kid\":\"1\"}"

/* A payload whose claims are all as they should be, in two halves. */
#define BEFORE	"{\"iss\":\"" ISSUER "\",\"sub\":\"248289761001\",\"aud\":"
#define AFTER	",\"exp\":1790000400,\"iat\":1790000100,\"nonce\":\"" NONCE \
		"\",\"email\":\"jane@example.org\"}"
#define TENANT	"{\"sub\":\"1\",\"aud\":\"" ME "\",\"exp\":1790000400,"	\
		"\"nonce\":\"" NONCE "\",\"preferred_username\":"	\
		"\"jane@example.org\",\"iss\":\"https://login.example.org/"

static const struct row {
	const char	*issuer;
	const char	*header;
	const char	*payload;
	const char	*wrong;		/* NULL: it is Jane's */
} rows[] = {
	{ ISSUER, RS256, BEFORE "\"" ME "\"" AFTER, NULL },
	{ ISSUER, RS256, BEFORE "[\"" ME "\"]" AFTER, NULL },
	{ ISSUER, RS256, BEFORE "[\"" ME "\",\"x\"],\"azp\":\"" ME "\"" AFTER,
	  NULL },
	{ ISSUER, "{\"alg\":\"ES256\",\"typ\":\"JWT\"}",
	  BEFORE "\"" ME "\",\"azp\":\"" ME "\"" AFTER, NULL },

	/* The header. */
	{ ISSUER, "{\"alg\":\"none\"}", BEFORE "\"" ME "\"" AFTER, "is none" },
	{ ISSUER, "{\"alg\":\"NonE\"}", BEFORE "\"" ME "\"" AFTER, "is none" },
	{ ISSUER, "{\"alg\":1}", BEFORE "\"" ME "\"" AFTER, "is none" },
	{ ISSUER, "{}", BEFORE "\"" ME "\"" AFTER, "is none" },
	{ ISSUER, "[]", BEFORE "\"" ME "\"" AFTER, "is none" },
	{ ISSUER, "x", BEFORE "\"" ME "\"" AFTER, "is none" },
	{ ISSUER, "{\"alg\":\"RS256\",\"crit\":[\"exp\"]}",
	  BEFORE "\"" ME "\"" AFTER, "is none" },
	{ ISSUER, "{\"alg\":\"none\",\"alg\":\"RS256\"}",
	  BEFORE "\"" ME "\"" AFTER, "is none" },

	/* The payload. */
	{ ISSUER, RS256, "", "is none" },
	{ ISSUER, RS256, "[]", "is none" },
	{ ISSUER, RS256, "{}", "is none" },
	{ ISSUER, RS256, BEFORE "\"x\",\"aud\":\"" ME "\"" AFTER, "is none" },
	{ ISSUER, RS256, "{\"iss\":\"" ISSUER "\",\"aud\":\"" ME "\"" AFTER,
	  "is none" },

	/* aud and azp, OpenID Connect Core 3.1.3.7. */
	{ ISSUER, RS256, BEFORE "\"another\"" AFTER, "another client" },
	{ ISSUER, RS256, BEFORE "\"" ME "2\"" AFTER, "another client" },
	{ ISSUER, RS256, BEFORE "\"\"" AFTER, "another client" },
	{ ISSUER, RS256, BEFORE "[]" AFTER, "another client" },
	{ ISSUER, RS256, BEFORE "[1]" AFTER, "another client" },
	{ ISSUER, RS256, BEFORE "null" AFTER, "another client" },
	{ ISSUER, RS256, BEFORE "{\"a\":\"" ME "\"}" AFTER,
	  "another client" },
	{ ISSUER, RS256, BEFORE "[\"" ME "\",\"x\"]" AFTER, "another client" },
	{ ISSUER, RS256, BEFORE "[\"x\"],\"azp\":\"" ME "\"" AFTER,
	  "another client" },
	{ ISSUER, RS256, BEFORE "\"" ME "\",\"azp\":\"x\"" AFTER,
	  "another client" },
	{ ISSUER, RS256, BEFORE "[\"" ME "\",\"x\"],\"azp\":\"x\"" AFTER,
	  "another client" },

	/* iss */
	{ "https://id.example.org/", RS256, BEFORE "\"" ME "\"" AFTER,
	  "another issuer" },
	{ "https://evil.example.org", RS256, BEFORE "\"" ME "\"" AFTER,
	  "another issuer" },
	{ ISSUER, RS256, "{\"sub\":\"1\",\"aud\":\"" ME "\"" AFTER,
	  "another issuer" },
	{ TENANTS, RS256, TENANT "a-b/v2.0\",\"tid\":\"a-b\"}", NULL },
	{ TENANTS, RS256, TENANT "a-b/v2.0\",\"tid\":\"c\"}",
	  "another issuer" },
	{ TENANTS, RS256, TENANT "a-b/v2.0\"}", "another issuer" },
	{ TENANTS, RS256, TENANT "a/b/v2.0\",\"tid\":\"a/b\"}",
	  "another issuer" },
	{ TENANTS, RS256, TENANT "{tenantid}/v2.0\"}", "another issuer" },

	/* nonce */
	{ ISSUER, RS256, BEFORE "\"" ME "\",\"exp\":1790000400,"
	  "\"email\":\"jane@example.org\"}", "another sign-in" },
	{ ISSUER, RS256, BEFORE "\"" ME "\",\"exp\":1790000400,"
	  "\"nonce\":\"\",\"email\":\"jane@example.org\"}",
	  "another sign-in" },
	{ ISSUER, RS256, BEFORE "\"" ME "\",\"exp\":1790000400,"
	  "\"nonce\":\"n-0S6_WzA2Mk\",\"email\":\"jane@example.org\"}",
	  "another sign-in" },

	/* exp, with a minute of leeway */
	{ ISSUER, RS256, BEFORE "\"" ME "\",\"exp\":1790000041,\"nonce\":\""
	  NONCE "\",\"email\":\"jane@example.org\"}", NULL },
	{ ISSUER, RS256, BEFORE "\"" ME "\",\"exp\":1790000040,\"nonce\":\""
	  NONCE "\",\"email\":\"jane@example.org\"}", "expired" },
	{ ISSUER, RS256, BEFORE "\"" ME "\",\"nonce\":\"" NONCE
	  "\",\"email\":\"jane@example.org\"}", "expired" },
	{ ISSUER, RS256, BEFORE "\"" ME "\",\"exp\":-1,\"nonce\":\"" NONCE
	  "\"}", "is none" },
	{ ISSUER, RS256, BEFORE "\"" ME "\",\"exp\":\"1790000400\"" AFTER,
	  "is none" },

	/* Who it is. */
	{ ISSUER, RS256, BEFORE "\"" ME "\",\"exp\":1790000400,\"nonce\":\""
	  NONCE "\"}", "no email address" },
	{ ISSUER, RS256, BEFORE "\"" ME "\",\"exp\":1790000400,\"nonce\":\""
	  NONCE "\",\"email\":\"jane\"}", "no email address" },
	{ ISSUER, RS256, BEFORE "\"" ME "\",\"exp\":1790000400,\"nonce\":\""
	  NONCE "\",\"email\":\"jane@example.org, eve@example.org\"}",
	  "no email address" },
	{ ISSUER, RS256, BEFORE "\"" ME "\",\"exp\":1790000400,\"nonce\":\""
	  NONCE "\",\"email\":\"a@example.org\\r\\nX: y\"}",
	  "no email address" },
	{ ISSUER, RS256, BEFORE "\"" ME "\",\"exp\":1790000400,\"nonce\":\""
	  NONCE "\",\"email\":\"\",\"preferred_username\":"
	  "\"jane@example.org\"}", NULL },
};

struct scene {
	struct arena		*arena;
	struct upstream		 upstream;
	struct upstream_place	 place;
	struct request		 request;
	struct upstream_tokens	 tokens;
};

static void
start(struct scene *scene, const char *issuer)
{
	*scene = (struct scene){ .arena = arena_open(), .upstream = {
	    .name = "test", .label = "Test Mail", .issuer = issuer,
	    .client_id = ME, .scope = "openid email" } };
	scene->place = (struct upstream_place){
		.upstream = &scene->upstream, .issuer = issuer
	};
	test_request(scene->arena, test_authority(scene->arena, TEST_KEY),
	    &scene->request);
	scene->tokens.access_token = "t";
}

static const char *
token(struct arena *arena, const char *header, const char *payload,
    const char *signature)
{
	return text_format(arena, "%s.%s.%s",
	    base64_write_url(arena, bytes_of(header)),
	    base64_write_url(arena, bytes_of(payload)), signature);
}

/* Jane is found, or that is wrong. */
static void
expect(struct scene *scene, const char *id_token, const char *wrong)
{
	const struct fault	*bad;
	const char		*address = NULL;

	scene->tokens.id_token = id_token;
	bad = upstream_person(&scene->request, &scene->place, &scene->tokens,
	    NONCE, &address);
	if (wrong == NULL) {
		if (bad != NULL)
			fail_msg("%s: %s", id_token, bad->detail);
		assert_string_equal(address, "jane@example.org");
		return;
	}
	if (bad == NULL)
		fail_msg("%s: taken", id_token);
	assert_int_equal(bad->kind, FAULT_DENIED);
	if (strstr(bad->detail, wrong) == NULL)
		fail_msg("%s: %s", wrong, bad->detail);
}

static void
each_token(void **state)
{
	struct scene	 scene;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		start(&scene, rows[i].issuer);
		expect(&scene, token(scene.arena, rows[i].header,
		    rows[i].payload, "sig"), rows[i].wrong);
		arena_close(scene.arena);
	}
}

/* RFC 7515 7.1: three parts, the last of which is not empty. */
static void
what_is_no_token(void **state)
{
	static const char	*const	 texts[] = {
		"", ".", "..", "...", "x", "x.y", "x.y.z", "e30.e30.",
		"e30.e30.x", "....."
	};
	const char	*good;
	struct scene	 scene;
	size_t		 i;

	(void)state;
	start(&scene, ISSUER);
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		expect(&scene, texts[i], "is none");
	good = token(scene.arena, RS256, rows[0].payload, "sig");
	expect(&scene, good, NULL);
	expect(&scene, text_format(scene.arena, "%s.x", good), "is none");
	expect(&scene, text_format(scene.arena, ".%s", good), "is none");
	expect(&scene, token(scene.arena, RS256, rows[0].payload, ""),
	    "is none");
	/* Cut anywhere, it is none. */
	for (i = 0; i < strlen(good) - strlen("sig"); i++)
		expect(&scene, text_format(scene.arena, "%.*s", (int)i, good),
		    "is none");
	arena_close(scene.arena);
}

/* Only a provider whose scope is not OpenID's may give none. */
static void
without_a_token(void **state)
{
	struct scene	 scene;

	(void)state;
	start(&scene, ISSUER);
	expect(&scene, NULL, "gave no id_token");
	scene.upstream.scope = "mail";
	expect(&scene, NULL, "no email address");
	arena_close(scene.arena);
}

CHECK_MAIN(cmocka_unit_test(each_token), cmocka_unit_test(what_is_no_token),
    cmocka_unit_test(without_a_token))
