/* mcp: the resource server, a mailbox as tools. */
#include "mcp/call.h"
#include "mcp/rpc.h"
#include "oauth/bearer.h"
#include "web/serve.h"

static const struct endpoint	 endpoints[] = {
	{ "POST", "/mcp", "application/json", RPC_BODY_BYTES, rpc_answer,
	  CORS_ALLOWED },
	{ .path = NULL }
};

static const struct program	 program = {
	.name = "mcp",
	.endpoints = endpoints,
	.explain = rpc_explain,
	.start = bearer_start,
	.idle = call_sweep,
	.end = call_close_kept,
	.refuse_before_method = true,
	/* Room for the largest body, its JSON, and the files in it. */
	.memory = 512 * 1024 * 1024,
	.needs = CONFINE_FILES | CONFINE_NETWORK
};

int
main(void)
{
	return serve(&program);
}
