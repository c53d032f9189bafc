#include "oauth/personal.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "crypt/digest.h"
#include "data/base64.h"
#include "mail/account.h"
#include "oauth/asked.h"
#include "oauth/bearer.h"
#include "oauth/code.h"
#include "oauth/keep.h"
#include "web/serve.h"

enum { GRANT_BYTES = 12 };

const char	 personal_client[] = "personal";

static const struct fault *
seal(struct request *request, const struct code_claims *claims,
    const char **token)
{
	const struct authority	*authority = request->process;
	struct access		 access = {
		.client = claims->client, .ends = claims->ends,
		.scopes = claims->scopes, .accounts = claims->accounts
	};

	access.audience = bearer_audience(request->arena, request->config);
	access.grant = base64_write_url(request->arena,
	    digest_random(request->arena, GRANT_BYTES));
	access.base.expires = claims->ends;
	access.base.route = token_route(request->arena, authority->keys,
	    account_identity(request->arena, claims->accounts.at));
	return token_seal(request->arena, authority, &access_sort, &access,
	    token);
}

static int64_t
end_of(const struct request *request, int64_t asked)
{
	int64_t	 most;

	most = clock_now() + request->config->grant_max_age;
	return asked <= 0 || asked > most ? most : asked;
}

const struct fault *
personal_make(struct request *request, const struct personal *personal,
    const char **token)
{
	const struct asked	 asked = {
		.client = { .name = personal->name },
		.redirect = request->config->base_url
	};
	struct code_claims	 claims = {
		.client = personal_client,
		.ends = end_of(request, personal->ends),
		.scopes = personal->account->scopes,
		.accounts = { personal->account, 1 }
	};
	const struct fault	*bad;
	const struct account	*account;
	const char		*trouble;

	if (personal->account->bearer != NULL)
		return fault_make(request->arena, FAULT_UNSUPPORTED,
		    "it would end with the sign-in at %s",
		    personal->account->upstream);
	keep_grant(request, &asked, &claims, &trouble);
	account = claims.accounts.at;
	if (account->card.at == NULL)
		return fault_make(request->arena, FAULT_UNSUPPORTED,
		    "the mailbox did not keep the message by which the token "
		    "could be ended");
	if ((bad = seal(request, &claims, token)) != NULL)
		keep_undo(request, &claims);
	return bad;
}
