/* attachment: sealed links in, attachments out, and uploads in. */
#include "mcp/download.h"
#include "mcp/upload.h"
#include "oauth/bearer.h"
#include "web/serve.h"

static const struct endpoint	 endpoints[] = {
	{ "GET", "/attachment/*", NULL, 0, download_answer, CORS_NONE },
	{ "PUT", "/attachment/*", NULL, 0, upload_answer, CORS_NONE },
	{ .path = NULL }
};

static const struct program	 program = {
	.name = "attachment",
	.endpoints = endpoints,
	.explain = download_explain,
	.start = bearer_start,
	.memory = 256 * 1024 * 1024,
	.needs = CONFINE_FILES | CONFINE_NETWORK
};

int
main(void)
{
	return serve(&program);
}
