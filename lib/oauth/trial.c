#include "oauth/trial.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/text.h"
#include "mail/account.h"
#include "mail/imap_session.h"
#include "mail/provider.h"
#include "mail/smtp.h"
#include "oauth/mailbox.h"
#include "oauth/pace.h"
#include "web/serve.h"

/* One server's trial. */
struct trial {
	struct request			*request;
	const struct account		*account;
	const struct mail_server	*server;
	const char			*purpose;	/* "receiving" */
	const char			*host_field;
	const char			*user_field;
	int64_t				 deadline;
	struct pace			 pace;
};

/* What to tell the person; NULL for the server's own words. */
struct telling {
	enum fault_kind	 kind;
	const char	*text;		/* behind "The server for ... " */
	const char	*advice;
};

static const struct telling	 tellings[] = {
	{ FAULT_LOGIN, "refused the user name or password.",
	  "Check both. Many providers want a password made for single "
	  "programs (“app password”) here, or want IMAP switched on "
	  "in their settings first." },
	{ FAULT_UNAVAILABLE, "has no time for us just now.",
	  "Try again in a few minutes." },
	{ FAULT_TIMEOUT, "did not answer in time.",
	  "Check its name and port, or try again in a few minutes." },
	{ FAULT_CONNECT, "cannot be reached.",
	  "Check its name and port." },
	{ FAULT_HOST, "cannot be connected to.",
	  "Check its name, or ask whoever runs this service." },
	{ FAULT_TLS, "gave no encrypted connection that can be trusted.",
	  "Check the name, the port and the kind of encryption: the "
	  "certificate must be valid for exactly this name." },
	{ FAULT_PROTOCOL, "does not speak as a mail server should.",
	  "Check the port and the kind of encryption." },
	{ FAULT_KINDS, "could not be used.", NULL }
};

static const struct telling	 refused_bearer = {
	FAULT_LOGIN, "did not take what you signed in with.",
	"Its owner may have to allow IMAP first, in the settings of the "
	"mailbox or of the organisation; and it must be the mailbox of who "
	"signed in."
};

/* Words of well-known servers that say more than their code does. */
struct sign {
	const char	*words;
	const char	*advice;
};

static const struct sign	 signs[] = {
	{ "application-specific password",
	  "This provider wants an app password: make one in the security "
	  "settings of your account and type it here." },
	{ "app password",
	  "This provider wants an app password: make one in the security "
	  "settings of your account and type it here." },
	{ "basicauth", "This provider no longer lets programs sign in with a "
	  "password." },
	{ "basic authentication is disabled", "This provider no longer lets "
	  "programs sign in with a password." },
	{ "imap is disabled", "Switch IMAP on in the settings of your mailbox "
	  "first." }
};

/* Whether the host is known to be a mail server that proved its name. */
static bool
has_greeted(const struct fault *fault)
{
	return fault->kind == FAULT_LOGIN || fault->kind == FAULT_REFUSED ||
	    fault->kind == FAULT_UNAVAILABLE ||
	    fault->kind == FAULT_UNSUPPORTED;
}

/* Named by the operator, or in the table of providers: nobody learns of a port
 * there that it is open. */
static bool
is_known(const struct mail_server *server)
{
	return server->named || provider_has(server->host, server->port);
}

static const struct telling *
find_telling(enum fault_kind kind)
{
	const struct telling	*row;

	for (row = tellings; row->kind != FAULT_KINDS; row++)
		if (row->kind == kind)
			break;
	return row;
}

