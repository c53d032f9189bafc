/* authorize: sign-in and consent, RFC 6749 3.1. */
#include "oauth/authorize.h"
#include "oauth/bearer.h"
#include "oauth/discover.h"
#include "web/serve.h"

static const char	 form[] = "application/x-www-form-urlencoded";

static const struct endpoint	 endpoints[] = {
	{ "GET", "/oauth/authorize", NULL, 0, authorize_ask, CORS_NONE },
	{ "POST", "/oauth/authorize", form, AUTHORIZE_FORM_BYTES,
	  authorize_answer, CORS_NONE },
	{ "GET", "/authorize", NULL, 0, authorize_ask, CORS_NONE },
	{ "POST", "/authorize", form, AUTHORIZE_FORM_BYTES, authorize_answer,
	  CORS_NONE },
	{ "GET", "/oauth/discover", NULL, 0, discover_answer, CORS_NONE },
	{ "GET", "/oauth/upstream", NULL, 0, authorize_return, CORS_NONE },
	{ .path = NULL }
};

static const struct program	 program = {
	.name = "authorize",
	.endpoints = endpoints,
	.explain = authorize_explain,
	.start = bearer_start,
	.memory = 256 * 1024 * 1024,
	.needs = CONFINE_FILES | CONFINE_NETWORK
};

int
main(void)
{
	return serve(&program);
}
