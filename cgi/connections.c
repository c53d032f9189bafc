/* connections: the user's own page, with the agents that are connected. */
#include "oauth/bearer.h"
#include "oauth/connections.h"
#include "web/serve.h"

static const char	 form[] = "application/x-www-form-urlencoded";

static const struct endpoint	 endpoints[] = {
	{ "GET", "/connections", NULL, 0, connections_ask, CORS_NONE },
	{ "POST", "/connections", form, CONNECTIONS_FORM_BYTES,
	  connections_answer, CORS_NONE },
	{ .path = NULL }
};

static const struct program	 program = {
	.name = "connections",
	.endpoints = endpoints,
	.explain = connections_explain,
	.start = bearer_start,
	.memory = 256 * 1024 * 1024
};

int
main(void)
{
	return serve(&program);
}
