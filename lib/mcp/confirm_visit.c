#include "mcp/confirm_visit.h"

#include "base/buf.h"
#include "base/fault.h"
#include "mail/account.h"
#include "mcp/confirm_act.h"
#include "mcp/confirm_link.h"
#include "mcp/confirm_page.h"
#include "oauth/admission.h"
#include "oauth/apology.h"
#include "oauth/form.h"
#include "oauth/mailbox.h"
#include "oauth/session.h"
#include "oauth/sign_in.h"
#include "oauth/upstream_sign_in.h"
#include "web/reply.h"
#include "web/serve.h"

enum { GONE = 410, CONFLICT = 409 };	/* HTTP */

/* Of links. */
static const struct apology	 apologies[] = {
	{ FAULT_KINDS, GONE, "This link is over, or not from here",
	  "A link holds for ten minutes, and only as it was given. Nothing was "
	  "done. Ask your agent to do it again: it will give you a new one." }
};

/* One request being answered. */
struct visit {
	struct request		*request;
	struct reply		*reply;
	struct mailbox_form	 form;
	struct account		 account;
	struct problems		 problems;
	struct confirm_link	 link;
	struct confirm_view	 view;
	struct confirm_outcome	 outcome;
	struct confirm_page	 page;
};

static const struct fault *
write_page(struct visit *visit)
{
	visit->page.link = &visit->link;
	visit->page.problems = &visit->problems;
	return confirm_page_write(visit->request, visit->reply, &visit->page);
}

/* A fault of the mailbox or the link, told on the page. */
static const struct fault *
tell(struct visit *visit, const struct fault *bad)
{
	visit->reply->status = bad->kind == FAULT_CHANGED ? CONFLICT :
	    fault_voice(bad->kind)->status;
	visit->reply->fault = fault_voice(bad->kind)->code;
	visit->page.bad = bad;
	return write_page(visit);
}

/* The token of the query; the form goes to the same address. */
static const char *
find_token(const struct request *request)
{
	size_t	 i;

	for (i = 0; i < request->query.len; i++)
		if (text_equal(request->query.at[i].name, "link"))
			return request->query.at[i].value;
	return "";
}

/* Reads the link, and who is signed in.  *done: the answer is written. */
static const struct fault *
start(struct visit *visit, bool *done)
{
	const struct authority	*authority = visit->request->process;
	const struct fault	*bad;

	*done = false;
	if ((bad = admission_check(visit->request)) != NULL)
		return bad;
	bad = confirm_link_open(visit->request->arena, authority,
	    find_token(visit->request), &visit->link);
	*done = bad != NULL;
	if (*done) {
		visit->reply->fault = fault_voice(bad->kind)->code;
		apology_write(visit->request, visit->reply, apologies, bad);
	} else if (session_read(visit->request, authority, &visit->account))
		visit->page.account = &visit->account;
	return NULL;
}

/* Whether somebody is signed in to the mailbox that the link is for. */
static bool
is_owner(const struct visit *visit)
{
	return visit->page.account != NULL &&
	    confirm_link_is_for(visit->request->arena, &visit->link,
	    &visit->account);
}

/* The password of the session holds no more. */
static const struct fault *
ask_again(struct visit *visit)
{
	session_end(visit->request, visit->reply);
	visit->page.account = NULL;
	mailbox_problem(&visit->problems, NULL,
	    session_lost(&visit->account));
	return write_page(visit);
}

static const struct fault *
show(struct visit *visit)
{
	const struct fault	*bad;

	bad = confirm_act_view(visit->request, &visit->account,
	    &visit->link, &visit->view);
	if (bad != NULL)
		return bad->kind == FAULT_LOGIN ? ask_again(visit) :
		    tell(visit, bad);
	visit->page.view = &visit->view;
	return write_page(visit);
}

const struct fault *
confirm_visit_ask(struct request *request, struct reply *reply)
{
	const struct fault	*bad;
	struct visit		 visit = {
		.request = request, .reply = reply
	};
	bool			 done;

	if ((bad = start(&visit, &done)) != NULL || done)
		return bad;
	return is_owner(&visit) ? show(&visit) : write_page(&visit);
}

static const struct fault *
do_it(struct visit *visit)
{
	const struct fault	*bad;

	bad = confirm_act_do(visit->request, &visit->account, &visit->link,
	    &visit->outcome);
	if (bad != NULL)
		return bad->kind == FAULT_LOGIN ? ask_again(visit) :
		    tell(visit, bad);
	visit->page.outcome = &visit->outcome;
	return write_page(visit);
}

static const struct fault *
refuse(struct visit *visit)
{
	const struct fault	*bad;

	bad = confirm_act_refuse(visit->request, &visit->account,
	    &visit->link);
	if (bad != NULL)
		return bad->kind == FAULT_LOGIN ? ask_again(visit) :
		    tell(visit, bad);
	visit->outcome = (struct confirm_outcome){
		.sentence = "Nothing was done, and this link does nothing any "
		    "more."
	};
	if (visit->link.draft.at != NULL)
		visit->outcome.note = "What was written still lies among the "
		    "drafts of your mailbox.";
	visit->page.outcome = &visit->outcome;
	return write_page(visit);
}

static const struct fault *
leave(struct visit *visit)
{
	const struct fault	*bad;

	bad = sign_in_leave(visit->request, visit->reply, "/confirm",
	    &visit->form, &visit->problems);
	return bad != NULL || visit->problems.len == 0 ? bad :
	    write_page(visit);
}

static const struct fault *
sign_in(struct visit *visit)
{
	const struct fault	*bad;

	bad = sign_in_run(visit->request, visit->reply, &visit->link.servers,
	    &visit->form, &visit->problems);
	if (bad != NULL)
		return bad;
	visit->page.form = &visit->form;
	if (visit->problems.len > 0)
		return write_page(visit);
	sign_in_lead(visit->request, visit->reply,
	    text_format(visit->request->arena, "/confirm?%s",
	    visit->request->query_text));
	return NULL;
}

/* What the buttons do. */
static const struct {
	const char		*decision;
	bool			 by_owner;	/* only */
	const struct fault	*(*answer)(struct visit *visit);
} buttons[] = {
	{ sign_in_button, false, sign_in },
	{ "confirm", true, do_it },
	{ "refuse", true, refuse }
};

static const struct fault *
press(struct visit *visit)
{
	size_t	 i;

	if (upstream_is_pressed(&visit->form))
		return leave(visit);
	for (i = 0; i < sizeof(buttons) / sizeof(buttons[0]); i++) {
		if (!mailbox_decides(&visit->form, buttons[i].decision))
			continue;
		if (!buttons[i].by_owner || is_owner(visit))
			return buttons[i].answer(visit);
		mailbox_problem(&visit->problems, NULL, "You were signed out "
		    "meanwhile, and nothing was done: sign in again.");
		return write_page(visit);
	}
	return fault_make(visit->request->arena, FAULT_REQUEST,
	    "decision is none that the page offers");
}

const struct fault *
confirm_visit_answer(struct request *request, struct reply *reply)
{
	const struct fault	*bad;
	struct visit		 visit = {
		.request = request, .reply = reply
	};
	bool			 done, late;

	if ((bad = start(&visit, &done)) != NULL || done)
		return bad;
	bad = field_read_form(request->arena, mailbox_rows, request->form,
	    &visit.form);
	if (bad == NULL)
		bad = form_check(request, request->process,
		    visit.form.request, &late);
	if (bad != NULL)
		return bad;
	/* The link ends before the page is too old. */
	return press(&visit);
}
