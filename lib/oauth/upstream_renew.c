#include "oauth/upstream_renew.h"

#include <string.h>

#include "base/arena.h"
#include "base/config.h"
#include "base/fault.h"
#include "mail/account.h"
#include "mail/imap_session.h"
#include "oauth/upstream.h"
#include "web/serve.h"

/* FAULT_GRANT or FAULT_UNAVAILABLE. */
static const struct fault *
ask(struct request *request, const struct account *account,
    struct upstream_tokens *tokens)
{
	const struct upstream	*upstream = NULL;
	const struct fault	*bad;
	struct upstream_place	 place;
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
	if ((bad = upstream_find(request, upstream, &place)) != NULL)
		return bad;
	return upstream_ask(request, &place, (struct pairs){ pairs,
	    sizeof(pairs) / sizeof(pairs[0]) }, tokens);
}

static void
renew(struct request *request, struct account *account,
    struct upstream_renewal *renewal)
{
	const struct fault	*bad;
	struct upstream_tokens	 tokens = { 0 };

	account->bearer = NULL;
	account->bearer_ends = 0;
	bad = ask(request, account, &tokens);
	if (bad != NULL && bad->kind == FAULT_GRANT) {
		account->renewal = NULL;
		if (renewal->ended == NULL)
			renewal->ended = bad;
		return;
	}
	if (bad != NULL) {
		if (renewal->unasked == NULL)
			renewal->unasked = bad;
		return;
	}
	account->bearer = tokens.access_token;
	account->bearer_ends = tokens.ends;
	if (text_is_empty(tokens.refresh_token) ||
	    text_equal(tokens.refresh_token, account->renewal))
		return;
	account->renewal = tokens.refresh_token;
	renewal->replaced = true;
}

static bool
has_any(struct objects accounts)
{
	const struct account	*account = accounts.at;
	size_t			 i;

	for (i = 0; i < accounts.len; i++)
		if (account[i].renewal != NULL)
			return true;
	return false;
}

/* A mailbox that keeps nothing is not asked. */
static const struct fault *
reach(struct request *request, const struct account *first)
{
	const struct fault	*bad;

	if (first->card.at == NULL)
		return NULL;
	bad = imap_reach(request->arena, first, request->config,
	    request->deadline);
	return bad == NULL ? NULL : fault_make(request->arena,
	    FAULT_UNAVAILABLE, "%s", bad->detail);
}

void
upstream_renew(struct request *request, struct objects accounts,
    struct upstream_renewal *renewal)
{
	struct account	*copies;
	size_t		 i;

	*renewal = (struct upstream_renewal){ .accounts = accounts };
	if (!has_any(accounts) ||
	    (renewal->unasked = reach(request, accounts.at)) != NULL)
		return;
	copies = arena_array(request->arena, accounts.len, sizeof(*copies));
	memcpy(copies, accounts.at, accounts.len * sizeof(*copies));
	renewal->accounts.at = copies;
	for (i = 0; i < accounts.len; i++)
		if (copies[i].renewal != NULL)
			renew(request, &copies[i], renewal);
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
