#include "mcp/tool.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "data/field_schema.h"
#include "data/json.h"
#include "mcp/answer.h"
#include "mcp/call.h"
#include "mcp/confirm.h"
#include "mcp/extra.h"
#include "mcp/progress.h"
#include "mcp/tool_account.h"
#include "mcp/tool_attachment.h"
#include "mcp/tool_change.h"
#include "mcp/tool_changes.h"
#include "mcp/tool_draft.h"
#include "mcp/tool_flags.h"
#include "mcp/tool_folder.h"
#include "mcp/tool_forward.h"
#include "mcp/tool_list.h"
#include "mcp/tool_mailbox.h"
#include "mcp/tool_read.h"
#include "mcp/tool_reply.h"
#include "mcp/tool_respond.h"
#include "mcp/tool_search.h"
#include "mcp/tool_send.h"
#include "mcp/tool_send_draft.h"
#include "mcp/tool_suggest.h"
#include "mcp/tool_thread.h"
#include "mcp/tool_unanswered.h"
#include "mcp/tool_undo.h"
#include "mcp/tool_unsubscribe.h"
#include "mcp/tool_upload.h"
#include "mcp/tool_wait.h"
#include "mcp/upload.h"

/* The first must be callable without arguments: clients and the conformance
 * suite probe with it. */
const struct tool *const	 tools[] = {
	&tool_list_accounts,
	&tool_list_folders,
	&tool_create_folder,
	&tool_rename_folder,
	&tool_delete_folder,
	&tool_list_messages,
	&tool_search_messages,
	&tool_read_message,
	&tool_get_thread,
	&tool_get_attachment,
	&tool_list_changes,
	&tool_find_unanswered,
	&tool_wait,
	&tool_send_message,
	&tool_reply_message,
	&tool_forward_message,
	&tool_get_upload_url,
	&tool_create_draft,
	&tool_send_draft,
	&tool_respond_invitation,
	&tool_update_flags,
	&tool_move_messages,
	&tool_copy_messages,
	&tool_delete_messages,
	&tool_undo_change,
	&tool_unsubscribe,
	&tool_suggest_actions,
	NULL
};

/* The argument that every tool but list_accounts takes beside its own; its
 * member stands behind the tool's own struct. */
static const struct field	 account_row = {
	.name = "account", .type = FIELD_TEXT, .most = 320
};

const struct tool *
tool_find(const char *name)
{
	const struct tool *const	*tool;

	for (tool = tools; name != NULL && *tool != NULL; tool++)
		if (text_equal((*tool)->name, name))
			return *tool;
	return NULL;
}

/* Whether some of these scopes are enough for at least some of it. */
static bool
is_enough(const struct tool *tool, struct texts scopes)
{
	return tool->scope == NULL || texts_have(scopes, tool->scope) ||
	    (tool->instead != NULL && texts_have(scopes, tool->instead));
}

static bool
permits(const struct tool *tool, const struct account *account)
{
	if (tool->instead != NULL &&
	    texts_have(account->scopes, tool->instead))
		return true;
	return is_enough(tool, account->scopes) &&
	    (!tool->sends || account->smtp.at != NULL);
}

static bool
is_listed(const struct tool *tool, const struct call *call)
{
	const struct account	*accounts;
	size_t			 i;

	accounts = call->access->accounts.at;
	for (i = 0; i < call->access->accounts.len; i++)
		if (permits(tool, &accounts[i]))
			return true;
	return false;
}

bool
tool_is_listed(const struct call *call, const char *name)
{
	const struct tool	*tool;

	return (tool = tool_find(name)) != NULL && is_listed(tool, call);
}

static size_t
count_rows(const struct field *rows)
{
	size_t	 n;

	for (n = 0; rows[n].name != NULL; n++)
		continue;
	return n;
}

/* Where the account's member stands: behind the tool's struct, aligned. */
static size_t
account_offset(const struct tool *tool)
{
	const size_t	 unit = sizeof(const char *);

	return (tool->input_size + unit - 1) / unit * unit;
}

/* The tool's input rows and, where it acts on one account, that row too. */
static const struct field *
input_rows(struct arena *arena, const struct tool *tool)
{
	struct field	*rows;
	size_t		 n;

	if (tool->no_account)
		return tool->input;
	n = count_rows(tool->input);
	rows = arena_array(arena, n + 2, sizeof(*rows));
	memcpy(rows, tool->input, n * sizeof(*rows));
	rows[n] = account_row;
	rows[n].offset = account_offset(tool);
	return rows;
}

