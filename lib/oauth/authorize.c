#include "oauth/authorize.h"

#include "base/fault.h"
#include "oauth/admission.h"
#include "oauth/agreement.h"
#include "oauth/apology.h"
#include "oauth/asked.h"
#include "oauth/bearer.h"
#include "oauth/consent.h"
#include "oauth/document.h"
#include "oauth/finding.h"
#include "oauth/form.h"
#include "oauth/kept.h"
#include "oauth/mailbox.h"
#include "oauth/redirect.h"
#include "oauth/sender.h"
#include "oauth/sign_in.h"
#include "oauth/switches.h"
#include "oauth/trial.h"
#include "oauth/upstream_sign_in.h"
#include "web/reply.h"
#include "web/serve.h"

/* What to tell a person who can't be sent back. */
static const struct apology	 apologies[] = {
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
	{ FAULT_PERMISSION, 403, "You are not let in here",
	  "Whoever runs this service decides who may use it. Sign in to it as "
	  "they told you, or ask them." },
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
	struct kept_list	 kept;
	int64_t			 ends;		/* of what is granted */
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
		.kept = &answering->kept, .lasts = answering->form.lasts,
		.replaces = answering->form.replaces != NULL,
		.adds = mailbox_adds(&answering->form),
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

	if ((bad = admission_check(request)) != NULL ||
	    (bad = read_asked(&answering, &done)) != NULL || done)
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

/* The mailboxes of the page with the typed one behind them. */
static struct agreement
make_agreement(struct answering *answering)
{
	return (struct agreement){ .request = answering->request,
	    .reply = answering->reply, .asked = &answering->asked,
	    .mailboxes = &answering->kept, .ends = answering->ends,
	    .replaces = answering->form.replaces != NULL };
}

/* Shows the page for one more mailbox, or for what is left after one was
 * removed. */
static const struct fault *
show_next(struct answering *answering)
{
	struct mailbox_form	*form = &answering->form;

	if (form->remove == NULL)
		*form = (struct mailbox_form){ .lasts = form->lasts,
		    .replaces = form->replaces };
	return show(answering, form->remove != NULL ? form : NULL);
}

/* Notes what is wrong with the typed mailbox; else it stands with the
 * others. */
static void
read_mailbox(struct answering *answering)
{
	const struct client	*client = &answering->asked.client;
	struct request		*request = answering->request;
	struct kept		*kept;

	kept = &answering->kept.at[answering->kept.len];
	finding_fill(request, client, &answering->form, &answering->problems);
	if (answering->problems.len > 0)
		return;
	mailbox_read(request->arena, request->config, client,
	    &answering->form, &kept->account, &answering->problems);
	kept_check(request, &answering->kept, &kept->account,
	    &answering->problems);
	if (answering->problems.len == 0)
		trial_run(request, &kept->account, &answering->problems);
	finding_advise(request, client, &answering->form,
	    &answering->problems);
	if (answering->problems.len > 0)
		return;
	kept->signature = sender_signature(request->arena, &answering->form);
	answering->kept.len++;
}

static const struct fault *
connect_mailboxes(struct answering *answering)
{
	const size_t	 before = answering->kept.len;
	struct agreement	 agreement;
	bool		 fits;

	answering->ends = switches_read_end(&answering->form,
	    &answering->problems);
	if (answering->problems.len == 0 && (before == 0 ||
	    !mailbox_is_blank(&answering->form)))
		read_mailbox(answering);
	if (answering->problems.len == 0 && !mailbox_adds(&answering->form))
		kept_renew(answering->request, &answering->kept,
		    &answering->problems);
	agreement = make_agreement(answering);
	fits = answering->problems.len > 0 || agreement_fits(&agreement);
	if (!fits) {
		mailbox_problem(&answering->problems, "username", before > 0 ?
		    "These mailboxes are too much for one connection: leave "
		    "this one out, or its limits and other addresses." :
		    "What you typed is too long to be sealed into a key.");
		answering->kept.len = before;
	}
	if (answering->problems.len > 0) {
		answering->reply->fault = "sign_in_refused";
		return show(answering, &answering->form);
	}
	return mailbox_adds(&answering->form) ? show_next(answering) :
	    agreement_answer(&agreement);
}

/* Goes to the provider whose button was pressed. */
static const struct fault *
leave(struct answering *answering)
{
	const struct fault	*bad;

	if (answering->asked.client.imap.at != NULL)
		return fault_make(answering->request->arena, FAULT_REQUEST,
		    "the agent's registration says which mail server it is");
	bad = upstream_leave(answering->request, answering->reply, NULL,
	    &answering->form, &answering->problems);
	return bad != NULL || answering->problems.len == 0 ? bad :
	    show(answering, &answering->form);
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
	if ((bad = admission_check(request)) != NULL ||
	    (bad = read_asked(&answering, &done)) != NULL || done)
		return bad;
	if ((bad = read_form(&answering, &late)) != NULL)
		return bad;
	if (mailbox_decides(&answering.form, mailbox_deny)) {
		redirect_fault(request, reply, &answering.asked,
		    fault_make(request->arena, FAULT_DENIED,
		    "the owner of the mailbox did not consent"));
		return NULL;
	}
	if (!mailbox_decision_is_known(&answering.form) &&
	    !upstream_is_pressed(&answering.form))
		return fault_make(request->arena, FAULT_REQUEST,
		    "decision is none that the page offers");
	kept_open(request, answering.authority, answering.form.kept,
	    answering.form.remove, &answering.kept, &answering.problems);
	if (late)
		mailbox_problem(&answering.problems, NULL, "This page was "
		    "open for so long that it has to be sent once more.");
	if (answering.problems.len > 0)
		return show(&answering, &answering.form);
	if (answering.form.remove != NULL)
		return show_next(&answering);
	return upstream_is_pressed(&answering.form) ?
	    leave(&answering) : connect_mailboxes(&answering);
}

/* Whether all of them and the one behind them fit into a grant. */
static void
check_fit(struct answering *answering)
{
	struct agreement	 agreement = make_agreement(answering);

	answering->kept.len++;
	if (!agreement_fits(&agreement))
		mailbox_problem(&answering->problems, NULL, "What was given "
		    "for this mailbox is too long to be sealed into a key.");
	answering->kept.len--;
}

/* The provider led back: who signed in there stands with the others. */
static void
take_upstream(struct answering *answering,
    const struct upstream_return *back)
{
	struct request	*request = answering->request;
	struct kept	*kept = &answering->kept.at[answering->kept.len];

	upstream_finish(request, back, kept, &answering->problems);
	if (answering->problems.len == 0)
		kept_check(request, &answering->kept, &kept->account,
		    &answering->problems);
	if (answering->problems.len == 0)
		check_fit(answering);
	if (answering->problems.len == 0)
		trial_run(request, &kept->account, &answering->problems);
	if (answering->problems.len == 0)
		answering->kept.len++;
}

/* Back to the page of the client that asked. */
static const struct fault *
return_to_client(struct request *request, struct reply *reply,
    const struct upstream_return *back)
{
	const struct fault	*bad;
	struct answering	 answering = {
		.request = request, .reply = reply
	};
	bool			 done;

	if ((bad = read_asked(&answering, &done)) != NULL || done)
		return bad;
	answering.form = back->form;
	kept_open(request, answering.authority, back->form.kept, NULL,
	    &answering.kept, &answering.problems);
	if (answering.problems.len == 0)
		take_upstream(&answering, back);
	if (answering.problems.len == 0)
		return show(&answering, NULL);
	reply->fault = "sign_in_refused";
	return show(&answering, &answering.form);
}

const struct fault *
authorize_return(struct request *request, struct reply *reply)
{
	const struct fault	*bad;
	struct upstream_return	 back;

	if ((bad = admission_check(request)) != NULL ||
	    (bad = upstream_come(request, &back)) != NULL)
		return bad;
	return back.page != NULL ? sign_in_return(request, reply, &back) :
	    return_to_client(request, reply, &back);
}

void
authorize_explain(struct request *request, struct reply *reply,
    const struct fault *fault)
{
	apology_write(request, reply, apologies, fault);
}