static const char *
advise(const struct fault *fault, const struct telling *telling)
{
	size_t	 i;

	for (i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (text_find_case(fault->detail, signs[i].words) != NULL)
			return signs[i].advice;
	return fault->hint != NULL ? fault->hint : telling->advice;
}

static void
tell(const struct trial *trial, const struct fault *fault,
    struct problems *problems)
{
	const struct telling	*telling;
	struct problem		*problem;

	telling = fault->kind == FAULT_LOGIN &&
	    trial->account->bearer != NULL ? &refused_bearer :
	    find_telling(fault->kind);
	problem = mailbox_problem(problems, fault->kind == FAULT_LOGIN ?
	    trial->user_field : trial->host_field,
	    text_format(trial->request->arena,
	    "The server for %s mail (%s) %s", trial->purpose,
	    trial->server->host, telling->text));
	problem->said = fault->detail;
	problem->advice = advise(fault, telling);
}

static void
tell_nothing(const struct trial *trial, struct problems *problems)
{
	struct problem	*problem;

	problem = mailbox_problem(problems, trial->host_field,
	    text_format(trial->request->arena,
	    "No mail server for %s mail could be reached safely at %s.",
	    trial->purpose, trial->server->host));
	problem->advice = "Check its name, port and encryption. The server "
	    "must be public, and its certificate valid for exactly this "
	    "name.";
}

/* Notes a failure and holds it back. */
static void
fail(const struct trial *trial, const struct fault *fault,
    struct problems *problems)
{
	if (!is_known(trial->server) && !has_greeted(fault)) {
		clock_sleep_until(trial->deadline);
		tell_nothing(trial, problems);
		return;
	}
	if (fault->kind == FAULT_LOGIN)
		clock_sleep_until(trial->request->started + TRIAL_REFUSED_MS +
		    trial->pace.tries * PACE_GROWTH_MS);
	tell(trial, fault, problems);
}

static void
set_deadline(struct trial *trial)
{
	trial->deadline = clock_ms() + (is_known(trial->server) ?
	    TRIAL_NAMED_MS : TRIAL_TYPED_MS);
	if (trial->deadline > trial->request->deadline)
		trial->deadline = trial->request->deadline;
}

static bool
may_try(struct trial *trial, const char *username, struct problems *problems)
{
	const struct fault	*bad;

	set_deadline(trial);
	bad = pace_login(trial->request, trial->server->host, username,
	    &trial->pace);
	if (bad == NULL)
		return true;
	problems->often = true;
	mailbox_problem(problems, NULL, bad->detail);
	return false;
}

/* Who types servers that do not answer is counted like one who types wrong
 * passwords: each holds a worker for a while. */
static const struct fault *
end(struct trial *trial, const struct fault *bad)
{
	trial->pace.vain = bad != NULL && !is_known(trial->server) &&
	    !has_greeted(bad);
	pace_login_end(trial->request, &trial->pace, bad);
	return bad;
}

static const struct fault *
try_imap(struct trial *trial)
{
	const struct fault	*bad;
	struct imap		*imap = NULL;

	bad = imap_open(trial->request->arena, trial->account,
	    trial->request->config, trial->deadline, &imap);
	if (bad == NULL)
		imap_close(imap);
	return end(trial, bad);
}

static const struct fault *
try_smtp(struct trial *trial)
{
	const struct fault	*bad;
	struct smtp		*smtp = NULL;

	bad = smtp_open(trial->request->arena, trial->account,
	    trial->request->config, trial->deadline, &smtp);
	if (bad == NULL)
		smtp_close(smtp);
	return end(trial, bad);
}

void
trial_run(struct request *request, const struct account *account,
    struct problems *problems)
{
	struct account		 tried = *account;
	struct trial		 imap = {
		.request = request, .account = &tried,
		.server = account->imap.at, .purpose = "receiving",
		.host_field = "imap_host", .user_field = "password"
	}, smtp = {
		.request = request, .account = &tried,
		.server = account->smtp.at, .purpose = "sending",
		.host_field = "smtp_host", .user_field = "smtp_username"
	};
	const struct fault	*bad;

	tried.stranger = true;
	if (!may_try(&imap, account->username, problems))
		return;
	if ((bad = try_imap(&imap)) != NULL)
		fail(&imap, bad, problems);
	if (smtp.server == NULL || (bad != NULL &&
	    (bad->kind == FAULT_LOGIN || !is_known(smtp.server))))
		return;
	problems->sending = bad == NULL;
	if (!may_try(&smtp, account->smtp_username != NULL ?
	    account->smtp_username : account->username, problems))
		return;
	if ((bad = try_smtp(&smtp)) != NULL)
		fail(&smtp, bad, problems);
	else
		problems->sending = false;
}
