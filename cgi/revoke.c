/* revoke: ends a grant, RFC 7009. */
#include "oauth/bearer.h"
#include "oauth/explain.h"
#include "oauth/revoke.h"

static const struct endpoint	 endpoints[] = {
	{ "POST", "/oauth/revoke", NULL, REVOKE_BODY_BYTES, revoke_answer,
	  CORS_ANY },
	{ "POST", "/revoke", NULL, REVOKE_BODY_BYTES, revoke_answer,
	  CORS_ANY },
	{ .path = NULL }
};

static const struct program	 program = {
	.name = "revoke",
	.endpoints = endpoints,
	.explain = explain_json,
	.start = bearer_start,
	.memory = 256 * 1024 * 1024,
	.needs = CONFINE_FILES | CONFINE_NETWORK
};

int
main(void)
{
	return serve(&program);
}
