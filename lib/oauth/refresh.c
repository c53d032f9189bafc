#include "oauth/refresh.h"

#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "mail/account.h"
#include "web/serve.h"

static const struct field	 refresh_rows[] = {
	TOKEN_BASE_ROWS,
	{ FIELD_AS(struct refresh_claims, client, "c"), .required = true },
	{ FIELD_AS(struct refresh_claims, grant, "g"), .required = true },
	{ FIELD_AS(struct refresh_claims, ends, "e"), .required = true,
	  .most = INT64_MAX },
	{ FIELD_AS(struct refresh_claims, scopes, "s"), .packed = true,
	  .words = account_scopes, .otherwise = ACCOUNT_SCOPES_ALL },
	{ FIELD_AS(struct refresh_claims, withheld, "w"), .packed = true,
	  .words = account_scopes },
	{ FIELD_AS(struct refresh_claims, accounts, "a"), .required = true,
	  .least = 1, .rows = account_rows, .size = sizeof(struct account) },
	{ FIELD_AS(struct refresh_claims, ledger, "lg"),
	  .rows = ledger_place_rows, .size = sizeof(struct ledger_place) },
	{ FIELD_AS(struct refresh_claims, generation, "n"),
	  .most = INT64_MAX - 1 },
	{ FIELD_AS(struct refresh_claims, record, "lu"), .most = UINT32_MAX },
	{ FIELD_END }
};

static const struct token_sort	 refresh_sort = {
	TOKEN_REFRESH, refresh_rows
};

const struct fault *
refresh_seal(struct request *request, struct refresh_claims *claims,
    const char **token)
{
	const struct fault	*bad;
	struct objects		 accounts = claims->accounts;
	int64_t			 expires;

	expires = clock_now() + request->config->refresh_ttl;
	claims->base.expires = expires < claims->ends ? expires :
	    claims->ends;
	claims->accounts = account_to_keep(request->arena, accounts);
	bad = token_seal(request->arena, request->process, &refresh_sort,
	    claims, token);
	claims->accounts = accounts;
	return bad;
}

/* One that is recorded has a record: without, it would pass for a code. */
const struct fault *
refresh_open(struct request *request, const char *token,
    struct refresh_claims *claims)
{
	const struct fault	*bad;

	bad = token_open(request->arena, request->process, &refresh_sort,
	    token, claims);
	if (bad != NULL && bad->kind == FAULT_UNAVAILABLE)
		return bad;
	if (bad != NULL)
		return fault_make(request->arena, FAULT_GRANT,
		    "refresh_token: %s", bad->detail);
	if (claims->ends <= clock_now())
		return fault_make(request->arena, FAULT_GRANT,
		    "the grant has ended");
	if (claims->ledger.at != NULL && (claims->generation < 1 ||
	    claims->record < 1))
		return fault_make(request->arena, FAULT_GRANT,
		    "refresh_token: it names no record");
	return NULL;
}