static void
put_tool(struct json_writer *writer, const struct tool *tool,
    const struct call *call)
{
	json_open_object(writer, NULL);
	json_put_text(writer, "name", tool->name);
	json_put_text(writer, "title", tool->title);
	json_put_text(writer, "description", tool->description);
	field_schema(writer, "inputSchema",
	    call->access->accounts.len > 1 ?
	    input_rows(call->arena, tool) : tool->input, FIELD_SCHEMA_INPUT);
	field_schema(writer, "outputSchema", tool->output,
	    FIELD_SCHEMA_OUTPUT);
	json_open_object(writer, "annotations");
	json_put_bool(writer, "readOnlyHint", tool->read_only &&
	    (tool->writes == NULL ||
	    !texts_have(call->access->scopes, tool->writes)));
	json_put_bool(writer, "destructiveHint", tool->destructive);
	json_put_bool(writer, "idempotentHint", tool->idempotent);
	json_put_bool(writer, "openWorldHint", tool->open_world);
	json_close_object(writer);
	json_close_object(writer);
}

void
tool_list(struct json_writer *writer, const struct call *call)
{
	const struct tool *const	*tool;

	json_open_array(writer, "tools");
	for (tool = tools; *tool != NULL; tool++)
		if (is_listed(*tool, call))
			put_tool(writer, *tool, call);
	extra_put_tools(writer);
	json_close_array(writer);
}

/* A scope that the client never asked for is its to ask for; one that the
 * user kept back, from all or from this account, is the model's to know. */
static const struct fault *
check_scope(struct call *call, const struct tool *tool)
{
	if (is_enough(tool, call->access->scopes))
		return NULL;
	return call_lacks(call, tool->name, tool->also == NULL ?
	    tool->scope : text_format(call->arena, "%s %s", tool->scope,
	    tool->also));
}

static const struct fault *
check_account(struct call *call, const struct tool *tool)
{
	const struct fault	*bad;

	if (!is_enough(tool, call->account->scopes) &&
	    (bad = call_needs(call, tool->scope)) != NULL)
		return bad;
	return tool->sends && tool->instead == NULL ? call_sends(call) : NULL;
}

/* What the user wants to be asked first is found out in the handler. */
static const struct fault *
handle(struct call *call, const struct tool *tool, const void *input,
    void **output)
{
	const struct fault	*bad;

	*output = NULL;
	if (call->confirm->word == CONFIRM_NO)
		return NULL;
	*output = arena_take(call->arena, tool->output_size);
	bad = call_verdict(call, tool->handler(call, input, *output));
	confirm_finish(call, bad);
	return bad;
}

const struct fault *
tool_fill(struct call *call, const struct tool *tool,
    const struct json *arguments, void **output)
{
	const struct fault	*bad;
	struct confirm		*confirm;
	unsigned char		*input;

	input = arena_take(call->arena,
	    account_offset(tool) + sizeof(const char *));
	if ((bad = check_scope(call, tool)) != NULL ||
	    (bad = field_read(call->arena, input_rows(call->arena, tool),
	    arguments, FIELD_LENIENT, input)) != NULL)
		return bad;
	if ((bad = call_choose(call, tool->no_account ? NULL :
	    *(const char **)(void *)(input + account_offset(tool)))) != NULL ||
	    (bad = check_account(call, tool)) != NULL)
		return bad;
	if (call->confirm == NULL) {
		confirm = arena_take(call->arena, sizeof(*confirm));
		bad = confirm_begin(call, confirm, tool, arguments);
		if (bad != NULL)
			return bad;
	}
	return handle(call, tool, input, output);
}

const struct fault *
tool_answer(struct call *call, const struct tool *tool,
    const struct json *arguments, void **output)
{
	const struct fault	*bad;

	assert(tool->read_only);
	bad = tool_fill(call, tool, arguments, output);
	call_end(call);
	call_end_reader(call);
	return bad;
}

/* An answer, or what is to be asked before there is one. */
static const struct fault *
run_checked(struct call *call, const struct tool *tool,
    const struct json *arguments, struct json_writer *writer)
{
	const struct fault	*bad;
	void			*output;

	bad = tool_fill(call, tool, arguments, &output);
	if (bad != NULL && bad->kind == FAULT_CONFIRM)
		return confirm_put(call, writer, bad);
	if (bad != NULL)
		return bad;
	if (output == NULL) {
		confirm_put_refusal(call, writer);
		return NULL;
	}
	return answer_write(call->arena, writer, tool->output, output,
	    call->content);
}

const struct fault *
tool_run(struct call *call, const char *name, const struct json *arguments,
    struct json_writer *writer)
{
	const struct fault	*bad;
	const struct tool	*tool;

	if ((tool = tool_find(name)) == NULL)
		return fault_make(call->arena, FAULT_PARAMS,
		    "there is no tool of this name");
	if (arguments != NULL && json_kind(arguments) != JSON_OBJECT)
		return fault_make(call->arena, FAULT_PARAMS,
		    "arguments must be an object");
	progress_may_stop(call, tool->read_only);
	bad = run_checked(call, tool, arguments, writer);
	if (bad == NULL && !call->undone)
		upload_spend(call);
	call_end(call);
	call_end_reader(call);
	if (bad == NULL || !fault_voice(bad->kind)->model)
		return bad;
	call->told = fault_voice(bad->kind)->code;
	answer_refuse(call->arena, writer, bad);
	return NULL;
}
