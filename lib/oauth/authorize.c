#include "oauth/authorize.h"

#include "base/arena.h"
#include "base/fault.h"
#include "data/url.h"
#include "mail/account.h"
#include "mail/imap_session.h"
#include "mail/signature.h"
#include "oauth/asked.h"
#include "oauth/bearer.h"
#include "oauth/code.h"
#include "oauth/consent.h"
#include "oauth/document.h"
#include "oauth/form.h"
#include "oauth/keep.h"
#include "oauth/mailbox.h"
#include "oauth/redirect.h"
#include "oauth/trial.h"
#include "web/page.h"
#include "web/policy.h"
#include "web/reply.h"
#include "web/route.h"
#include "web/serve.h"

/* What to tell a person who can't be sent back; the last row is for all
 * else. */
struct words {
	enum fault_kind	 kind;
	int		 status;
	const char	*title;
	const char	*advice;
};

static const struct words	 words[] = {
	{ FAULT_CLIENT, 400, "This agent is not known here",
	  "Its registration does not belong to this service, or is no longer "
	  "valid. Remove the connection in your agent and add it again." },
	{ FAULT_METADATA, 400, "This agent could not be recognised",
	  "It describes itself on a page of its own, which could not be read "
	  "or is not as it must be. Nothing was sent, and you need not do "
	  "anything; you can try again later." },
	{ FAULT_REDIRECT, 400, "This request cannot be trusted",
	  "It would send the answer to an address that the agent has not "
	  "registered. Nothing was sent, and you need not do anything." },
	{ FAULT_ORIGIN, 403, "This form cannot be accepted",
	  "It was not sent by the page this service gave to this browser. "
	  "Allow cookies for this site, go back to your agent, and start the "
	  "connection again." },
	{ FAULT_NOT_FOUND, 404, "There is nothing here",
	  "Start the connection in your agent; it will bring you to the right "
	  "page." },
	{ FAULT_INTERNAL, 500, "Something is wrong at this service",
	  "Try again in a few minutes. If it stays, tell whoever runs this "
	  "service." },
	{ FAULT_KINDS, 0, "This request cannot be answered",
	  "Go back to your agent and start the connection again." }
};

/* One request being answered. */
struct answering {
	struct request		*request;
	struct reply		*reply;
	const struct authority	*authority;
	const char		*known;		/* mailbox_form's client */
	struct asked		 asked;
	struct mailbox_form	 form;
	struct problems		 problems;
};

/* Reads the query. *done: an error went back to the client already. */
static const struct fault *
read_asked(struct answering *answering, bool *done)
{
	const struct fault	*bad;
	struct request		*request = answering->request;

	answering->authority = request->process;
	bad = asked_read(request->arena, answering->authority,
	    request->query, answering->known, &answering->asked);
	*done = bad != NULL && answering->asked.redirect != NULL;
	if (*done)
		redirect_fault(request, answering->reply, &answering->asked,
		    bad);
	return *done ? NULL : bad;
}

static const struct fault *
show(struct answering *answering, const struct mailbox_form *form)
{
	const struct fault	*bad;
	struct consent		 consent = {
		.asked = &answering->asked, .form = form,
		.problems = &answering->problems
	};

	bad = form_seal(answering->request, answering->reply,
	    answering->authority, &consent.sealed);
	if (bad == NULL && answering->asked.client.kind == CLIENT_DOCUMENT)
		bad = document_seal(answering->request->arena,
		    answering->authority, &answering->asked.client,
		    answering->asked.redirect, &consent.document);
	if (bad != NULL)
		return bad;
	return consent_write(answering->request, answering->reply, &consent);
}

const struct fault *
authorize_ask(struct request *request, struct reply *reply)
{
	const struct fault	*bad;
	struct answering	 answering = {
		.request = request, .reply = reply
	};
	bool			 done;

	if ((bad = read_asked(&answering, &done)) != NULL || done)
		return bad;
	return show(&answering, NULL);
}

/* The query alone says what is asked: a body that says so too is a trap. */
static const struct fault *
refuse_mixture(struct request *request)
{
	static const char *const	 ours[] = {
		"client_id", "redirect_uri", "state", "response_type",
		"code_challenge", "code_challenge_method", "resource"
	};
	size_t	 i, k;

	for (i = 0; i < request->form.len; i++)
		for (k = 0; k < sizeof(ours) / sizeof(ours[0]); k++)
			if (text_equal(request->form.at[i].name, ours[k]))
				return fault_make(request->arena,
				    FAULT_REQUEST, "%s belongs into the "
				    "address, not into the form", ours[k]);
	return NULL;
}

static const struct fault *
read_form(struct answering *answering, bool *late)
{
	const struct fault	*bad;
	struct request		*request = answering->request;

	if ((bad = refuse_mixture(request)) != NULL)
		return bad;
	bad = field_read_form(request->arena, mailbox_rows, request->form,
	    &answering->form);
	if (bad != NULL)
		return bad;
	return form_check(request, answering->authority,
	    answering->form.request, late);
}

/* Keeps the signature that was typed, in the mailbox that proved to open. */
static const struct fault *
keep_signature(struct answering *answering, const struct account *account)
{
	const struct fault	*bad;
	struct request		*request = answering->request;
	struct imap		*imap;

	bad = imap_open(request->arena, account, request->config,
	    request->deadline, &imap);
	if (bad != NULL)
		return bad;
	imap_begin(imap, request->arena, request->deadline);
	bad = signature_keep(imap, request->arena, answering->authority->keys,
	    account, answering->form.signature);
	imap_close(imap);
	return bad;
}

