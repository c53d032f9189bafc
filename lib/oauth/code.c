#include "oauth/code.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "crypt/digest.h"
#include "data/base64.h"
#include "mail/account.h"
#include "oauth/bearer.h"

enum { GRANT_BYTES = 12, HASH_CHARS = 43 };

static const struct field	 code_rows[] = {
	TOKEN_BASE_ROWS,
	{ FIELD_AS(struct code_claims, client, "c"), .required = true,
	  .least = HASH_CHARS, .most = HASH_CHARS },
	{ FIELD_AS(struct code_claims, redirect, "u"), .required = true,
	  .least = HASH_CHARS, .most = HASH_CHARS },
	{ FIELD_AS(struct code_claims, challenge, "h"), .required = true,
	  .least = HASH_CHARS, .most = HASH_CHARS },
	{ FIELD_AS(struct code_claims, grant, "g"), .required = true,
	  .least = 1, .most = HASH_CHARS },
	{ FIELD_AS(struct code_claims, ends, "e"), .required = true,
	  .most = INT64_MAX },
	{ FIELD_AS(struct code_claims, refresh, "r") },
	{ FIELD_AS(struct code_claims, scopes, "s"), .packed = true,
	  .words = account_scopes, .otherwise = ACCOUNT_SCOPES_ALL },
	{ FIELD_AS(struct code_claims, withheld, "w"), .packed = true,
	  .words = account_scopes },
	{ FIELD_AS(struct code_claims, accounts, "a"), .required = true,
	  .least = 1, .rows = account_rows, .size = sizeof(struct account) },
	{ FIELD_AS(struct code_claims, ledger, "lg"),
	  .rows = ledger_place_rows, .size = sizeof(struct ledger_place) },
	{ FIELD_END }
};

static const struct token_sort	 code_sort = { TOKEN_CODE, code_rows };

const struct fault *
code_seal(struct arena *arena, const struct authority *authority,
    struct code_claims *claims, const char **code)
{
	const struct fault	*bad;
	struct objects		 accounts = claims->accounts;
	int64_t			 now, most;

	now = clock_now();
	most = now + authority->config->grant_max_age;
	if (claims->ends <= 0 || claims->ends > most)
		claims->ends = most;
	claims->base.expires = now + CODE_SECONDS;
	claims->grant = base64_write_url(arena,
	    digest_random(arena, GRANT_BYTES));
	claims->accounts = account_to_keep(arena, accounts);
	bad = token_seal(arena, authority, &code_sort, claims, code);
	claims->accounts = accounts;
	return bad;
}

const struct fault *
code_open(struct arena *arena, const struct authority *authority,
    const char *code, struct code_claims *claims)
{
	const struct fault	*bad;

	*claims = (struct code_claims){ .refresh = false };
	bad = token_open(arena, authority, &code_sort, code, claims);
	if (bad != NULL && bad->kind == FAULT_UNAVAILABLE)
		return bad;
	if (bad != NULL)
		return fault_make(arena, FAULT_GRANT, "code: %s", bad->detail);
	return NULL;
}
