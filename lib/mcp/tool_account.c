#include "mcp/tool_account.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "mail/imap_guard.h"
#include "mail/imap_session.h"
#include "mail/smtp.h"
#include "mcp/call.h"
#include "mcp/tool.h"

struct accounts_args {
	bool	 check;
};

struct limits {
	struct texts	 folders;
	struct texts	 recipients;
	const char	*until;
};

struct quota {
	int64_t	 used_bytes;
	int64_t	 limit_bytes;
};

/* How a server answered. */
struct health {
	bool		 ok;
	const char	*error;
};

struct account_answer {
	const char	*address;
	const char	*label;
	const char	*name;
	struct texts	 aliases;
	bool		 is_default;
	struct texts	 scopes;
	struct texts	 ask_first;
	bool		 can_send;
	struct object	 limits;
	struct object	 quota;
	struct object	 imap;		/* struct health */
	struct object	 smtp;		/* likewise */
};

struct accounts_answer {
	struct objects	 accounts;
};

static const struct field	 accounts_rows[] = {
	{ FIELD(struct accounts_args, check),
	  .meaning = "Test the servers; quota" },
	{ FIELD_END }
};

static const struct field	 limits_rows[] = {
	{ FIELD(struct limits, folders) },
	{ FIELD(struct limits, recipients) },
	{ FIELD(struct limits, until) },
	{ FIELD_END }
};

static const struct field	 quota_rows[] = {
	{ FIELD(struct quota, used_bytes), .present = true },
	{ FIELD(struct quota, limit_bytes), .present = true },
	{ FIELD_END }
};

static const struct field	 health_rows[] = {
	{ FIELD(struct health, ok), .present = true },
	{ FIELD(struct health, error) },
	{ FIELD_END }
};

static const struct field	 account_answer_rows[] = {
	{ FIELD(struct account_answer, address) },
	{ FIELD(struct account_answer, label) },
	{ FIELD(struct account_answer, name) },
	{ FIELD(struct account_answer, aliases) },
	{ FIELD_AS(struct account_answer, is_default, "default"),
	  .present = true },
	{ FIELD(struct account_answer, scopes), .present = true },
	{ FIELD(struct account_answer, ask_first) },
	{ FIELD(struct account_answer, can_send), .present = true },
	{ FIELD(struct account_answer, limits), .rows = limits_rows,
	  .size = sizeof(struct limits) },
	{ FIELD(struct account_answer, quota), .rows = quota_rows,
	  .size = sizeof(struct quota) },
	{ FIELD(struct account_answer, imap), .rows = health_rows,
	  .size = sizeof(struct health) },
	{ FIELD(struct account_answer, smtp), .rows = health_rows,
	  .size = sizeof(struct health) },
	{ FIELD_END }
};

static const struct field	 answer_rows[] = {
	{ FIELD(struct accounts_answer, accounts), .present = true,
	  .bare = true, .rows = account_answer_rows,
	  .size = sizeof(struct account_answer) },
	{ FIELD_END }
};

static struct object
tell(struct call *call, const struct fault *bad)
{
	struct health	*health;

	health = arena_take(call->arena, sizeof(*health));
	health->ok = bad == NULL;
	health->error = bad == NULL ? NULL : bad->detail;
	return (struct object){ health };
}

/* STORAGE of INBOX's quota root (RFC 9208); what can't be told is left out,
 * but a session that broke is a fault. */
static const struct fault *
read_quota(struct call *call, struct object *told)
{
	const struct imap_command	*command;
	const struct imap_quota		*one;
	const struct fault		*bad;
	struct quota			*quota;
	struct buf			 text;

	if (!imap_can(call->imap, IMAP_CAN_QUOTA))
		return NULL;
	buf_start(&text, call->arena);
	buf_text(&text, "GETQUOTAROOT INBOX");
	command = imap_queue(call->imap, call->arena, &text);
	if ((bad = imap_run(call->imap)) != NULL)
		return bad;
	for (one = command->replies.quotas; one != NULL; one = one->next)
		if (text_equal_case(one->resource, "STORAGE"))
			break;
	if (command->outcome != IMAP_OK || one == NULL ||
	    one->used > INT64_MAX / 1024 || one->limit > INT64_MAX / 1024)
		return NULL;
	quota = arena_take(call->arena, sizeof(*quota));
	quota->used_bytes = (int64_t)one->used * 1024;
	quota->limit_bytes = (int64_t)one->limit * 1024;
	told->at = quota;
	return NULL;
}