/* What could not be kept hinders nobody: the person is told so on a page that
 * leads on, where the way back is one that a page may lead to. */
static const struct fault *
answer_code(struct answering *answering, const struct account *account,
    const char *code, const char *trouble)
{
	const struct fault	*bad;
	struct request		*request = answering->request;
	const char		*signature = answering->form.signature;
	struct page		*page;
	struct url		 url = { 0 };

	bad = signature == NULL || text_is_empty(text_trim(request->arena,
	    signature)) ? NULL : keep_signature(answering, account);
	url_read(request->arena, answering->asked.redirect, &url);
	if ((bad == NULL && trouble == NULL) ||
	    !text_starts(url.scheme, "http")) {
		redirect_code(request, answering->reply, &answering->asked,
		    code);
		return NULL;
	}
	page = page_open(request->arena, "error");
	page_set(page, "BASE", route_base(request->config));
	page_set(page, "TITLE", bad != NULL ?
	    "Connected, without the signature" :
	    "Connected, without a message in your mailbox");
	page_set(page, "ADVICE", text_format(request->arena, "%s%s%s%s",
	    trouble == NULL ? "" : trouble, bad == NULL ? "" : " Your mailbox "
	    "is connected, but it did not take the signature: ",
	    bad == NULL ? "" : bad->detail, bad == NULL ? "" :
	    ". You can connect once more to try again."));
	page_set(page_show(page, "ONWARD"), "URL",
	    redirect_code_url(request, &answering->asked, code));
	policy_apply(request, answering->reply, NULL);
	answering->reply->content_type = "text/html; charset=utf-8";
	return page_write(page, &answering->reply->body);
}

static const struct fault *
grant(struct answering *answering, struct account *account)
{
	const struct fault	*bad;
	struct request		*request = answering->request;
	struct asked		*asked = &answering->asked;
	struct code_claims	 claims = {
		.client = client_binding(request->arena, &asked->client),
		.redirect = client_hash(request->arena, asked->redirect),
		.challenge = asked->challenge,
		.refresh = asked->client.refresh,
		.scopes = account->scopes,
		.accounts = { account, 1 }
	};
	const char		*code, *trouble;

	keep_grant(request, asked, &claims, &trouble);
	bad = code_seal(request->arena, answering->authority, &claims, &code);
	if (bad == NULL)
		return answer_code(answering, account, code, trouble);
	keep_undo(request, &claims);
	if (bad->kind != FAULT_LIMIT)
		return bad;
	mailbox_problem(&answering->problems, "username",
	    "What you typed is too long to be sealed into a key.");
	return show(answering, &answering->form);
}

static const struct fault *
connect_mailbox(struct answering *answering)
{
	struct request	*request = answering->request;
	struct account	 account;

	mailbox_read(request->arena, request->config,
	    &answering->asked.client, &answering->form, &account,
	    &answering->problems);
	if (answering->problems.len == 0)
		trial_run(request, &account, &answering->problems);
	if (answering->problems.len > 0) {
		answering->reply->fault = "sign_in_refused";
		return show(answering, &answering->form);
	}
	return grant(answering, &account);
}

const struct fault *
authorize_answer(struct request *request, struct reply *reply)
{
	const struct fault	*bad;
	struct answering	 answering = {
		.request = request, .reply = reply
	};
	bool			 done, late;

	answering.known = form_value(request, "document");
	if ((bad = read_asked(&answering, &done)) != NULL || done)
		return bad;
	if ((bad = read_form(&answering, &late)) != NULL)
		return bad;
	if (mailbox_decides(&answering.form, mailbox_deny)) {
		redirect_fault(request, reply, &answering.asked,
		    fault_make(request->arena, FAULT_DENIED,
		    "the owner of the mailbox did not consent"));
		return NULL;
	}
	/* Enter sends the form without a button in some browsers. */
	if (answering.form.decision != NULL &&
	    !mailbox_decides(&answering.form, mailbox_allow) &&
	    !mailbox_decides(&answering.form, mailbox_without_sending))
		return fault_make(request->arena, FAULT_REQUEST,
		    "decision is none that the page offers");
	if (!late)
		return connect_mailbox(&answering);
	mailbox_problem(&answering.problems, NULL, "This page was open for "
	    "so long that it has to be sent once more.");
	return show(&answering, &answering.form);
}

static const struct words *
find_words(enum fault_kind kind)
{
	const struct words	*row;

	for (row = words; row->kind != FAULT_KINDS; row++)
		if (row->kind == kind)
			break;
	return row;
}

void
authorize_explain(struct request *request, struct reply *reply,
    const struct fault *fault)
{
	const struct words	*row;
	struct page		*page;

	row = find_words(fault->kind);
	if (row->status != 0)
		reply->status = row->status;
	page = page_open(request->arena, "error");
	page_set(page, "BASE", route_base(request->config));
	page_set(page, "TITLE", row->title);
	page_set(page, "ADVICE", row->advice);
	if (fault->kind != FAULT_INTERNAL)
		page_set(page_show(page, "DETAIL"), "DETAIL_TEXT",
		    fault->detail);
	policy_apply(request, reply, NULL);
	reply->content_type = "text/html; charset=utf-8";
	if (page_write(page, &reply->body) == NULL)
		return;
	buf_cut(&reply->body, 0);
	reply->content_type = "text/plain; charset=utf-8";
	buf_format(&reply->body, "%s.\n%s\n", row->title, row->advice);
}
