#include "oauth/connections.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/config.h"
#include "base/fault.h"
#include "mail/card.h"
#include "mail/imap_session.h"
#include "oauth/admission.h"
#include "oauth/apology.h"
#include "oauth/bearer.h"
#include "oauth/client.h"
#include "oauth/connections_page.h"
#include "oauth/form.h"
#include "oauth/mailbox.h"
#include "oauth/personal.h"
#include "oauth/renewal.h"
#include "oauth/session.h"
#include "oauth/sign_in.h"
#include "oauth/switches.h"
#include "oauth/trial.h"
#include "oauth/upstream_sign_in.h"
#include "web/reply.h"
#include "web/serve.h"

static const char	 connections_path[] = "/connections";
static const char	 unnamed_token[] = "Personal token";

static const struct apology	 apologies[] = {
	{ FAULT_ORIGIN, 403, "This form cannot be accepted",
	  "It was not sent by the page this service gave to this browser. "
	  "Allow cookies for this site, open the page again, and start "
	  "anew." },
	{ FAULT_PERMISSION, 403, "You are not let in here",
	  "Whoever runs this service decides who may use it. Sign in to it as "
	  "they told you, or ask them." },
	{ FAULT_NOT_FOUND, 404, "There is nothing here",
	  "The connected agents of your mailbox are at /connections." },
	{ FAULT_INTERNAL, 500, "Something is wrong at this service",
	  "Try again in a few minutes. If it stays, tell whoever runs this "
	  "service." },
	{ FAULT_KINDS, 0, "This request cannot be answered",
	  "Open the page again and start anew." }
};

/* One request being answered. */
struct visit {
	struct request			*request;
	struct reply			*reply;
	const struct authority		*authority;
	struct mailbox_form		 form;
	struct account			 account;
	struct problems			 problems;
	struct connections_page		 page;
};

/* Opens the mailbox and reads the cards; where a grant is named, that one is
 * ended before, "" ends all. */
static const struct fault *
read_cards(struct visit *visit, struct imap *imap, const char *ended,
    size_t *ends)
{
	const struct card_owner	 owner = {
		.keys = visit->authority->keys,
		.issuer = visit->request->config->base_url,
		.account = &visit->account
	};
	struct arena		*arena = visit->request->arena;
	const struct fault	*bad;
	struct card_found	*found = NULL;
	size_t			 i, len, left = 0;

	*ends = 0;
	do {
		bad = card_list(imap, arena, &owner, &found, &len);
		for (i = left = 0; bad == NULL && i < len; i++)
			if (ended != NULL && (ended[0] == '\0' ||
			    text_equal(ended, found[i].card.grant))) {
				bad = card_remove(imap, arena,
				    &found[i].place);
				*ends += bad == NULL;
			} else
				found[left++] = found[i];
	} while (bad == NULL && len == CARD_LIST_MOST && left == 0);
	visit->page.cards = found;
	visit->page.cards_len = left;
	visit->page.listed = bad == NULL;
	if (bad == NULL)
		visit->page.renewed = renewal_read(imap, arena, &owner, found,
		    left);
	return bad;
}

static const struct fault *
visit_mailbox(struct visit *visit, const char *ended, size_t *ends)
{
	struct request		*request = visit->request;
	const struct fault	*bad;
	struct imap		*imap;

	*ends = 0;
	if (request->config->grants_folder == NULL)
		return NULL;
	bad = imap_open(request->arena, &visit->account, request->config,
	    request->deadline, &imap);
	if (bad != NULL)
		return bad;
	imap_begin(imap, request->arena, request->deadline);
	bad = read_cards(visit, imap, ended, ends);
	imap_close(imap);
	return bad;
}

static const struct fault *
write_page(struct visit *visit)
{
	visit->page.problems = &visit->problems;
	return connections_page_write(visit->request, visit->reply,
	    &visit->page);
}

/* Shows the page for signing in, with what is wrong. */
static const struct fault *
ask_to_sign_in(struct visit *visit, const struct mailbox_form *form)
{
	visit->page.account = NULL;
	visit->page.form = form;
	return write_page(visit);
}

/* Shows the mailbox's connections; one whose password is no good any more is
 * signed out. */
static const struct fault *
show_mailbox(struct visit *visit, const char *ended)
{
	const struct fault	*bad;
	struct problem		*problem;
	size_t			 ends;

	bad = visit_mailbox(visit, ended, &ends);
	if (bad != NULL) {
		problem = mailbox_problem(&visit->problems, NULL,
		    bad->kind == FAULT_LOGIN ? session_lost(&visit->account) :
		    "Your mailbox cannot be looked into just now.");
		problem->said = bad->detail;
		problem->advice = bad->hint;
	}
	if (bad != NULL && bad->kind == FAULT_LOGIN) {
		session_end(visit->request, visit->reply);
		return ask_to_sign_in(visit, NULL);
	}
	if (ended != NULL && bad == NULL)
		visit->page.note = ends == 0 ? "That agent was disconnected "
		    "already." : ends == 1 ? "One agent was disconnected." :
		    text_format(visit->request->arena,
		    "%zu agents were disconnected.", ends);
	return write_page(visit);
}

static const struct fault *
sign_in(struct visit *visit)
{
	const struct fault	*bad;

	bad = sign_in_run(visit->request, visit->reply, NULL, &visit->form,
	    &visit->problems);
	if (bad != NULL)
		return bad;
	if (visit->problems.len > 0)
		return ask_to_sign_in(visit, &visit->form);
	sign_in_lead(visit->request, visit->reply, connections_path);
	return NULL;
}

