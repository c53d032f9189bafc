#include "oauth/revoke.h"

#include "base/arena.h"
#include "base/fault.h"
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

static struct held
find_grant(struct request *request, const char *token)
{
	struct access		 access = { .client = NULL };
	struct refresh_claims	 refresh = { .client = NULL };

	if (token_open(request->arena, request->process, &access_sort, token,
	    &access) == NULL)
		return (struct held){ access.client, access.accounts };
	if (refresh_open(request, token, &refresh) == NULL)
		return (struct held){ refresh.client, refresh.accounts };
	return (struct held){ .client = NULL };
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

const struct fault *
revoke_answer(struct request *request, struct reply *reply)
{
	const struct fault	*bad;
	struct client		 client;
	struct form		 form = { .token = NULL };
	struct held		 held;

	if ((bad = read_form(request, &form)) != NULL ||
	    (bad = authenticate(request, form.client_id, form.client_secret,
	    &client)) != NULL)
		return bad;
	held = find_grant(request, form.token);
	if (held.client != NULL && !text_equal(held.client, client_binding(
	    request->arena, &client)))
		return fault_make(request->arena, FAULT_GRANT,
		    "RFC 7009 2.1: the token was given to another client");
	if ((bad = upstream_renew(request, &held.accounts)) != NULL ||
	    (bad = keep_revoke(request, held.accounts)) != NULL)
		return fault_make(request->arena, FAULT_UNAVAILABLE, "the "
		    "connection is kept in the mailbox, and could not be "
		    "ended there: %s", bad->detail);
	reply_header(request->arena, reply, "Cache-Control", "no-store");
	reply_header(request->arena, reply, "Pragma", "no-cache");
	return NULL;
}
