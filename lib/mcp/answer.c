#include "mcp/answer.h"

#include "base/buf.h"
#include "base/fault.h"
#include "data/json.h"
#include "data/utf8.h"
#include "mcp/call.h"

/* What to do next, where the fault itself does not say. */
static const char *const	 hints[FAULT_KINDS] = {
	[FAULT_ARGUMENT] = "Correct the argument and call again.",
	[FAULT_PERMISSION] = "The user can allow it by connecting again.",
	[FAULT_FOLDER] = "list_mailboxes names the folders there are.",
	[FAULT_MESSAGE] = "List or search again for the UIDs there are now.",
	[FAULT_CHANGED] = "List the folder again: its UIDs are new.",
	[FAULT_REFUSED] = "Tell the user what the mail server said.",
	[FAULT_RECIPIENT] = "Check the addresses with the user.",
	[FAULT_LIMIT] = "Ask for less at once.",
	[FAULT_RATE] = "Wait that long, then go on; do more with each call.",
	[FAULT_UNSUPPORTED] = "Do it another way; this will not change.",
	[FAULT_UNKNOWN_STATE] = "Look in the mailbox before trying again.",
	[FAULT_CONFIRM] = "Wait for the user's word before calling again.",
	[FAULT_HOST] = "The user must connect with another mail server.",
	[FAULT_CONNECT] = "Try again in a minute.",
	[FAULT_TLS] = "Tell the user: their mail server's certificate or "
	    "encryption is at fault.",
	[FAULT_TIMEOUT] = "Try again, with less at once.",
	[FAULT_PROTOCOL] = "Try again once; then tell the user.",
	[FAULT_UNAVAILABLE] = "Try again in a minute.",
	[FAULT_STORAGE] = "Try again in a minute.",
	[FAULT_GONE] = "Call again if the answer is still wanted."
};

static void
put_text_block(struct json_writer *writer, const char *text)
{
	json_open_object(writer, NULL);
	json_put_text(writer, "type", "text");
	json_put_text(writer, "text", text);
	json_close_object(writer);
}

/* Resources are nested, images and links are flat. */
static void
put_block(struct json_writer *writer, const struct content *content)
{
	bool	 nested;

	nested = text_equal(content->type, "resource");
	json_open_object(writer, NULL);
	json_put_text(writer, "type", content->type);
	if (nested)
		json_open_object(writer, "resource");
	json_put_text(writer, "uri", content->uri);
	json_put_text(writer, "name", content->name);
	json_put_text(writer, "mimeType", content->mime_type);
	json_put_text(writer, "text", content->text);
	json_put_text(writer, nested ? "blob" : "data", content->base64);
	if (nested)
		json_close_object(writer);
	json_close_object(writer);
}

const struct fault *
answer_text(struct arena *arena, const char *about, const struct field *rows,
    const void *result, const char **text)
{
	struct json_writer	 writer;
	struct buf		 buf;

	buf_start(&buf, arena);
	json_start(&writer, &buf);
	json_open_object(&writer, NULL);
	json_put_text(&writer, "about", about);
	field_write(&writer, rows, result);
	json_close_object(&writer);
	*text = buf_string(&buf);
	if (buf.len > ANSWER_CHARS_MOST &&
	    utf8_count(*text) > ANSWER_CHARS_MOST)
		return fault_make(arena, FAULT_LIMIT,
		    "the answer would be over %d characters",
		    ANSWER_CHARS_MOST);
	return NULL;
}

const struct fault *
answer_write(struct arena *arena, struct json_writer *writer,
    const struct field *rows, const void *result,
    const struct content *content)
{
	const struct fault	*bad;
	const char		*text;

	if ((bad = answer_text(arena, NULL, rows, result, &text)) != NULL)
		return bad;
	json_open_array(writer, "content");
	put_text_block(writer, text);
	for (; content != NULL; content = content->next)
		put_block(writer, content);
	json_close_array(writer);
	json_put_raw(writer, "structuredContent", bytes_of(text));
	return NULL;
}

void
answer_put(struct json_writer *writer, const char *text, const char *json)
{
	json_open_array(writer, "content");
	put_text_block(writer, text);
	json_close_array(writer);
	json_put_raw(writer, "structuredContent", bytes_of(json));
}

static void
put_error(struct json_writer *writer, const struct fault_voice *voice,
    const char *message, const char *hint, const char *url)
{
	json_open_object(writer, "structuredContent");
	json_open_object(writer, "error");
	json_put_text(writer, "code", voice->code);
	json_put_text(writer, "message", message);
	json_put_text(writer, "hint", hint);
	json_put_text(writer, "confirm_url", url);
	json_put_bool(writer, "retryable", voice->retryable);
	json_close_object(writer);
	json_close_object(writer);
	json_put_bool(writer, "isError", true);
}

void
answer_refuse(struct arena *arena, struct json_writer *writer,
    const struct fault *fault)
{
	const struct fault_voice	*voice;
	const char			*hint;

	voice = fault_voice(fault->kind);
	hint = fault->hint != NULL ? fault->hint : hints[fault->kind];
	json_open_array(writer, "content");
	put_text_block(writer, hint == NULL ? fault->detail :
	    text_format(arena, "%s. %s", fault->detail, hint));
	json_close_array(writer);
	put_error(writer, voice, fault->detail, hint, NULL);
}

void
answer_refuse_until(struct arena *arena, struct json_writer *writer,
    const char *why, const char *url)
{
	static const char	 hint[] = "Show the user the link: it does "
				    "this once they say yes there, within "
				    "10 minutes. Don't call again.";

	json_open_array(writer, "content");
	put_text_block(writer, text_format(arena, "%s\n%s\n%s", why, hint,
	    url));
	json_close_array(writer);
	put_error(writer, fault_voice(FAULT_CONFIRM), why, hint, url);
}