/* When a test must be over, if so many more are to come: one server that does
 * not answer takes no other's time. */
static int64_t
find_deadline(const struct call *call, size_t tests)
{
	int64_t	 now = clock_ms();

	return now + (call->deadline - now) / (int64_t)tests;
}

/* By a new session, since a kept one proves neither server nor password. A
 * refused login is told here, since it is what was asked; anywhere else the
 * client has to sign in again. */
static const struct fault *
check_imap(struct call *call, int64_t deadline, struct object *quota)
{
	const struct fault	*bad;

	bad = imap_open(call->arena, call->account, call->config, deadline,
	    &call->imap);
	if (bad == NULL) {
		imap_begin(call->imap, call->arena, deadline);
		call_guard(call, call->imap, call->account);
		if ((bad = read_quota(call, quota)) == NULL)
			bad = imap_prove(call->imap);
	}
	call_end(call);
	return bad;
}

static const struct fault *
check_smtp(struct call *call, int64_t deadline)
{
	const struct fault	*bad;
	struct smtp		*smtp;

	bad = smtp_open(call->arena, call->account, call->config, deadline,
	    &smtp);
	if (bad == NULL)
		smtp_close(smtp);
	return bad;
}

/* Tries both servers of one of so many accounts that are left. */
static void
check(struct call *call, size_t left, struct account_answer *answer)
{
	answer->imap = tell(call, check_imap(call,
	    find_deadline(call, 2 * left), &answer->quota));
	if (call->account->smtp.at != NULL)
		answer->smtp = tell(call, check_smtp(call,
		    find_deadline(call, 2 * left - 1)));
}

static void
describe(struct call *call, const struct account *account,
    struct account_answer *answer)
{
	const int64_t	 ends = call->access->ends;
	struct limits	*limits;

	answer->address = account->address;
	answer->label = account->label;
	answer->name = account->name;
	answer->aliases = account->aliases;
	answer->scopes = account->scopes;
	answer->ask_first = account->ask_first;
	answer->can_send = account->smtp.at != NULL &&
	    texts_have(account->scopes, "mail:send");
	limits = arena_take(call->arena, sizeof(*limits));
	limits->folders = account->folders;
	limits->recipients = account->recipients;
	if (ends != 0)
		limits->until = clock_rfc3339(call->arena,
		    (struct moment){ ends, 0 });
	if (ends != 0 || account->folders.len + account->recipients.len > 0)
		answer->limits.at = limits;
}

static const struct fault *
list_accounts(struct call *call, const void *arguments, void *result)
{
	const struct accounts_args	*args = arguments;
	struct accounts_answer		*answer = result;
	const struct account		*accounts;
	struct account_answer		*list;
	size_t				 i, len;

	accounts = call->access->accounts.at;
	len = call->access->accounts.len;
	list = arena_array(call->arena, len, sizeof(*list));
	for (i = 0; i < len; i++) {
		call->account = &accounts[i];
		list[i].is_default = i == 0;
		describe(call, &accounts[i], &list[i]);
		if (args->check)
			check(call, len - i, &list[i]);
	}
	answer->accounts = (struct objects){ list, len };
	return NULL;
}

const struct tool	 tool_list_accounts = {
	.name = "list_accounts", .title = "List accounts",
	.description = "The mailboxes, and what the user permitted.",
	.read_only = true, .idempotent = true, .open_world = true,
	.no_account = true, .input = accounts_rows,
	.input_size = sizeof(struct accounts_args), .output = answer_rows,
	.output_size = sizeof(struct accounts_answer),
	.handler = list_accounts
};
