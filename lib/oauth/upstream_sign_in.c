#include "oauth/upstream_sign_in.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "crypt/digest.h"
#include "data/base64.h"
#include "data/url.h"
#include "oauth/bearer.h"
#include "oauth/client.h"
#include "oauth/form.h"
#include "oauth/kept.h"
#include "oauth/mailbox.h"
#include "oauth/person.h"
#include "oauth/sender.h"
#include "oauth/switches.h"
#include "oauth/upstream.h"
#include "oauth/upstream_person.h"
#include "web/page.h"
#include "web/policy.h"
#include "web/route.h"
#include "web/serve.h"

enum {
	RANDOM_BYTES = 32,
	MINUTE_SECONDS = 60,
	STATE_CHARS = 5500	/* with a provider's code behind it, a request
				 * line stays below the usual 8 KB */
};

const char	 upstream_button[] = "upstream-";

static const char	 send_scope[] = "mail:send";

/* What of the form a person chose, and is to find again. */
static const struct field	 chosen_rows[] = {
	{ FIELD_AS(struct mailbox_form, label, "l") },
	{ FIELD_AS(struct mailbox_form, name, "n") },
	{ FIELD_AS(struct mailbox_form, aliases, "al") },
	{ FIELD_AS(struct mailbox_form, signature, "g") },
	{ FIELD_AS(struct mailbox_form, signature_html, "h") },
	{ FIELD_AS(struct mailbox_form, scope, "s") },
	{ FIELD_AS(struct mailbox_form, ask, "q") },
	{ FIELD_AS(struct mailbox_form, folders, "f") },
	{ FIELD_AS(struct mailbox_form, recipients, "r") },
	{ FIELD_AS(struct mailbox_form, lasts, "t") },
	{ FIELD_AS(struct mailbox_form, replaces, "rp") },
	{ FIELD_AS(struct mailbox_form, kept, "k") },
	{ FIELD_END }
};

struct pending {
	struct token_base	 base;
	const char		*upstream;
	const char		*binding;	/* form_binding */
	const char		*page;
	const char		*query;
	const char		*verifier;
	const char		*nonce;
	struct object		 form;
};

static const struct field	 pending_rows[] = {
	TOKEN_BASE_ROWS,
	{ FIELD_AS(struct pending, upstream, "us"), .required = true },
	{ FIELD_AS(struct pending, binding, "b"), .required = true },
	{ FIELD_AS(struct pending, page, "p") },
	{ FIELD_AS(struct pending, query, "q") },
	{ FIELD_AS(struct pending, verifier, "v"), .required = true },
	{ FIELD_AS(struct pending, nonce, "no"), .required = true },
	{ FIELD_AS(struct pending, form, "f"), .rows = chosen_rows,
	  .size = sizeof(struct mailbox_form) },
	{ FIELD_END }
};

static const struct token_sort	 pending_sort = {
	TOKEN_STATE, pending_rows
};

/* RFC 6749 4.1.2, RFC 9207 2. */
struct answer {
	const char	*state;
	const char	*code;
	const char	*iss;
	const char	*error;
};

static const struct field	 answer_rows[] = {
	{ FIELD(struct answer, state) },
	{ FIELD(struct answer, code) },
	{ FIELD(struct answer, iss) },
	{ FIELD(struct answer, error) },
	{ FIELD_END }
};

bool
upstream_is_pressed(const struct mailbox_form *form)
{
	return form->decision != NULL &&
	    text_starts(form->decision, upstream_button);
}

static const char *
callback(const struct request *request)
{
	return text_format(request->arena, "%s/oauth/upstream",
	    request->config->base_url);
}

static const char *
random_text(struct arena *arena)
{
	return base64_write_url(arena, digest_random(arena, RANDOM_BYTES));
}

static const struct mail_server *
server(struct arena *arena, const char *host, int64_t port, enum tls_mode tls)
{
	struct mail_server	*made = arena_take(arena, sizeof(*made));

	*made = (struct mail_server){ .host = host, .port = port,
	    .tls = (int64_t)tls, .named = true };
	return made;
}

/* Notes what is wrong with what was chosen for this provider's mailbox. Its
 * servers are as given as those of a client_id that names them. */
static void
read_chosen(struct request *request, const struct upstream *upstream,
    const struct mailbox_form *form, struct account *account,
    struct problems *problems)
{
	struct client		 client = { .id = NULL };
	const struct making	 making = {
		.arena = request->arena, .config = request->config,
		.client = &client, .form = form, .account = account,
		.problems = problems
	};

