/* token: codes and refresh tokens for access tokens. */
#include "oauth/bearer.h"
#include "oauth/exchange.h"
#include "oauth/explain.h"

static const struct endpoint	 endpoints[] = {
	{ "POST", "/oauth/token", NULL, EXCHANGE_BODY_BYTES,
	  exchange_answer, CORS_ANY },
	{ "POST", "/token", NULL, EXCHANGE_BODY_BYTES,
	  exchange_answer, CORS_ANY },
	{ .path = NULL }
};

static const struct program	 program = {
	.name = "token",
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
