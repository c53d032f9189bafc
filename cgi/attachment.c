#include "mcp/download.h"
#include "oauth/bearer.h"
#include "web/serve.h"

/* Sealed links in, attachments out. */
static const struct endpoint	 endpoints[] = {
	{ "GET", "/attachment/*", NULL, 0, download_answer, CORS_NONE },
	{ .path = NULL }
};

static const struct program	 program = {
	.name = "attachment",
	.endpoints = endpoints,
	.explain = download_explain,
	.start = bearer_start
};

int
main(void)
{
	return serve(&program);
}
