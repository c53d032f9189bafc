#include "oauth/upstream_renew.h"

#include <string.h>

#include "base/arena.h"
#include "base/config.h"
#include "base/fault.h"
#include "mail/account.h"
#include "oauth/upstream.h"
#include "web/serve.h"

static const struct fault *
renew(struct request *request, struct account *account)
{
	const struct upstream	*upstream = NULL;
	const struct fault	*bad;
	struct upstream_tokens	 tokens;
	struct pair		 pairs[] = {
		{ "grant_type", "refresh_token" },
		{ "refresh_token", account->renewal }
	};

	if (account->upstream != NULL)
		upstream = config_upstream(request->config,
		    account->upstream);
	if (upstream == NULL)
		return fault_make(request->arena, FAULT_GRANT, "this server "
		    "no longer signs in with %s", account->upstream != NULL ?
		    account->upstream : "others");
	bad = upstream_ask(request, upstream, (struct pairs){ pairs,
	    sizeof(pairs) / sizeof(pairs[0]) }, &tokens);
	if (bad != NULL)
		return bad;
	account->bearer = tokens.access_token;
	account->bearer_ends = tokens.ends;
	if (!text_is_empty(tokens.refresh_token))
		account->renewal = tokens.refresh_token;
	return NULL;
}

const struct fault *
upstream_renew(struct request *request, struct objects *accounts)
{
	const struct account	*from = accounts->at;
	const struct fault	*bad;
	struct account		*copies;
	size_t			 i;

	copies = arena_array(request->arena, accounts->len, sizeof(*copies));
	for (i = 0; i < accounts->len; i++) {
		copies[i] = from[i];
		if (copies[i].renewal != NULL &&
		    (bad = renew(request, &copies[i])) != NULL)
			return bad;
	}
	accounts->at = copies;
	return NULL;
}

int64_t
upstream_end(struct objects accounts)
{
	const struct account	*account = accounts.at;
	int64_t			 end = INT64_MAX;
	size_t			 i;

	for (i = 0; i < accounts.len; i++)
		if (account[i].bearer_ends != 0 &&
		    account[i].bearer_ends < end)
			end = account[i].bearer_ends;
	return end;
}
