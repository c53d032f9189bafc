#include "oauth/sign_in.h"

#include "base/buf.h"
#include "base/config.h"
#include "base/fault.h"
#include "oauth/client.h"
#include "oauth/finding.h"
#include "oauth/kept.h"
#include "oauth/mailbox.h"
#include "oauth/own_page.h"
#include "oauth/scope.h"
#include "oauth/session.h"
#include "oauth/trial.h"
#include "oauth/upstream_sign_in.h"
#include "web/reply.h"
#include "web/serve.h"

enum { SEE_OTHER = 303 };	/* HTTP */

const char	 sign_in_button[] = "sign-in";

/* Whether the mailbox opens. */
static void
try_mailbox(struct request *request, const struct account *account,
    struct problems *problems)
{
	struct account	 reading = *account;

	reading.smtp.at = NULL;
	if (problems->len == 0)
		trial_run(request, &reading, problems);
}

/* Notes what is wrong; without that, the session has begun. */
static const struct fault *
begin(struct request *request, struct reply *reply,
    const struct account *account, struct problems *problems)
{
	const struct fault	*bad;

	try_mailbox(request, account, problems);
	if (problems->len == 0) {
		bad = session_start(request, reply, request->process,
		    account);
		if (bad == NULL || bad->kind != FAULT_LIMIT)
			return bad;
		mailbox_problem(problems, "username", "What you typed, or "
		    "signed in with, is too long.");
	}
	reply->fault = "sign_in_refused";
	return NULL;
}

const struct fault *
sign_in_run(struct request *request, struct reply *reply,
    const struct client *client, struct mailbox_form *form,
    struct problems *problems)
{
	const struct client	 nobody = { .kind = CLIENT_DYNAMIC };
	struct account		 account = { .address = NULL };

	if (client == NULL)
		client = &nobody;
	form->scope = scope_all(request->arena);
	finding_fill(request, client, form, problems);
	if (problems->len == 0)
		mailbox_read(request->arena, request->config, client, form,
		    &account, problems);
	return begin(request, reply, &account, problems);
}

const struct fault *
sign_in_leave(struct request *request, struct reply *reply, const char *page,
    struct mailbox_form *form, struct problems *problems)
{
	const struct mailbox_form	 chosen = {
		.username = form->username, .decision = form->decision,
		.scope = scope_all(request->arena)
	};

	return upstream_leave(request, reply, page, &chosen, problems);
}

static const struct fault *
tell(struct request *request, struct reply *reply,
    const struct problems *problems)
{
	const struct own_page	 own = {
		.name = "connections", .path = "/connections",
		.problems = problems
	};
	const struct fault	*bad;
	struct drawing		*drawing;

	bad = own_page_open(request, reply, &own, &drawing);
	return bad != NULL ? bad : own_page_write(reply, drawing);
}

const struct fault *
sign_in_return(struct request *request, struct reply *reply,
    const struct upstream_return *back)
{
	const struct fault	*bad;
	struct problems		 problems = { .len = 0 };
	struct kept		 kept = { .account = { .address = NULL } };

	upstream_finish(request, back, &kept, &problems);
	bad = begin(request, reply, &kept.account, &problems);
	if (bad != NULL)
		return bad;
	if (problems.len > 0)
		return tell(request, reply, &problems);
	sign_in_lead(request, reply, text_format(request->arena, "%s%s%s",
	    back->page, text_is_empty(request->query_text) ? "" : "?",
	    request->query_text));
	return NULL;
}

void
sign_in_lead(struct request *request, struct reply *reply, const char *path)
{
	reply->status = SEE_OTHER;
	reply_header(request->arena, reply, "Location",
	    text_format(request->arena, "%s%s", request->config->base_url,
	    path));
}
