#include "oauth/replace.h"

#include "base/config.h"
#include "base/fault.h"
#include "mail/card.h"
#include "mail/imap_session.h"
#include "oauth/asked.h"
#include "oauth/code.h"
#include "oauth/keep.h"
#include "oauth/token.h"
#include "web/serve.h"

static bool
is_equal(const char *a, const char *b)
{
	return a != NULL && b != NULL && text_equal(a, b);
}

static bool
is_same_client(const struct card *card, const struct card *now)
{
	return is_equal(card->client, now->client) ||
	    (is_equal(card->name, now->name) &&
	    is_equal(card->target, now->target));
}

static const struct fault *
remove_others(struct request *request, struct imap *imap,
    const struct account *account, const struct card *now)
{
	const struct authority	*authority = request->process;
	const struct card_place	*own = account->card.at;
	const struct card_owner	 owner = {
		.keys = authority->keys,
		.issuer = request->config->base_url, .account = account
	};
	const struct fault	*bad;
	struct card_found	*found = NULL;
	size_t			 i, len;

	bad = card_list(imap, request->arena, &owner, &found, &len);
	for (i = 0; bad == NULL && i < len; i++)
		if (!text_equal(found[i].card.grant, own->grant) &&
		    is_same_client(&found[i].card, now))
			bad = card_remove(imap, request->arena,
			    &found[i].place);
	return bad;
}

static const struct fault *
replace_in(struct request *request, const struct account *account,
    const struct card *now)
{
	const struct fault	*bad;
	struct imap		*imap;

	if (account->card.at == NULL)
		return NULL;
	bad = imap_open(request->arena, account, request->config,
	    request->deadline, &imap);
	if (bad != NULL)
		return bad;
	imap_begin(imap, request->arena, request->deadline);
	bad = remove_others(request, imap, account, now);
	imap_close(imap);
	return bad;
}

const struct fault *
replace_earlier(struct request *request, const struct asked *asked,
    const struct code_claims *claims)
{
	const struct account	*accounts = claims->accounts.at;
	const struct fault	*bad, *first = NULL;
	const struct card	 now = {
		.client = claims->client, .name = asked->client.name,
		.target = keep_target(request->arena, asked->redirect)
	};
	size_t			 i;

	for (i = 0; i < claims->accounts.len; i++) {
		bad = replace_in(request, &accounts[i], &now);
		if (first == NULL)
			first = bad;
	}
	return first;
}
