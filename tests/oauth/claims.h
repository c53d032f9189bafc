#ifndef TESTS_OAUTH_CLAIMS_H
#define TESTS_OAUTH_CLAIMS_H

#include "base/config.h"
#include "oauth/token.h"

/* What the tokens of these tests hold, and who gives them. */
#define ISSUER	"https://mcp.example.org"

struct claims {
	struct token_base	 base;
	const char		*audience;
	const char		*subject;
	const char		*scope;
	const char		*typ;
};

static const struct field	 claims_rows[] = {
	TOKEN_BASE_ROWS,
	{ FIELD_AS(struct claims, audience, "aud") },
	{ FIELD_AS(struct claims, subject, "sub") },
	{ FIELD_AS(struct claims, scope, "scope") },
	{ FIELD_AS(struct claims, typ, "typ") },
	{ FIELD_END }
};

static const struct token_sort	 claims_sort = { TOKEN_ACCESS, claims_rows };

static const struct config	 config = { .base_url = ISSUER };

#endif
