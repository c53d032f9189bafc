#include "oauth/agreement.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/config.h"
#include "base/fault.h"
#include "data/url.h"
#include "mail/account.h"
#include "mail/imap_session.h"
#include "mail/signature.h"
#include "oauth/asked.h"
#include "oauth/bearer.h"
#include "oauth/code.h"
#include "oauth/keep.h"
#include "oauth/kept.h"
#include "oauth/redirect.h"
#include "oauth/replace.h"
#include "oauth/scope.h"
#include "web/page.h"
#include "web/policy.h"
#include "web/reply.h"
#include "web/route.h"
#include "web/serve.h"

/* The longest that a card's place is likely to be: two numbers and a grant's
 * id, in the folder as the operator wrote it. */
static const struct card_place	 long_place = {
	.grant = "0123456789012345678901", .uidvalidity = UINT32_MAX,
	.uid = UINT32_MAX, .folder = "INBOX.Connected Agents"
};

static const struct ledger_place	 long_ledger = {
	.uidvalidity = UINT32_MAX
};

/* What all of them together may do, in our order. */
static struct texts
unite_scopes(const struct agreement *agreement)
{
	const struct kept_list	*mailboxes = agreement->mailboxes;
	struct texts		 united = { NULL, 0 };
	size_t			 i, k;

	for (i = 0; scopes[i].name != NULL; i++)
		for (k = 0; k < mailboxes->len; k++)
			if (texts_have(mailboxes->at[k].account.scopes,
			    scopes[i].name)) {
				texts_add(agreement->request->arena, &united,
				    scopes[i].name);
				break;
			}
	return united;
}

static struct account *
list_accounts(const struct agreement *agreement)
{
	struct account	*accounts;
	size_t		 i;

	accounts = arena_array(agreement->request->arena,
	    agreement->mailboxes->len, sizeof(*accounts));
	for (i = 0; i < agreement->mailboxes->len; i++)
		accounts[i] = agreement->mailboxes->at[i].account;
	return accounts;
}

/* What the client asked for and the person switched off: asking again would
 * get it no further. */
static struct texts
find_withheld(const struct agreement *agreement, struct texts granted)
{
	struct texts	 asked = agreement->asked->scopes, withheld = { 0 };
	size_t		 i;

	for (i = 0; i < asked.len; i++)
		if (!texts_have(granted, asked.at[i]))
			texts_add(agreement->request->arena, &withheld,
			    asked.at[i]);
	return withheld;
}

static struct code_claims
make_claims(const struct agreement *agreement, const struct account *accounts)
{
	struct arena		*arena = agreement->request->arena;
	const struct asked	*asked = agreement->asked;
	struct texts		 granted = unite_scopes(agreement);

	return (struct code_claims){
		.client = client_binding(arena, &asked->client),
		.redirect = client_hash(arena, asked->redirect),
		.challenge = asked->challenge,
		.refresh = asked->client.refresh,
		.ends = agreement->ends,
		.scopes = granted,
		.withheld = find_withheld(agreement, granted),
		.accounts = { accounts, agreement->mailboxes->len }
	};
}

/* An access token as it will be made of the code: what providers give is
 * longer than any password. */
static const struct fault *
check_access(const struct agreement *agreement,
    const struct code_claims *claims)
{
	struct request	*request = agreement->request;
	struct access	 access = {
		.base.expires = claims->ends, .ends = claims->ends,
		.audience = bearer_audience(request->arena, request->config),
		.client = claims->client, .grant = claims->grant,
		.scopes = claims->scopes,
		.accounts = account_to_use(request->arena, claims->accounts)
	};

	return token_fits(request->arena, request->process, &access_sort,
	    &access);
}

bool
agreement_fits(const struct agreement *agreement)
{
	const struct fault	*bad;
	struct account		*accounts;
	struct code_claims	 claims;
	const char		*code;
	size_t			 i;

	accounts = list_accounts(agreement);
	claims = make_claims(agreement, accounts);
	if (agreement->request->config->grants_folder != NULL)
		claims.ledger.at = &long_ledger;
	for (i = 0; i < agreement->mailboxes->len; i++)
		if (claims.ledger.at != NULL)
			accounts[i].card.at = &long_place;
	bad = code_seal(agreement->request->arena, agreement->request->process,
	    &claims, &code);
	if (bad == NULL)
		bad = check_access(agreement, &claims);
	return bad == NULL || bad->kind != FAULT_LIMIT;
}