	client.imap.at = server(request->arena, upstream->imap_host,
	    upstream->imap_port, upstream->imap_tls);
	if (upstream->smtp_host != NULL)
		client.smtp.at = server(request->arena, upstream->smtp_host,
		    upstream->smtp_port, upstream->smtp_tls);
	sender_read(&making);
	switches_read(&making);
	account->imap = client.imap;
	if (texts_have(account->scopes, send_scope))
		account->smtp = client.smtp;
}

/* The address of the provider's page, OpenID Connect Core 3.1.2.1. */
static const char *
address_of_page(struct request *request, const struct upstream *upstream,
    const char *endpoint, const struct pending *pending, const char *state)
{
	struct arena	*arena = request->arena;
	const char	*challenge, *url = endpoint;
	const struct mailbox_form *form = pending->form.at;
	size_t		 i;

	challenge = base64_write_url(arena, digest(arena, DIGEST_SHA256,
	    bytes_of(pending->verifier)));
	const struct pair	 pairs[] = {
		{ "response_type", "code" },
		{ "client_id", upstream->client_id },
		{ "redirect_uri", callback(request) },
		{ "scope", upstream->scope },
		{ "nonce", pending->nonce },
		{ "code_challenge", challenge },
		{ "code_challenge_method", "S256" },
		{ "login_hint", person_address(arena, form->username) },
		{ "state", state }
	};

	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (pairs[i].value != NULL)
			url = url_add(arena, url, pairs[i].name,
			    pairs[i].value);
	return upstream->more == NULL ? url :
	    text_format(arena, "%s&%s", url, upstream->more);
}

/* A page and no redirect: Chromium would ask our form-action for the leave of
 * every address that the provider leads through. */
static const struct fault *
go_on(struct request *request, struct reply *reply,
    const struct upstream *upstream, const char *url)
{
	struct page	*page = page_open(request->arena, "onward");

	page_set(page, "BASE", route_base(request->config));
	page_set(page, "LABEL", upstream->label);
	page_set(page, "URL", url);
	policy_apply(request, reply, NULL);
	reply->content_type = "text/html; charset=utf-8";
	return page_write(page, &reply->body);
}

static const struct fault *
seal(struct request *request, const struct upstream *upstream,
    struct pending *pending, const char **state)
{
	const struct fault	*bad;

	pending->base.expires = clock_now() +
	    UPSTREAM_MINUTES * MINUTE_SECONDS;
	pending->upstream = upstream->name;
	pending->binding = form_binding(request);
	pending->query = request->query_text;
	pending->verifier = random_text(request->arena);
	pending->nonce = random_text(request->arena);
	bad = token_seal(request->arena, request->process, &pending_sort,
	    pending, state);
	if (bad == NULL && strlen(*state) > STATE_CHARS)
		bad = fault_make(request->arena, FAULT_LIMIT,
		    "the state would have %zu characters", strlen(*state));
	return bad;
}

const struct fault *
upstream_leave(struct request *request, struct reply *reply,
    const char *page, const struct mailbox_form *form,
    struct problems *problems)
{
	const struct upstream	*upstream;
	const struct fault	*bad;
	struct account		 account = { 0 };
	struct upstream_place	 place;
	struct pending		 pending = { .page = page, .form = { form } };
	const char		*state;

	upstream = config_upstream(request->config,
	    form->decision + strlen(upstream_button));
	if (upstream == NULL)
		return fault_make(request->arena, FAULT_REQUEST,
		    "decision is none that the page offers");
	read_chosen(request, upstream, form, &account, problems);
	(void)switches_read_end(form, problems);
	if (problems->len > 0)
		return NULL;
	if ((bad = seal(request, upstream, &pending, &state)) != NULL) {
		mailbox_problem(problems, NULL, text_format(request->arena,
		    "This is too much to take along to %s: sign in there "
		    "first, and add the other mailboxes then.",
		    upstream->label));
		return bad->kind == FAULT_LIMIT ? NULL : bad;
	}
	if ((bad = upstream_find(request, upstream, &place)) != NULL) {
		mailbox_problem(problems, NULL, text_format(request->arena,
		    "%s cannot be reached now. Try again in a few minutes.",
		    upstream->label))->said = bad->detail;
		return NULL;
	}
	return go_on(request, reply, upstream, address_of_page(request,
	    upstream, place.authorization_endpoint, &pending, state));
}

static const struct fault *
refuse(struct request *request)
{
	return fault_make(request->arena, FAULT_ORIGIN,
	    "the answer of the sign-in was not asked for in this browser, or "
	    "more than %d minutes ago", UPSTREAM_MINUTES);
}

