/* connections: the user's own pages, with the agents that are connected and
 * with what they want to be asked first; and health in depth. */
#include "mcp/call.h"
#include "mcp/confirm_visit.h"
#include "oauth/bearer.h"
#include "oauth/connections.h"
#include "oauth/health.h"
#include "web/serve.h"

static const char	 form[] = "application/x-www-form-urlencoded";

static const struct endpoint	 endpoints[] = {
	{ "GET", "/connections", NULL, 0, connections_ask, CORS_NONE },
	{ "POST", "/connections", form, CONNECTIONS_FORM_BYTES,
	  connections_answer, CORS_NONE },
	{ "GET", "/confirm", NULL, 0, confirm_visit_ask, CORS_NONE },
	{ "POST", "/confirm", form, CONNECTIONS_FORM_BYTES,
	  confirm_visit_answer, CORS_NONE },
	{ "GET", "/health", NULL, 0, health_answer, CORS_NONE },
	{ .path = NULL }
};

static const struct program	 program = {
	.name = "connections",
	.endpoints = endpoints,
	.explain = connections_explain,
	.start = bearer_start,
	.idle = call_sweep,
	.end = call_close_kept,
	/* As mcp: what is confirmed may be a message with files. */
	.memory = 512 * 1024 * 1024,
	.needs = CONFINE_FILES | CONFINE_NETWORK
};

int
main(void)
{
	return serve(&program);
}
