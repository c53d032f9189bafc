#include "oauth/exchange.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "mail/account.h"
#include "oauth/authenticate.h"
#include "oauth/bearer.h"
#include "oauth/client.h"
#include "oauth/code.h"
#include "oauth/keep.h"
#include "oauth/pkce.h"
#include "oauth/redeem.h"
#include "oauth/refresh.h"
#include "oauth/resource.h"
#include "oauth/scope.h"
#include "oauth/upstream_renew.h"

struct form {
	const char	*grant_type;
	const char	*code;
	const char	*redirect_uri;
	const char	*code_verifier;
	const char	*refresh_token;
	const char	*scope;
	const char	*resource;
	const char	*client_id;
	const char	*client_secret;
};

static const struct field	 form_rows[] = {
	{ FIELD(struct form, grant_type) },
	{ FIELD(struct form, code) },
	{ FIELD(struct form, redirect_uri) },
	{ FIELD(struct form, code_verifier) },
	{ FIELD(struct form, refresh_token) },
	{ FIELD(struct form, scope) },
	{ FIELD(struct form, resource) },
	{ FIELD(struct form, client_id) },
	{ FIELD(struct form, client_secret) },
	{ FIELD_END }
};

/* Seconds of an access token that was given out for want of a better one:
 * within the usual GRANT_GRACE. */
enum { PROVISIONAL_SECONDS = 30 };

/* What a grant becomes. */
struct issue {
	struct refresh_claims	 grant;	/* what the refresh token will hold */
	struct texts		 scopes;	/* of the access token */
	bool			 is_refresh;
	bool			 may_refresh;
	bool			 replaced;	/* an upstream's refresh
						 * token */
	bool			 provisional;	/* the access token; the client
						 * is to come back soon */
};

static int64_t
least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static const struct fault *
refuse(struct request *request, const char *why)
{
	return fault_make(request->arena, FAULT_GRANT, "%s", why);
}

static const struct fault *
missing(struct request *request, const char *name)
{
	return fault_make(request->arena, FAULT_REQUEST, "%s is missing",
	    name);
}

static const struct fault *
check_client(struct request *request, const char *bound,
    const struct client *client)
{
	if (text_equal(bound, client_binding(request->arena, client)))
		return NULL;
	return refuse(request, "it was given to another client");
}

static const struct fault *
redeem_code(struct request *request, const struct form *form,
    const struct client *client, struct issue *issue)
{
	const struct fault	*bad;
	struct code_claims	 code;

	if (form->code == NULL)
		return missing(request, "code");
	if ((bad = code_open(request->arena, request->process, form->code,
	    &code)) != NULL ||
	    (bad = check_client(request, code.client, client)) != NULL)
		return bad;
	if (form->redirect_uri != NULL && !text_equal(code.redirect,
	    client_hash(request->arena, form->redirect_uri)))
		return refuse(request, "RFC 6749 4.1.3: redirect_uri is not "
		    "that of the authorization request");
	bad = pkce_check_verifier(request->arena, code.challenge,
	    form->code_verifier);
	if (bad != NULL)
		return bad;
	issue->grant = (struct refresh_claims){ .client = code.client,
	    .grant = code.grant, .ends = code.ends, .scopes = code.scopes,
	    .withheld = code.withheld, .accounts = code.accounts,
	    .ledger = code.ledger };
	issue->scopes = code.scopes;
	issue->may_refresh = code.refresh;
	return NULL;
}

/* RFC 6749 6: only what was granted. */
static const struct fault *
narrow(struct request *request, const char *asked, struct issue *issue)
{
	const struct fault	*bad;
	struct texts		 wanted;
	size_t			 i;

	wanted = issue->grant.scopes;
	if ((bad = scope_ask(request->arena, asked, &wanted)) != NULL)
		return bad;
	for (i = 0; i < wanted.len; i++)
		if (!texts_have(issue->grant.scopes, wanted.at[i]))
			return fault_make(request->arena, FAULT_SCOPE_UNKNOWN,
			    "RFC 6749 6: %s was not granted", wanted.at[i]);
	issue->scopes = wanted;
	return NULL;
}

