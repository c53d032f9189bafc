#include "mcp/prompt.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "data/json.h"
#include "data/utf8.h"
#include "mcp/call.h"
#include "mcp/extra.h"
#include "mcp/message.h"
#include "mcp/prompt_table.h"
#include "mcp/tool.h"

static const char	 account_argument[] = "account";

static bool
is_offered(const struct call *call, const struct prompt *prompt)
{
	const char *const	*tool;

	for (tool = prompt->tools; *tool != NULL; tool++)
		if (!tool_is_listed(call, *tool))
			return false;
	return true;
}

static const struct prompt *
find_prompt(const struct call *call, const char *name)
{
	const struct prompt *const	*prompt;

	for (prompt = prompts; name != NULL && *prompt != NULL; prompt++)
		if (text_equal((*prompt)->name, name))
			return is_offered(call, *prompt) ? *prompt : NULL;
	return NULL;
}

/* Where there is one account nobody is asked which. */
static bool
is_shown(const struct call *call, const struct field *row)
{
	return call->access->accounts.len > 1 ||
	    !text_equal(row->name, account_argument);
}

bool
prompt_takes(const struct call *call, const char *name, const char *argument)
{
	const struct prompt	*prompt;
	const struct field	*row;

	if (argument == NULL || (prompt = find_prompt(call, name)) == NULL)
		return false;
	row = field_find(prompt->rows, argument);
	return row != NULL && is_shown(call, row);
}

static void
put_prompt(struct json_writer *writer, const struct call *call,
    const struct prompt *prompt)
{
	const struct field	*row;

	json_open_object(writer, NULL);
	json_put_text(writer, "name", prompt->name);
	json_put_text(writer, "title", prompt->title);
	json_put_text(writer, "description", prompt->description);
	json_open_array(writer, "arguments");
	for (row = prompt->rows; row->name != NULL; row++) {
		if (!is_shown(call, row))
			continue;
		json_open_object(writer, NULL);
		json_put_text(writer, "name", row->name);
		json_put_text(writer, "description", row->meaning);
		json_put_bool(writer, "required", row->required);
		json_close_object(writer);
	}
	json_close_array(writer);
	json_close_object(writer);
}

const struct fault *
prompt_list(struct call *call, const struct message *message,
    struct json_writer *writer)
{
	const struct prompt *const	*prompt;
	const struct fault		*bad;

	if ((bad = message_first_page(call->arena, message)) != NULL)
		return bad;
	json_open_array(writer, "prompts");
	for (prompt = prompts; *prompt != NULL; prompt++)
		if (is_offered(call, *prompt))
			put_prompt(writer, call, *prompt);
	extra_put_prompts(writer);
	json_close_array(writer);
	return NULL;
}

/* A JSON text, in one line: what the user, or a program for them, wrote can't
 * end the sentence it stands in. */
static void
put_quoted(struct arena *arena, struct buf *text, const char *value)
{
	struct json_writer	 writer;

	json_start(&writer, text);
	json_put_text(&writer, NULL, utf8_visible(arena,
	    utf8_clean_line(arena, bytes_of(value)), NULL));
}

/* Writes the value of that member; false where there is none. */
static bool
put_value(struct arena *arena, struct buf *text,
    const struct prompt_args *args, const char *name)
{
	const struct field	*row;
	const void		*at;
	int64_t			 number;

	if ((row = field_find(prompt_value_rows, name)) == NULL)
		return false;
	at = (const unsigned char *)args + row->offset;
	if (row->type == FIELD_NUMBER) {
		if ((number = *(const int64_t *)at) != 0)
			buf_number(text, number);
		return number != 0;
	}
	if (text_is_empty(*(const char *const *)at))
		return false;
	put_quoted(arena, text, *(const char *const *)at);
	return true;
}

/* A piece with its values; false where one is wanting. */
static bool
put_piece(struct arena *arena, struct buf *text,
    const struct prompt_args *args, const char *piece)
{
	size_t		 len;
	const char	*name;

	while (*piece != '\0') {
		len = strcspn(piece, "{");
		buf_bytes(text, bytes_from(piece, len));
		piece += len;
		if (*piece == '\0')
			break;
		len = strcspn(piece, "}");
		name = bytes_text(arena, bytes_from(piece + 1, len - 1));
		if (!put_value(arena, text, args, name))
			return false;
		piece += len + 1;
	}
	return true;
}

