#include "oauth/sign_in.h"

#include "base/buf.h"
#include "base/config.h"
#include "base/fault.h"
#include "oauth/client.h"
#include "oauth/mailbox.h"
#include "oauth/scope.h"
#include "oauth/session.h"
#include "oauth/trial.h"
#include "web/reply.h"
#include "web/serve.h"

enum { SEE_OTHER = 303 };	/* HTTP */

const char	 sign_in_button[] = "sign-in";

/* Whether the mailbox opens. */
static void
try_mailbox(struct request *request, struct mailbox_form *form,
    struct account *account, struct problems *problems)
{
	const struct client	 nobody = { .kind = CLIENT_DYNAMIC };
	struct account		 reading;

	form->scope = scope_all(request->arena);
	mailbox_read(request->arena, request->config, &nobody, form, account,
	    problems);
	if (problems->len > 0)
		return;
	reading = *account;
	reading.smtp.at = NULL;
	trial_run(request, &reading, problems);
}

const struct fault *
sign_in_run(struct request *request, struct reply *reply,
    struct mailbox_form *form, struct problems *problems)
{
	const struct fault	*bad;
	struct account		 account = { .address = NULL };

	try_mailbox(request, form, &account, problems);
	if (problems->len == 0) {
		bad = session_start(request, reply, request->process,
		    &account);
		if (bad == NULL || bad->kind != FAULT_LIMIT)
			return bad;
		mailbox_problem(problems, "username",
		    "What you typed is too long.");
	}
	reply->fault = "sign_in_refused";
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