static const struct fault *
redeem_refresh(struct request *request, const struct form *form,
    const struct client *client, struct issue *issue)
{
	const struct fault	*bad;

	if (form->refresh_token == NULL)
		return missing(request, "refresh_token");
	if ((bad = refresh_open(request, form->refresh_token,
	    &issue->grant)) != NULL ||
	    (bad = check_client(request, issue->grant.client, client)) !=
	    NULL)
		return bad;
	issue->is_refresh = issue->may_refresh = true;
	return narrow(request, form->scope, issue);
}

/* The grants of RFC 6749 that are served. */
static const struct {
	const char		*name;
	const struct fault	*(*redeem)(struct request *request,
				    const struct form *form,
				    const struct client *client,
				    struct issue *issue);
} grants[] = {
	{ "authorization_code", redeem_code },
	{ "refresh_token", redeem_refresh }
};

enum { GRANTS = sizeof(grants) / sizeof(grants[0]) };

static const struct fault *
read_form(struct request *request, struct form *form, size_t *grant)
{
	const struct fault	*bad;

	if (request->content_type == NULL || !text_equal(
	    request->content_type, "application/x-www-form-urlencoded"))
		return fault_make(request->arena, FAULT_REQUEST, "RFC 6749 "
		    "4.1.3: the body must be "
		    "application/x-www-form-urlencoded");
	bad = field_read_form(request->arena, form_rows, request->form, form);
	if (bad != NULL)
		return fault_make(request->arena, FAULT_REQUEST, "%s",
		    bad->detail);
	if (form->grant_type == NULL)
		return missing(request, "grant_type");
	for (*grant = 0; *grant < GRANTS; ++*grant)
		if (text_equal(grants[*grant].name, form->grant_type))
			return NULL;
	return fault_make(request->arena, FAULT_GRANT_TYPE,
	    "grant_type must be authorization_code or refresh_token");
}

static const struct fault *
seal_access(struct request *request, const struct issue *issue,
    struct access *access, const char **token)
{
	const struct authority	*authority = request->process;
	int64_t			 seconds;

	*access = (struct access){
		.audience = bearer_audience(request->arena, request->config),
		.client = issue->grant.client, .grant = issue->grant.grant,
		.ends = issue->grant.ends,
		.scopes = issue->scopes, .withheld = issue->grant.withheld,
		.accounts = account_to_use(request->arena,
		    issue->grant.accounts)
	};
	seconds = keep_access_seconds(request->config, access->accounts);
	if (issue->provisional)
		seconds = least(seconds, PROVISIONAL_SECONDS);
	access->base.expires = least(least(issue->grant.ends, clock_now() +
	    seconds), upstream_end(access->accounts));
	access->base.route = token_route(request->arena, authority->keys,
	    account_identity(request->arena, access->accounts.at));
	return token_seal(request->arena, authority, &access_sort, access,
	    token);
}

/*
 * Nothing that can fail for a reason of the request comes behind it.  A grant
 * of which nothing is kept in the mailbox says so itself, sealed: nobody can
 * make another such.  One whose mailbox takes a card but no records is renewed
 * as often as it is asked, as long as the card is there.
 */
static const struct fault *
use_once(struct request *request, struct refresh_claims *grant)
{
	const struct account	*account = grant->accounts.at;
	struct redeem		 redeem = {
		.accounts = grant->accounts, .place = grant->ledger.at,
		.generation = grant->generation, .record = grant->record
	};
	const struct fault	*bad;

	if (account->card.at == NULL)
		return NULL;
	if (redeem.place == NULL)
		return redeem_look(request, account);
	if ((bad = redeem_use(request, &redeem)) != NULL)
		return bad;
	grant->generation = redeem.generation;
	grant->record = redeem.record;
	return NULL;
}