const struct fault *
upstream_come(struct request *request, struct upstream_return *back)
{
	const struct fault	*bad;
	struct answer		 answer = { 0 };
	struct pending		 pending = { 0 };
	const char		*binding;

	bad = field_read_form(request->arena, answer_rows, request->query,
	    &answer);
	if (bad != NULL)
		return bad;
	if (answer.state == NULL || token_open(request->arena,
	    request->process, &pending_sort, answer.state, &pending) != NULL ||
	    !request_resume(request, pending.query == NULL ? "" :
	    pending.query))
		return refuse(request);
	binding = form_binding(request);
	if (binding == NULL || !bytes_equal_secret(bytes_of(binding),
	    bytes_of(pending.binding)))
		return refuse(request);
	*back = (struct upstream_return){
		.upstream = config_upstream(request->config,
		    pending.upstream),
		.page = pending.page,
		.verifier = pending.verifier, .nonce = pending.nonce,
		.code = answer.code, .iss = answer.iss,
		.error = answer.error
	};
	if (pending.form.at != NULL)
		back->form = *(const struct mailbox_form *)pending.form.at;
	return back->upstream != NULL ? NULL : refuse(request);
}

/* RFC 9207 2.4; else whoever answers could be another. */
static const char *
check_issuer(const struct upstream_return *back,
    const struct upstream_place *place)
{
	if (back->iss == NULL)
		return place->authorization_response_iss_parameter_supported ?
		    "it did not say who it is" : NULL;
	if (text_equal(back->iss, place->issuer) ||
	    strchr(place->issuer, '{') != NULL)
		return NULL;
	return "another issuer answered";
}

/* The tokens for a code. */
static const struct fault *
ask(struct request *request, const struct upstream_return *back,
    const struct upstream_place *place, struct upstream_tokens *tokens)
{
	const struct fault	*bad;
	struct pair		 pairs[] = {
		{ "grant_type", "authorization_code" },
		{ "code", back->code },
		{ "redirect_uri", callback(request) },
		{ "code_verifier", back->verifier }
	};
	const char		*why;

	why = check_issuer(back, place);
	if (why == NULL && text_is_empty(back->code))
		why = "it sent no code";
	if (why != NULL)
		return fault_make(request->arena, FAULT_DENIED, "%s: %s",
		    back->upstream->label, why);
	bad = upstream_ask(request, place, (struct pairs){ pairs,
	    sizeof(pairs) / sizeof(pairs[0]) }, tokens);
	if (bad != NULL)
		return bad;
	return tokens->refresh_token != NULL ? NULL : fault_make(
	    request->arena, FAULT_DENIED, "%s: it gave no refresh token",
	    back->upstream->label);
}

static void
make_account(struct request *request, const struct upstream_return *back,
    const struct upstream_tokens *tokens, struct kept *kept)
{
	const struct upstream	*upstream = back->upstream;
	struct account		*account = &kept->account;

	account->username = account->address;
	account->upstream = upstream->name;
	account->bearer = tokens->access_token;
	account->bearer_ends = tokens->ends;
	account->renewal = tokens->refresh_token;
	kept->signature = sender_signature(request->arena, &back->form);
}

static void
tell(struct request *request, const struct upstream_return *back,
    const struct fault *bad, struct problems *problems)
{
	const char	*label = back->upstream->label;
	struct problem	*problem;

	problem = mailbox_problem(problems, NULL, text_format(request->arena,
	    bad->kind == FAULT_UNAVAILABLE ?
	    "%s could not complete the sign-in now." :
	    "%s did not complete the sign-in.", label));
	problem->said = bad->detail;
	problem->advice = "Try again, or tell whoever runs this service.";
}

void
upstream_finish(struct request *request, const struct upstream_return *back,
    struct kept *kept, struct problems *problems)
{
	const struct fault	*bad;
	struct upstream_place	 place;
	struct upstream_tokens	 tokens = { 0 };

	if (back->error != NULL) {
		mailbox_problem(problems, NULL, text_format(request->arena,
		    text_equal(back->error, "access_denied") ?
		    "At %s you did not allow it." :
		    "%s did not sign you in.",
		    back->upstream->label))->advice = "You can try again, or "
		    "use a password.";
		return;
	}
	if ((bad = upstream_find(request, back->upstream, &place)) != NULL ||
	    (bad = ask(request, back, &place, &tokens)) != NULL ||
	    (bad = upstream_person(request, &place, &tokens, back->nonce,
	    &kept->account.address)) != NULL) {
		tell(request, back, bad, problems);
		return;
	}
	read_chosen(request, back->upstream, &back->form, &kept->account,
	    problems);
	if (problems->len == 0)
		make_account(request, back, &tokens, kept);
}
