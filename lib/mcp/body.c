#include "mcp/body.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "data/utf8.h"
#include "mail/html.h"
#include "mail/imap_session.h"
#include "mcp/call.h"

static bool
is_html(const struct part *part)
{
	return text_equal(part->type, "text") &&
	    text_equal(part->subtype, "html");
}

/* Invitations are not for reading; they are answered on their own. */
static bool
is_readable(const struct part *part)
{
	return text_equal(part->type, "text") &&
	    !text_equal(part->subtype, "calendar");
}

static void
choose_parts(const struct part *root, enum body_form form,
    struct part_list *parts)
{
	size_t	 i, n;

	*parts = (struct part_list){ .len = 0 };
	if (root != NULL)
		part_list_text(root, form != BODY_TEXT, parts);
	for (i = n = 0; i < parts->len && n < BODY_PARTS_MOST; i++)
		if (is_readable(parts->at[i]))
			parts->at[n++] = parts->at[i];
	parts->cut = parts->cut || i < parts->len;
	parts->len = n;
}

void
body_queue(struct call *call, uint32_t uid, const struct part *root,
    enum body_form form, size_t most, struct body_fetch *fetch)
{
	struct buf	 text;
	size_t		 i;

	fetch->uid = uid;
	fetch->form = form;
	fetch->most = most;
	fetch->command = NULL;
	choose_parts(root, form, &fetch->parts);
	if (fetch->parts.len == 0)
		return;
	buf_start(&text, call->arena);
	buf_format(&text, "UID FETCH %lu (UID", (unsigned long)uid);
	for (i = 0; i < fetch->parts.len; i++) {
		buf_format(&text, " BODY.PEEK[%s]",
		    fetch->parts.at[i]->number);
		if (fetch->parts.at[i]->size > most)
			buf_format(&text, "<0.%zu>", most);
	}
	buf_byte(&text, ')');
	fetch->command = imap_queue(call->imap, call->arena, &text);
}

/* One part as text behind what is there already. */
static void
add_part(struct call *call, const struct part *part, struct bytes raw,
    struct buf *out, struct body *body)
{
	struct html_text	 shown = { .text = "" };
	const char		*text;
	size_t			 dropped;

	text = part_text(call->arena, part, part_decode(call->arena,
	    part->encoding, raw));
	if (is_html(part) && !body->is_html) {
		html_to_text(call->arena, text, &(struct html_options){
		    .markdown = true, .most = BODY_CHARS_MOST }, &shown);
		text = shown.text;
		body->hidden += (int64_t)shown.hidden;
	}
	text = utf8_visible(call->arena, text, &dropped);
	body->hidden += (int64_t)dropped;
	if (out->len > 0 && *text != '\0')
		buf_text(out, "\n\n");
	buf_text(out, text);
}

/* The text stands between its first and last lines that say something. */
static const char *
trim(struct arena *arena, struct buf *out)
{
	struct bytes	 all = buf_view(out);
	size_t		 i, start;

	while (all.len > 0 && text_is_space(all.at[all.len - 1]))
		all.len--;
	for (i = start = 0; i < all.len && text_is_space(all.at[i]); i++)
		if (all.at[i] == '\n')
			start = i + 1;
	return bytes_text(arena, bytes_slice(all, start, all.len));
}

const struct fault *
body_read(struct call *call, const struct body_fetch *fetch,
    struct body *body)
{
	const struct imap_message	*message;
	const struct imap_section	*section;
	const struct fault		*bad;
	struct buf			 out;
	size_t				 i;

	*body = (struct body){ .text = "", .is_cut = fetch->parts.cut };
	if (fetch->command == NULL)
		return NULL;
	bad = imap_command_fault(call->arena, fetch->command,
	    "read the message");
	if (bad != NULL)
		return bad;
	message = imap_find_message(&fetch->command->replies, fetch->uid);
	if (message == NULL)
		return fault_make(call->arena, FAULT_MESSAGE,
		    "message %lu is gone", (unsigned long)fetch->uid);
	body->is_html = fetch->form == BODY_HTML && fetch->parts.len > 0 &&
	    is_html(fetch->parts.at[0]);
	buf_start(&out, call->arena);
	for (i = 0; i < fetch->parts.len; i++) {
		section = imap_find_section(message,
		    fetch->parts.at[i]->number);
		if (section != NULL && !section->is_nil)
			add_part(call, fetch->parts.at[i], section->content,
			    &out, body);
		body->is_cut = body->is_cut ||
		    fetch->parts.at[i]->size > fetch->most;
	}
	body->text = trim(call->arena, &out);
	return NULL;
}
