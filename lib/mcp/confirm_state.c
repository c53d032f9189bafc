#include "mcp/confirm_state.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/fault.h"
#include "crypt/digest.h"
#include "data/base64.h"
#include "data/json.h"
#include "mcp/call.h"
#include "mcp/confirm.h"
#include "mcp/question.h"
#include "mcp/tool.h"
#include "oauth/token.h"

enum { NONCE_BYTES = 16 };

static const char	 method[] = "tools/call";
static const char	 key[] = "confirm";	/* of inputRequests */

struct state {
	struct token_base	 base;
	const char		*method;
	const char		*tool;
	const char		*arguments;	/* digest */
	const char		*question;	/* digest */
	const char		*grant;
	const char		*account;	/* account_identity */
	const char		*nonce;
};

static const struct field	 state_rows[] = {
	TOKEN_BASE_ROWS,
	{ FIELD_AS(struct state, method, "m"), .required = true },
	{ FIELD_AS(struct state, tool, "t"), .required = true },
	{ FIELD_AS(struct state, arguments, "d"), .required = true },
	{ FIELD_AS(struct state, question, "q"), .required = true },
	{ FIELD_AS(struct state, grant, "g"), .required = true },
	{ FIELD_AS(struct state, account, "a"), .required = true },
	{ FIELD_AS(struct state, nonce, "n"), .required = true },
	{ FIELD_END }
};

static const struct token_sort	 state_sort = { TOKEN_STATE, state_rows };

/* The same words for whatever is wrong: a client can do nothing else. */
static const struct fault *
refuse(struct call *call, const char *why)
{
	return fault_make(call->arena, FAULT_PARAMS, "requestState %s; call "
	    "again without it", why);
}

static const struct fault *
open_state(struct call *call, const char *token)
{
	struct confirm	*confirm = call->confirm;
	struct state	 state = { .method = NULL };

	if (token_open(call->arena, call->authority, &state_sort, token,
	    &state) != NULL)
		return refuse(call, "is none of this server's, or its time is "
		    "over");
	if (!text_equal(state.method, method) ||
	    !text_equal(state.tool, confirm->tool->name) ||
	    !text_equal(state.arguments, confirm_digest(call)))
		return refuse(call, "was given to another call");
	if (!text_equal(state.grant, call->access->grant) ||
	    !text_equal(state.account, account_identity(call->arena,
	    call->account)))
		return refuse(call, "was given to somebody else");
	confirm->nonce = state.nonce;
	confirm->asked = state.question;
	return NULL;
}

static const struct fault *
read_answer(struct call *call, const struct json *answer,
    enum confirm_word *word)
{
	const struct json	*ok;
	const char		*action;

	*word = CONFIRM_UNSAID;
	if (answer == NULL)
		return NULL;
	action = json_text(json_member(answer, "action"));
	if (action == NULL)
		return fault_make(call->arena, FAULT_PARAMS,
		    "inputResponses.confirm must be an object with action");
	*word = CONFIRM_NO;
	if (text_equal(action, "decline") || text_equal(action, "cancel"))
		return NULL;
	if (!text_equal(action, "accept"))
		return fault_make(call->arena, FAULT_PARAMS, "action must be "
		    "one of: accept, decline, cancel");
	ok = json_member(json_member(answer, "content"), "ok");
	if (ok == NULL || json_kind(ok) != JSON_BOOL)
		*word = CONFIRM_UNSAID;
	else if (json_true(ok))
		*word = CONFIRM_YES;
	return NULL;
}

const struct fault *
confirm_state_read(struct call *call)
{
	const struct json	*state, *answers;
	const struct fault	*bad;

	state = json_member(call->params, "requestState");
	answers = json_member(call->params, "inputResponses");
	if (answers != NULL && json_kind(answers) != JSON_OBJECT)
		return fault_make(call->arena, FAULT_PARAMS,
		    "inputResponses must be an object");
	if (state == NULL)
		return NULL;
	if (json_text(state) == NULL)
		return fault_make(call->arena, FAULT_PARAMS,
		    "requestState must be a text");
	if ((bad = open_state(call, json_text(state))) != NULL)
		return bad;
	return read_answer(call, json_member(answers, key),
	    &call->confirm->word);
}

static void
put_form(struct call *call, const struct question *question,
    struct json_writer *writer)
{
	json_open_object(writer, key);
	json_put_text(writer, "method", "elicitation/create");
	json_open_object(writer, "params");
	json_put_text(writer, "mode", "form");
	json_put_text(writer, "message", question_text(call, question));
	json_open_object(writer, "requestedSchema");
	json_put_text(writer, "type", "object");
	json_open_object(writer, "properties");
	json_open_object(writer, "ok");
	json_put_text(writer, "type", "boolean");
	json_put_text(writer, "title", "Yes, do it");
	json_close_object(writer);
	json_close_object(writer);
	json_open_array(writer, "required");
	json_put_text(writer, NULL, "ok");
	json_close_array(writer);
	json_close_object(writer);
	json_close_object(writer);
	json_close_object(writer);
}

const struct fault *
confirm_state_put(struct call *call, const struct question *question,
    struct json_writer *writer)
{
	const struct confirm	*confirm = call->confirm;
	const struct fault	*bad;
	const char		*token;
	struct state		 state = {
		.base = { .expires = clock_now() + CONFIRM_SECONDS },
		.method = method,
		.tool = confirm->tool->name,
		.arguments = confirm_digest(call),
		.question = question_digest(call, question),
		.grant = call->access->grant,
		.account = account_identity(call->arena, call->account),
		.nonce = base64_write_url(call->arena,
		    digest_random(call->arena, NONCE_BYTES))
	};

	bad = token_seal(call->arena, call->authority, &state_sort, &state,
	    &token);
	if (bad != NULL)
		return bad;
	json_open_object(writer, "inputRequests");
	put_form(call, question, writer);
	json_close_object(writer);
	json_put_text(writer, "requestState", token);
	call->asks = true;
	return NULL;
}
