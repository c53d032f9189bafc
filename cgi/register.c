/* register: dynamic client registration, RFC 7591. */
#include "oauth/bearer.h"
#include "oauth/explain.h"
#include "oauth/register.h"

static const struct endpoint	 endpoints[] = {
	{ "POST", "/oauth/register", NULL, REGISTER_BODY_BYTES,
	  register_answer, CORS_ANY },
	{ "POST", "/register", NULL, REGISTER_BODY_BYTES,
	  register_answer, CORS_ANY },
	{ .path = NULL }
};

static const struct program	 program = {
	.name = "register",
	.endpoints = endpoints,
	.explain = explain_json,
	.start = bearer_start,
	.memory = 128 * 1024 * 1024,
	.needs = CONFINE_FILES
};

int
main(void)
{
	return serve(&program);
}