/* Keeps the signature that was typed, in the mailbox that proved to open. */
static const struct fault *
keep_signature(const struct agreement *agreement, const struct kept *kept)
{
	const struct authority	*authority = agreement->request->process;
	const struct fault	*bad;
	struct request		*request = agreement->request;
	struct imap		*imap;

	if (kept->signature.text == NULL)
		return NULL;
	bad = imap_open(request->arena, &kept->account, request->config,
	    request->deadline, &imap);
	if (bad != NULL)
		return bad;
	imap_begin(imap, request->arena, request->deadline);
	bad = signature_keep(imap, request->arena, authority->keys,
	    &kept->account, &kept->signature);
	imap_close(imap);
	return bad;
}

/* The first that failed. */
static const struct fault *
keep_signatures(const struct agreement *agreement)
{
	const struct fault	*bad, *first = NULL;
	size_t			 i;

	for (i = 0; i < agreement->mailboxes->len; i++) {
		bad = keep_signature(agreement, &agreement->mailboxes->at[i]);
		if (first == NULL)
			first = bad;
	}
	return first;
}

/* What did not come of an agreement, though the mailboxes are connected. */
struct shortfall {
	const char		*unkept;	/* keep_grant's trouble */
	const struct fault	*signature;	/* why it was not kept */
	const struct fault	*unreplaced;	/* replace_earlier's */
};

static const char *
name_shortfall(const struct shortfall *shortfall)
{
	if (shortfall->signature != NULL)
		return "Connected, without the signature";
	return shortfall->unkept != NULL ?
	    "Connected, without a message in your mailbox" :
	    "Connected, and the earlier connection stays";
}

static const char *
explain_shortfall(struct arena *arena, const struct shortfall *shortfall)
{
	struct texts	 told = { NULL, 0 };

	if (shortfall->unkept != NULL)
		texts_add(arena, &told, shortfall->unkept);
	if (shortfall->signature != NULL)
		texts_add(arena, &told, text_format(arena, "Your mailbox is "
		    "connected, but it did not take the signature: %s. You "
		    "can connect once more to try again.",
		    shortfall->signature->detail));
	if (shortfall->unreplaced != NULL)
		texts_add(arena, &told, text_format(arena, "Your mailbox is "
		    "connected, but what was connected before could not be "
		    "ended: %s. You can end it at /connections.",
		    shortfall->unreplaced->detail));
	return texts_join(arena, told, " ");
}

/* It hinders nobody: the person is told so on a page that leads on. */
static const struct fault *
tell(const struct agreement *agreement, const struct shortfall *shortfall,
    const char *code)
{
	struct request	*request = agreement->request;
	struct page	*page;

	page = page_open(request->arena, "error");
	page_set(page, "BASE", route_base(request->config));
	page_set(page, "TITLE", name_shortfall(shortfall));
	page_set(page, "ADVICE", explain_shortfall(request->arena,
	    shortfall));
	page_set(page_show(page, "ONWARD"), "URL",
	    redirect_code_url(request, agreement->asked, code));
	policy_apply(request, agreement->reply, NULL);
	agreement->reply->content_type = "text/html; charset=utf-8";
	return page_write(page, &agreement->reply->body);
}

/* Whether there is anything to tell, to somebody who can be told. */
static bool
is_short(const struct agreement *agreement, const struct shortfall *shortfall)
{
	struct url	 url = { 0 };

	url_read(agreement->request->arena, agreement->asked->redirect, &url);
	return text_starts(url.scheme, "http") &&
	    (shortfall->unkept != NULL || shortfall->signature != NULL ||
	    shortfall->unreplaced != NULL);
}

const struct fault *
agreement_answer(const struct agreement *agreement)
{
	const struct fault	*bad;
	struct request		*request = agreement->request;
	struct code_claims	 claims;
	struct shortfall	 shortfall = { NULL, NULL, NULL };
	const char		*code;

	claims = make_claims(agreement, list_accounts(agreement));
	keep_grant(request, agreement->asked, &claims, &shortfall.unkept);
	bad = code_seal(request->arena, request->process, &claims, &code);
	if (bad != NULL) {
		keep_undo(request, &claims);
		return bad;
	}
	shortfall.signature = keep_signatures(agreement);
	if (agreement->replaces)
		shortfall.unreplaced = replace_earlier(request,
		    agreement->asked, &claims);
	if (is_short(agreement, &shortfall))
		return tell(agreement, &shortfall, code);
	redirect_code(request, agreement->reply, agreement->asked, code);
	return NULL;
}