static const struct fault *
leave(struct visit *visit)
{
	const struct fault	*bad;

	bad = sign_in_leave(visit->request, visit->reply, connections_path,
	    &visit->form, &visit->problems);
	return bad != NULL || visit->problems.len == 0 ? bad :
	    ask_to_sign_in(visit, &visit->form);
}

static const struct fault *
sign_out(struct visit *visit)
{
	session_end(visit->request, visit->reply);
	sign_in_lead(visit->request, visit->reply, connections_path);
	return NULL;
}

static const struct fault *
disconnect_all(struct visit *visit)
{
	return show_mailbox(visit, "");
}

static const struct fault *
test_servers(struct visit *visit)
{
	struct problems	*trial;

	trial = arena_take(visit->request->arena, sizeof(*trial));
	trial_run(visit->request, &visit->account, trial);
	visit->page.trial = trial;
	return show_mailbox(visit, NULL);
}

/* The account with what was switched on; sending is tried only for a token
 * that may send. */
static void
read_switches(struct visit *visit, struct account *account)
{
	const struct client	 nobody = { .kind = CLIENT_DYNAMIC };
	const struct making	 making = {
		visit->request->arena, visit->request->config, &nobody,
		&visit->form, account, &visit->problems
	};
	size_t			 i;

	account->scopes = account->ask_first = (struct texts){ NULL, 0 };
	switches_read(&making);
	if (!texts_have(account->scopes, "mail:send"))
		account->smtp.at = NULL;
	if (visit->problems.len == 0)
		trial_run(visit->request, account, &visit->problems);
	for (i = 0; i < visit->problems.len; i++)
		if (visit->problems.at[i].said != NULL)
			visit->problems.at[i].field = NULL;
}

static const struct fault *
make_token(struct visit *visit)
{
	const struct fault	*bad = NULL;
	struct account		 account = visit->account;
	struct personal		 personal = { .account = &account };

	personal.name = client_name(visit->request->arena,
	    visit->form.label == NULL ? unnamed_token : visit->form.label);
	if (personal.name == NULL)
		personal.name = unnamed_token;
	personal.ends = switches_read_end(&visit->form, &visit->problems);
	read_switches(visit, &account);
	if (visit->problems.len == 0) {
		bad = personal_make(visit->request, &personal,
		    &visit->page.token);
		if (bad != NULL)
			mailbox_problem(&visit->problems, NULL,
			    "No token was made.")->said = bad->detail;
	}
	if (visit->problems.len > 0)
		visit->page.form = &visit->form;
	return show_mailbox(visit, NULL);
}

/* What the buttons of the page do. */
static const struct {
	const char		*decision;
	bool			 outside;	/* nobody is signed in */
	const struct fault	*(*answer)(struct visit *visit);
} buttons[] = {
	{ sign_in_button, true, sign_in },
	{ "sign-out", false, sign_out },
	{ "disconnect-all", false, disconnect_all },
	{ "test", false, test_servers },
	{ "token", false, make_token }
};

static const struct fault *
press(struct visit *visit, bool signed_in)
{
	size_t	 i;

	if (upstream_is_pressed(&visit->form))
		return leave(visit);
	if (signed_in && visit->form.remove != NULL)
		return show_mailbox(visit, visit->form.remove);
	for (i = 0; i < sizeof(buttons) / sizeof(buttons[0]); i++) {
		if (!mailbox_decides(&visit->form, buttons[i].decision))
			continue;
		if (buttons[i].outside || signed_in)
			return buttons[i].answer(visit);
		break;
	}
	if (signed_in)
		return fault_make(visit->request->arena, FAULT_REQUEST,
		    "decision is none that the page offers");
	mailbox_problem(&visit->problems, NULL,
	    "You were signed out meanwhile: sign in again.");
	return ask_to_sign_in(visit, NULL);
}

static bool
start(struct visit *visit, struct request *request, struct reply *reply)
{
	visit->request = request;
	visit->reply = reply;
	visit->authority = request->process;
	if (!session_read(request, visit->authority, &visit->account))
		return false;
	visit->page.account = &visit->account;
	return true;
}

const struct fault *
connections_ask(struct request *request, struct reply *reply)
{
	const struct fault	*bad;
	struct visit		 visit = { .request = request };

	if ((bad = admission_check(request)) != NULL)
		return bad;
	return start(&visit, request, reply) ? show_mailbox(&visit, NULL) :
	    ask_to_sign_in(&visit, NULL);
}

const struct fault *
connections_answer(struct request *request, struct reply *reply)
{
	const struct fault	*bad;
	struct visit		 visit = { .request = request };
	bool			 late, signed_in;

	if ((bad = admission_check(request)) != NULL)
		return bad;
	signed_in = start(&visit, request, reply);
	bad = field_read_form(request->arena, mailbox_rows, request->form,
	    &visit.form);
	if (bad == NULL)
		bad = form_check(request, visit.authority,
		    visit.form.request, &late);
	if (bad != NULL)
		return bad;
	if (!late)
		return press(&visit, signed_in);
	mailbox_problem(&visit.problems, NULL, "This page was open for so "
	    "long that it has to be sent once more.");
	return signed_in ? show_mailbox(&visit, NULL) :
	    ask_to_sign_in(&visit, &visit.form);
}

void
connections_explain(struct request *request, struct reply *reply,
    const struct fault *fault)
{
	apology_write(request, reply, apologies, fault);
}
