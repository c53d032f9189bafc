#ifndef TESTS_OAUTH_REQUEST_H
#define TESTS_OAUTH_REQUEST_H

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/config.h"
#include "base/fault.h"
#include "data/json.h"
#include "data/url.h"
#include "oauth/bearer.h"
#include "oauth/explain.h"
#include "web/serve.h"

#include "../keys.h"

/*
 * Handlers without a web server: a request is made by hand, its headers and
 * CGI variables are what a test says, and the answer is read from the reply.
 */
#define TEST_BASE	"https://mail.example.org"

/* The headers and variables that these requests have. */
static const char	*test_authorization;	/* or NULL */
static struct pair	 test_headers[2];
static struct pair	 test_variable;

const char *
request_header(const struct request *request, const char *name)
{
	size_t	 i;

	(void)request;
	for (i = 0; i < sizeof(test_headers) / sizeof(test_headers[0]); i++)
		if (test_headers[i].name != NULL &&
		    text_equal_case(name, test_headers[i].name))
			return test_headers[i].value;
	return text_equal_case(name, "Authorization") ? test_authorization :
	    NULL;
}

const char *
request_variable(const struct request *request, const char *name)
{
	(void)request;
	return test_variable.name != NULL &&
	    text_equal(name, test_variable.name) ? test_variable.value : NULL;
}

static inline const struct config *
test_config(struct arena *arena)
{
	struct config	*config;

	config = arena_take(arena, sizeof(*config));
	config->base_url = TEST_BASE;
	config->access_ttl = 3600;
	config->refresh_ttl = 30 * 86400;
	config->grant_max_age = 180 * 86400;
	config->schemes = text_split(arena, "cursor javascript", " ");
	return config;
}

static inline const struct authority *
test_authority(struct arena *arena, const char *keys)
{
	struct authority	*authority;

	authority = arena_take(arena, sizeof(*authority));
	authority->config = test_config(arena);
	authority->keys = test_keys(arena, keys);
	return authority;
}

static inline void
test_request(struct arena *arena, const struct authority *authority,
    struct request *request)
{
	*request = (struct request){ .arena = arena,
	    .config = authority->config, .process = authority,
	    .method = "POST", .path = "/", .rest = "" };
}

/* Asks a handler as serve() would, faults explained; the answer's JSON. */
static inline const struct json *
test_ask(endpoint_answer *answer, struct request *request,
    struct reply *reply)
{
	const struct fault	*bad;
	const struct json	*json;

	*reply = (struct reply){ .status = 0 };
	reply_reset(request->arena, reply);
	if ((bad = answer(request, reply)) != NULL) {
		reply_reset(request->arena, reply);
		reply->status = fault_voice(bad->kind)->status;
		explain_json(request, reply, bad);
	}
	assert_string_equal(reply->content_type, "application/json");
	assert_null(json_read(request->arena, buf_view(&reply->body),
	    JSON_KEYS_UNIQUE, &json));
	assert_null(strstr(buf_string(&reply->body), ":null"));
	return json;
}

/* A header of the answer, or NULL. */
static inline const char *
test_header(const struct reply *reply, const char *name)
{
	size_t	 i;

	for (i = 0; i < reply->headers.len; i++)
		if (text_equal_case(reply->headers.at[i].name, name))
			return reply->headers.at[i].value;
	return NULL;
}

/* What the answer's member is, or "". */
static inline const char *
test_text(const struct json *json, const char *name)
{
	const char	*text;

	text = json_text(json_member(json, name));
	return text == NULL ? "" : text;
}

#endif
