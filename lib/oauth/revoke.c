#include "oauth/revoke.h"

#include "base/arena.h"
#include "base/fault.h"
#include "base/log.h"
#include "mail/account.h"
#include "oauth/authenticate.h"
#include "oauth/bearer.h"
#include "oauth/client.h"
#include "oauth/keep.h"
#include "oauth/refresh.h"
#include "oauth/token.h"
#include "oauth/upstream_renew.h"

/* token_type_hint is of no use: a token says itself what it is. */
struct form {
	const char	*token;
	const char	*token_type_hint;
	const char	*client_id;
	const char	*client_secret;
};

static const struct field	 form_rows[] = {
	{ FIELD(struct form, token) },
	{ FIELD(struct form, token_type_hint) },
	{ FIELD(struct form, client_id) },
	{ FIELD(struct form, client_secret) },
	{ FIELD_END }
};

/* Whose grant a token is of; client is NULL for what is none. */
struct held {
	const char	*client;
	struct objects	 accounts;
};

/* What is no token is no fault (RFC 7009 2.2); one that can't be judged now
 * is, since whoever wants it ended must hear that it is not. */
static const struct fault *
find_grant(struct request *request, const char *token, struct held *held)
{
	struct access		 access = { .client = NULL };
	struct refresh_claims	 refresh = { .client = NULL };
	const struct fault	*bad;

	*held = (struct held){ .client = NULL };
	bad = token_open(request->arena, request->process, &access_sort,
	    token, &access);
	if (bad == NULL) {
		*held = (struct held){ access.client, access.accounts };
		return NULL;
	}
	if (bad->kind != FAULT_UNAVAILABLE)
		bad = refresh_open(request, token, &refresh);
	if (bad == NULL)
		*held = (struct held){ refresh.client, refresh.accounts };
	return bad != NULL && bad->kind == FAULT_UNAVAILABLE ? bad : NULL;
}

static const struct fault *
read_form(struct request *request, struct form *form)
{
	const struct fault	*bad;

	if (request->content_type == NULL || !text_equal(
	    request->content_type, "application/x-www-form-urlencoded"))
		return fault_make(request->arena, FAULT_REQUEST, "RFC 7009 "
		    "2.1: the body must be "
		    "application/x-www-form-urlencoded");
	bad = field_read_form(request->arena, form_rows, request->form, form);
	if (bad != NULL)
		return fault_make(request->arena, FAULT_REQUEST, "%s",
		    bad->detail);
	return form->token != NULL ? NULL : fault_make(request->arena,
	    FAULT_REQUEST, "RFC 7009 2.1: token is missing");
}

/*
 * Removes one card.  Where the upstream has ended its grant nothing of ours
 * opens the mailbox any more: the card can't be removed, and need not be.  What
 * it gave before ends by itself, as our access tokens with it do.
 */
static const struct fault *
end(struct request *request, const struct account *account)
{
	const struct objects	 one = { account, 1 };
	struct upstream_renewal	 renewal;

	if (account->card.at == NULL)
		return NULL;
	upstream_renew(request, one, &renewal);
	if (renewal.ended != NULL) {
		log_line(LOG_INFO, "revoked: the upstream had ended it "
		    "already, so that the card stays");
		return NULL;
	}
	if (renewal.unasked != NULL)
		return renewal.unasked;
	return keep_revoke(request, renewal.accounts);
}

/* All that can be ended now is; the first that can't is told of. */
static const struct fault *
end_all(struct request *request, struct objects accounts)
{
	const struct account	*account = accounts.at;
	const struct fault	*bad, *first = NULL;
	size_t			 i;

	for (i = 0; i < accounts.len; i++) {
		bad = end(request, &account[i]);
		if (first == NULL)
			first = bad;
	}
	return first;
}

const struct fault *
revoke_answer(struct request *request, struct reply *reply)
{
	const struct fault	*bad;
	struct client		 client;
	struct form		 form = { .token = NULL };
	struct held		 held;

	if ((bad = read_form(request, &form)) != NULL ||
	    (bad = authenticate(request, form.client_id, form.client_secret,
	    &client)) != NULL ||
	    (bad = find_grant(request, form.token, &held)) != NULL)
		return bad;
	if (held.client != NULL && !text_equal(held.client, client_binding(
	    request->arena, &client)))
		return fault_make(request->arena, FAULT_GRANT,
		    "RFC 7009 2.1: the token was given to another client");
	if ((bad = end_all(request, held.accounts)) != NULL)
		return fault_make(request->arena, FAULT_UNAVAILABLE, "the "
		    "connection is kept in the mailbox, and could not be "
		    "ended there: %s", bad->detail);
	reply_header(request->arena, reply, "Cache-Control", "no-store");
	reply_header(request->arena, reply, "Pragma", "no-cache");
	return NULL;
}