static bool
is_meant(struct call *call, const struct prompt_piece *piece,
    const struct prompt_args *args)
{
	struct buf	 unused;

	buf_start(&unused, call->arena);
	if (piece->unless != NULL &&
	    put_value(call->arena, &unused, args, piece->unless))
		return false;
	if (piece->without != NULL && tool_is_listed(call, piece->without))
		return false;
	return piece->with == NULL || tool_is_listed(call, piece->with);
}

static const char *
write_text(struct call *call, const struct prompt *prompt,
    const struct prompt_args *args)
{
	const struct prompt_piece	*piece;
	struct buf			 text, part;
	int64_t				 step = 1;

	buf_start(&text, call->arena);
	for (piece = prompt->pieces; piece->text != NULL; piece++) {
		buf_start(&part, call->arena);
		if (piece->step)
			buf_format(&part, "%lld. ", (long long)step);
		if (!is_meant(call, piece, args) ||
		    !put_piece(call->arena, &part, args, piece->text))
			continue;
		buf_bytes(&text, buf_view(&part));
		step += piece->step;
	}
	return buf_string(&text);
}

/* Forms send what was left empty as "": the members that are not. */
static const struct fault *
without_empty(struct call *call, const struct json *given,
    const struct json **arguments)
{
	struct json_writer	 writer;
	struct buf		 buf;
	const struct json	*value;
	const char		*name, *text;
	size_t			 i;

	buf_start(&buf, call->arena);
	json_start(&writer, &buf);
	json_open_object(&writer, NULL);
	for (i = 0; (name = json_name(given, i)) != NULL; i++) {
		value = json_member(given, name);
		text = json_text(value);
		if (text == NULL || text[0] != '\0')
			json_put_raw(&writer, name, bytes_of(
			    json_print(call->arena, value)));
	}
	json_close_object(&writer);
	return json_read(call->arena, buf_view(&buf), JSON_KEYS_LAST,
	    arguments);
}

/* Digits are a UID, also with more behind them, as completion gives it. */
static void
read_message(struct prompt_args *args)
{
	struct bytes	 text;
	uint64_t	 uid;

	if (args->message == NULL)
		return;
	text = bytes_of(args->message);
	text.len = strcspn(args->message, " ");
	if (text_number(text, UINT32_MAX, &uid) && uid != 0)
		args->uid = (int64_t)uid;
	else
		args->words = args->message;
}

/* YYYY-MM-DD, which is all that our own completion gives. */
static bool
is_day(const char *text)
{
	static const char	 form[] = "dddd-dd-dd";
	size_t			 i;

	for (i = 0; form[i] != '\0'; i++)
		if (form[i] == 'd' ? !text_is_digit((unsigned char)text[i]) :
		    text[i] != form[i])
			return false;
	return text[i] == '\0';
}

static const struct fault *
read_args(struct call *call, const struct prompt *prompt,
    const struct json *given, struct prompt_args *args)
{
	const struct fault	*bad;
	const struct json	*arguments;

	*args = (struct prompt_args){ 0 };
	if (given != NULL && json_kind(given) != JSON_OBJECT)
		return fault_make(call->arena, FAULT_PARAMS,
		    "arguments must be an object");
	if ((bad = without_empty(call, given, &arguments)) == NULL &&
	    (bad = field_read(call->arena, prompt->rows, arguments,
	    FIELD_LENIENT, args)) == NULL)
		bad = call_choose(call, args->account);
	if (bad != NULL)
		return fault_make(call->arena, FAULT_PARAMS, "%s",
		    bad->detail);
	if (args->since != NULL && !is_day(args->since))
		return fault_make(call->arena, FAULT_PARAMS,
		    "since must be a day as 2026-11-21");
	if (call->access->accounts.len == 1)
		args->account = NULL;
	read_message(args);
	return NULL;
}

const struct fault *
prompt_get(struct call *call, const struct message *message,
    struct json_writer *writer)
{
	const struct fault	*bad;
	const struct prompt	*prompt;
	struct prompt_args	 args;

	prompt = find_prompt(call, json_text(json_member(message->params,
	    "name")));
	if (prompt == NULL)
		return fault_make(call->arena, FAULT_PARAMS,
		    "there is no prompt of this name for this connection");
	bad = read_args(call, prompt, json_member(message->params,
	    "arguments"), &args);
	if (bad != NULL)
		return bad;
	json_put_text(writer, "description", prompt->description);
	json_open_array(writer, "messages");
	json_open_object(writer, NULL);
	json_put_text(writer, "role", "user");
	json_open_object(writer, "content");
	json_put_text(writer, "type", "text");
	json_put_text(writer, "text", write_text(call, prompt, &args));
	json_close_object(writer);
	json_close_object(writer);
	json_close_array(writer);
	return NULL;
}
