#include "oauth/keep.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "data/url.h"
#include "mail/card.h"
#include "mail/imap_session.h"
#include "oauth/asked.h"
#include "oauth/code.h"
#include "oauth/token.h"
#include "web/serve.h"

int64_t
keep_access_seconds(const struct config *config, struct objects accounts)
{
	const struct account	*account = accounts.at;
	size_t			 i;

	if (config->access_ttl != 0)
		return config->access_ttl;
	for (i = 0; i < accounts.len; i++)
		if (account[i].card.at == NULL)
			return KEEP_ACCESS_STATELESS;
	return KEEP_ACCESS_CARD;
}

const char *
keep_target(struct arena *arena, const char *redirect)
{
	struct url	 url = { 0 };

	if (!url_read(arena, redirect, &url))
		return NULL;
	return text_starts(url.scheme, "http") && url.host != NULL ?
	    url.host : text_format(arena, "%s:", url.scheme);
}

/* A session of its own, begun for the request. */
static const struct fault *
open_session(struct request *request, const struct account *account,
    struct imap **imap)
{
	const struct fault	*bad;

	bad = imap_open(request->arena, account, request->config,
	    request->deadline, imap);
	if (bad == NULL)
		imap_begin(*imap, request->arena, request->deadline);
	return bad;
}

static const struct fault *
keep_card(struct request *request, const struct card *card,
    struct account *account, struct card_kept *kept)
{
	const struct authority	*authority = request->process;
	const struct fault	*bad;
	const struct card_owner	 owner = {
		.keys = authority->keys,
		.issuer = request->config->base_url, .account = account
	};
	struct card_place	*place;
	struct imap		*imap;

	if ((bad = open_session(request, account, &imap)) != NULL)
		return bad;
	bad = card_keep(imap, request->arena, &owner, card, kept);
	imap_close(imap);
	if (bad != NULL)
		return bad;
	place = arena_take(request->arena, sizeof(*place));
	*place = kept->card;
	account->card.at = place;
	return NULL;
}

/* What a person is told who can't end the connection by a message. */
static const char *
tell(struct request *request, const struct code_claims *claims,
    const struct account *account, const struct fault *fault)
{
	return text_format(request->arena, "The mailbox %s is connected, but "
	    "it did not keep the message by which you could see the "
	    "connection, and end it: %s. It ends by itself on %s; before "
	    "that, only another password for the mailbox ends it.",
	    account->address, fault->detail, clock_rfc5322(request->arena,
	    (struct moment){ claims->ends, 0 }));
}

/* The accounts are the caller's: ours is a copy that can be added to. */
static struct account *
copy_accounts(struct arena *arena, struct code_claims *claims)
{
	struct account	*accounts;

	accounts = arena_array(arena, claims->accounts.len,
	    sizeof(*accounts));
	memcpy(accounts, claims->accounts.at, claims->accounts.len *
	    sizeof(*accounts));
	claims->accounts.at = accounts;
	return accounts;
}

static void
keep_ledger(struct arena *arena, const struct card_kept *kept,
    struct code_claims *claims)
{
	struct ledger_place	*ledger;

	if (kept->ledger.uidvalidity == 0)
		return;
	ledger = arena_take(arena, sizeof(*ledger));
	*ledger = kept->ledger;
	claims->ledger.at = ledger;
}

void
keep_grant(struct request *request, const struct asked *asked,
    struct code_claims *claims, const char **trouble)
{
	const struct fault	*bad;
	struct account		*accounts;
	struct card_kept	 kept;
	struct card		 card = {
		.client = claims->client, .name = asked->client.name,
		.target = keep_target(request->arena, asked->redirect),
		.created = clock_now()
	};
	size_t			 i;

	*trouble = NULL;
	if (claims->ends <= 0)
		claims->ends = card.created + request->config->grant_max_age;
	if (request->config->grants_folder == NULL)
		return;
	card.ends = claims->ends;
	accounts = copy_accounts(request->arena, claims);
	for (i = 0; i < claims->accounts.len; i++) {
		card.scopes = accounts[i].scopes;
		card.ask_first = accounts[i].ask_first;
		bad = keep_card(request, &card, &accounts[i], &kept);
		if (bad == NULL && i == 0)
			keep_ledger(request->arena, &kept, claims);
		if (bad != NULL && *trouble == NULL)
			*trouble = tell(request, claims, &accounts[i], bad);
	}
}

/* The card of one account. */
static const struct fault *
revoke(struct request *request, const struct account *account)
{
	const struct fault	*bad;
	struct imap		*imap;

	if ((bad = open_session(request, account, &imap)) != NULL)
		return bad;
	bad = card_remove(imap, request->arena, account->card.at);
	imap_close(imap);
	return bad;
}

const struct fault *
keep_revoke(struct request *request, struct objects accounts)
{
	const struct account	*account = accounts.at;
	const struct fault	*bad, *first = NULL;
	size_t			 i;

	for (i = 0; i < accounts.len; i++) {
		bad = account[i].card.at == NULL ? NULL :
		    revoke(request, &account[i]);
		if (first == NULL)
			first = bad;
	}
	return first;
}

void
keep_undo(struct request *request, const struct code_claims *claims)
{
	(void)keep_revoke(request, claims->accounts);
}
