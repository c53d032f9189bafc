/* well-known: the documents clients start from, and health. */
#include "oauth/explain.h"
#include "oauth/metadata.h"

#define WELL_KNOWN	"/.well-known/"
#define SERVER		WELL_KNOWN "oauth-authorization-server"
#define RESOURCE	WELL_KNOWN "oauth-protected-resource"
#define OPENID		WELL_KNOWN "openid-configuration"

static const struct endpoint	 endpoints[] = {
	{ "GET", SERVER, NULL, 0, metadata_server, CORS_ANY },
	{ "GET", SERVER "/*", NULL, 0, metadata_server, CORS_ANY },
	{ "GET", RESOURCE, NULL, 0, metadata_resource, CORS_ANY },
	{ "GET", RESOURCE "/*", NULL, 0, metadata_resource, CORS_ANY },
	{ "GET", OPENID, NULL, 0, metadata_openid, CORS_ANY },
	{ "GET", OPENID "/*", NULL, 0, metadata_openid, CORS_ANY },
	{ "GET", "/health", NULL, 0, metadata_health, CORS_ANY },
	{ .path = NULL }
};

static const struct program	 program = {
	.name = "well-known",
	.endpoints = endpoints,
	.explain = explain_json,
	.memory = 64 * 1024 * 1024
};

int
main(void)
{
	return serve(&program);
}
