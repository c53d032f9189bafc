#include "oauth/asked.h"

#include "base/arena.h"
#include "base/fault.h"
#include "oauth/bearer.h"
#include "oauth/document.h"
#include "oauth/pkce.h"
#include "oauth/resource.h"
#include "oauth/scope.h"

/* Who asks and where the answer goes. */
struct sender {
	const char	*client;
	const char	*redirect;
};

static const struct field	 sender_rows[] = {
	{ FIELD_AS(struct sender, client, "client_id") },
	{ FIELD_AS(struct sender, redirect, "redirect_uri") },
	{ FIELD_END }
};

struct state {
	const char	*state;
};

static const struct field	 state_rows[] = {
	{ FIELD(struct state, state) },
	{ FIELD_END }
};

/* The rest. */
struct wish {
	const char	*response_type;
	const char	*response_mode;
	const char	*challenge;
	const char	*method;
	const char	*scope;
	const char	*prompt;
	const char	*request;
	const char	*request_uri;
	struct texts	 resources;
};

static const struct field	 wish_rows[] = {
	{ FIELD(struct wish, response_type) },
	{ FIELD(struct wish, response_mode) },
	{ FIELD_AS(struct wish, challenge, "code_challenge") },
	{ FIELD_AS(struct wish, method, "code_challenge_method") },
	{ FIELD(struct wish, scope) },
	{ FIELD(struct wish, prompt) },
	{ FIELD(struct wish, request) },
	{ FIELD(struct wish, request_uri) },
	{ FIELD_AS(struct wish, resources, "resource") },
	{ FIELD_END }
};

static const struct fault *
open_client(struct arena *arena, const struct authority *authority,
    const char *id, const char *known, struct client *client)
{
	const struct fault	*bad;

	bad = client_open(arena, authority, id, client);
	if (bad != NULL || client->kind != CLIENT_DOCUMENT ||
	    document_open(arena, authority, known, id, client))
		return bad;
	return document_fetch(arena, authority->config, id, client);
}

static const struct fault *
read_sender(struct arena *arena, const struct authority *authority,
    struct pairs query, const char *known, struct asked *asked)
{
	const struct fault	*bad;
	struct sender		 sender = { 0 };

	if ((bad = field_read_form(arena, sender_rows, query, &sender)) != NULL)
		return bad;
	if (sender.client == NULL)
		return fault_make(arena, FAULT_CLIENT,
		    "client_id is missing");
	bad = open_client(arena, authority, sender.client, known,
	    &asked->client);
	if (bad != NULL)
		return bad;
	return client_redirect(arena, authority->config, &asked->client,
	    sender.redirect, &asked->redirect);
}

static const struct fault *
check_kind(struct arena *arena, const struct wish *wish)
{
	if (wish->request != NULL || wish->request_uri != NULL)
		return fault_make(arena, FAULT_REQUEST_OBJECT,
		    "request and request_uri are not supported");
	if (wish->response_type == NULL)
		return fault_make(arena, FAULT_REQUEST,
		    "response_type is missing");
	if (!text_equal(wish->response_type, "code"))
		return fault_make(arena, FAULT_RESPONSE_TYPE,
		    "response_type must be code");
	if (wish->response_mode != NULL &&
	    !text_equal(wish->response_mode, "query"))
		return fault_make(arena, FAULT_REQUEST,
		    "response_mode must be query");
	if (wish->prompt != NULL && texts_have(text_split(arena,
	    wish->prompt, " "), "none"))
		return fault_make(arena, FAULT_PROMPT,
		    "nobody is ever signed in already");
	return NULL;
}

static const struct fault *
check_resources(struct arena *arena, const struct config *config,
    struct texts resources)
{
	const struct fault	*bad = NULL;
	size_t			 i;

	for (i = 0; i < resources.len && bad == NULL; i++)
		bad = resource_check(arena, config, resources.at[i]);
	return bad;
}

static const struct fault *
check_wish(struct arena *arena, const struct config *config,
    struct pairs query, struct asked *asked)
{
	const struct fault	*bad;
	struct wish		 wish = { 0 };

	asked->scopes = scope_all(arena);
	if ((bad = field_read_form(arena, wish_rows, query, &wish)) != NULL ||
	    (bad = check_kind(arena, &wish)) != NULL ||
	    (bad = pkce_check_challenge(arena, wish.challenge,
	    wish.method)) != NULL ||
	    (bad = scope_ask(arena, wish.scope, &asked->scopes)) != NULL ||
	    (bad = check_resources(arena, config, wish.resources)) != NULL)
		return bad;
	asked->challenge = wish.challenge;
	return NULL;
}

const struct fault *
asked_read(struct arena *arena, const struct authority *authority,
    struct pairs query, const char *known, struct asked *asked)
{
	const struct fault	*bad;
	struct state		 state = { 0 };

	*asked = (struct asked){ 0 };
	bad = read_sender(arena, authority, query, known, asked);
	if (bad != NULL) {
		asked->redirect = NULL;
		return bad;
	}
	bad = field_read_form(arena, state_rows, query, &state);
	if (bad != NULL)
		return bad;
	asked->state = state.state;
	return check_wish(arena, authority->config, query, asked);
}