/*
 * What an upstream gave in place of a refresh token that it takes no second
 * time would be lost with a 503: the client gets it instead, in a token of the
 * same generation, as if this use had not been.  Whether the grant still
 * stands every request to the mailbox looks, and its next use records.  A code
 * is used once or not at all.
 */
static bool
is_put_off(const struct issue *issue, const struct fault *bad)
{
	return bad->kind == FAULT_UNAVAILABLE && issue->is_refresh &&
	    issue->replaced;
}

static const struct fault *
seal(struct request *request, struct issue *issue, struct access *access,
    const char **token)
{
	const struct fault	*bad;

	bad = seal_access(request, issue, access, token);
	if (bad != NULL || account_is_waiting(issue->grant.accounts.at))
		return bad;
	bad = use_once(request, &issue->grant);
	if (bad == NULL || !is_put_off(issue, bad))
		return bad;
	issue->provisional = true;
	return seal_access(request, issue, access, token);
}

/* A grant that no longer fits begins anew, where the person is told why. */
static const struct fault *
make_tokens(struct request *request, struct issue *issue,
    struct access *access, const char **token, const char **refresh)
{
	const struct fault	*bad;

	bad = seal(request, issue, access, token);
	if (bad == NULL && issue->may_refresh)
		bad = refresh_seal(request, &issue->grant, refresh);
	return bad == NULL || bad->kind != FAULT_LIMIT ? bad :
	    refuse(request, bad->detail);
}

/* RFC 6749 5.1 */
static const struct fault *
answer_tokens(struct request *request, struct reply *reply,
    struct issue *issue)
{
	struct access		 access;
	struct json_writer	 writer;
	const struct fault	*bad;
	const char		*token, *refresh = NULL;

	bad = make_tokens(request, issue, &access, &token, &refresh);
	if (bad != NULL)
		return bad;
	reply->content_type = "application/json";
	reply_header(request->arena, reply, "Cache-Control", "no-store");
	reply_header(request->arena, reply, "Pragma", "no-cache");
	json_start(&writer, &reply->body);
	json_open_object(&writer, NULL);
	json_put_text(&writer, "access_token", token);
	json_put_text(&writer, "token_type", "Bearer");
	json_put_number(&writer, "expires_in",
	    access.base.expires - access.base.issued);
	json_put_text(&writer, "refresh_token", refresh);
	json_put_text(&writer, "scope", scope_write(request->arena,
	    issue->scopes));
	json_close_object(&writer);
	return NULL;
}

/* Of several upstreams one may have answered, and another not. */
static const struct fault *
renew(struct request *request, struct issue *issue)
{
	struct upstream_renewal	 renewal;

	upstream_renew(request, issue->grant.accounts, &renewal);
	issue->grant.accounts = renewal.accounts;
	issue->replaced = renewal.replaced;
	if (renewal.ended != NULL)
		return renewal.ended;
	if (renewal.unasked != NULL && !is_put_off(issue, renewal.unasked))
		return renewal.unasked;
	issue->provisional = renewal.unasked != NULL;
	return NULL;
}

const struct fault *
exchange_answer(struct request *request, struct reply *reply)
{
	const struct fault	*bad;
	struct client		 client;
	struct issue		 issue = { .may_refresh = false };
	struct form		 form = { .code = NULL };
	size_t			 grant;

	if ((bad = read_form(request, &form, &grant)) != NULL ||
	    (bad = resource_check(request->arena, request->config,
	    form.resource)) != NULL ||
	    (bad = authenticate(request, form.client_id, form.client_secret,
	    &client)) != NULL ||
	    (bad = grants[grant].redeem(request, &form, &client, &issue)) !=
	    NULL || (bad = renew(request, &issue)) != NULL)
		return bad;
	return answer_tokens(request, reply, &issue);
}
