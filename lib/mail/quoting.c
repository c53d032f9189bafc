#include "mail/quoting.h"

#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "mail/address.h"

enum {
	NAMED_MOST = 50,	/* addresses of a forwarded header field */
	WHO_BYTES = 200		/* of a name in "On … wrote:" */
};

static const char	 forward_line[] = "---------- Forwarded message "
			    "----------";

static void
put_html(struct buf *out, const char *text)
{
	for (; *text != '\0'; text++)
		switch (*text) {
		case '&':
			buf_text(out, "&amp;");
			break;
		case '<':
			buf_text(out, "&lt;");
			break;
		case '>':
			buf_text(out, "&gt;");
			break;
		case '"':
			buf_text(out, "&quot;");
			break;
		default:
			buf_byte(out, (unsigned char)*text);
		}
}

static const char *
escape(struct arena *arena, const char *text)
{
	struct buf	 out;

	buf_start(&out, arena);
	put_html(&out, text);
	return buf_string(&out);
}

const char *
quoting_html(struct arena *arena, const char *text)
{
	return text_format(arena, "<div style=\"white-space: pre-wrap\">%s"
	    "</div>", escape(arena, text));
}

static const char *
who(struct arena *arena, const struct address *address)
{
	if (text_is_empty(address->name) ||
	    strlen(address->name) > WHO_BYTES)
		return address->address;
	if (text_is_empty(address->address))
		return address->name;
	return text_format(arena, "%s <%s>", address->name,
	    address->address);
}

static const char *
all_names(struct arena *arena, struct objects list)
{
	const struct address	*addresses = list.at;
	struct texts		 names = { 0 };
	size_t			 i;

	for (i = 0; i < list.len && i < NAMED_MOST; i++)
		texts_add(arena, &names, who(arena, &addresses[i]));
	if (list.len > NAMED_MOST)
		texts_add(arena, &names, text_format(arena, "and %zu more",
		    list.len - NAMED_MOST));
	return texts_join(arena, names, ", ");
}

static const char *
introduction(struct arena *arena, const struct quoting *quoting)
{
	const char	*name;

	name = quoting->from.len == 0 ? "" :
	    who(arena, quoting->from.at);
	if (strlen(name) > WHO_BYTES || *name == '\0')
		name = "the sender";
	if (!quoting->has_date)
		return text_format(arena, "%s wrote:", name);
	return text_format(arena, "On %s, %s wrote:",
	    clock_rfc5322(arena, quoting->date), name);
}

/* Each line with its mark; those that have one get no blank. */
static void
put_quoted(struct buf *out, const char *text)
{
	size_t	 len;

	for (;;) {
		len = strcspn(text, "\n");
		if (len == 0 && text[0] == '\0')
			return;
		buf_text(out, len == 0 || text[0] == '>' ? ">" : "> ");
		buf_bytes(out, bytes_from(text, len));
		buf_byte(out, '\n');
		text += len + (text[len] == '\n');
	}
}

/* What stands above it, and an empty line, unless there is nothing. */
static void
put_own(struct buf *out, const char *own)
{
	buf_text(out, own);
	if (*own == '\0')
		return;
	if (own[strlen(own) - 1] != '\n')
		buf_byte(out, '\n');
	buf_byte(out, '\n');
}

const char *
quoting_reply(struct arena *arena, const char *own,
    const struct quoting *quoting)
{
	struct buf	 out;

	buf_start(&out, arena);
	put_own(&out, own);
	buf_format(&out, "%s\n", introduction(arena, quoting));
	put_quoted(&out, quoting->text);
	return buf_string(&out);
}

/* Where in a document something is put behind all that it shows. */
static size_t
find_end(const char *document)
{
	const char	*at, *found;

	found = NULL;
	for (at = document; (at = text_find_case(at, "</body")) != NULL; at++)
		found = at;
	for (at = document; found == NULL &&
	    (at = text_find_case(at, "</html")) != NULL; )
		found = at;
	return found == NULL ? strlen(document) :
	    (size_t)(found - document);
}

const char *
quoting_insert(struct arena *arena, const char *document, const char *more)
{
	struct buf	 out;
	size_t		 at = find_end(document);

	buf_start(&out, arena);
	buf_bytes(&out, bytes_from(document, at));
	buf_text(&out, more);
	buf_text(&out, document + at);
	return buf_string(&out);
}

static const char *
content_html(struct arena *arena, const struct quoting *quoting)
{
	return quoting->html != NULL ? quoting->html :
	    quoting_html(arena, quoting->text);
}

const char *
quoting_reply_html(struct arena *arena, const char *own,
    const struct quoting *quoting)
{
	return quoting_insert(arena, own, text_format(arena,
	    "\n<div>%s</div>\n<blockquote type=\"cite\" style=\"margin: 0 0 0 "
	    "0.8ex; border-left: 1px solid #ccc; padding-left: 1ex\">\n%s\n"
	    "</blockquote>\n",
	    escape(arena, introduction(arena, quoting)),
	    content_html(arena, quoting)));
}

/* A forwarded message's header: pairs of name and value. */
static struct pairs
header(struct arena *arena, const struct quoting *quoting)
{
	struct pair	 all[5] = {
		{ "From", all_names(arena, quoting->from) },
		{ "Date", quoting->has_date ?
		    clock_rfc5322(arena, quoting->date) : "" },
		{ "Subject", quoting->subject },
		{ "To", all_names(arena, quoting->to) },
		{ "Cc", all_names(arena, quoting->cc) }
	};
	struct pairs	 made;
	size_t		 i;

	made.at = arena_array(arena, 5, sizeof(*made.at));
	made.len = 0;
	for (i = 0; i < 5; i++)
		if (!text_is_empty(all[i].value))
			made.at[made.len++] = all[i];
	return made;
}

const char *
quoting_forward(struct arena *arena, const char *own,
    const struct quoting *quoting)
{
	struct buf	 out;
	struct pairs	 fields;
	size_t		 i;

	buf_start(&out, arena);
	put_own(&out, own);
	buf_format(&out, "%s\n", forward_line);
	fields = header(arena, quoting);
	for (i = 0; i < fields.len; i++)
		buf_format(&out, "%s: %s\n", fields.at[i].name,
		    fields.at[i].value);
	buf_format(&out, "\n%s", quoting->text);
	if (out.at[out.len - 1] != '\n')
		buf_byte(&out, '\n');
	return buf_string(&out);
}

const char *
quoting_forward_html(struct arena *arena, const char *own,
    const struct quoting *quoting)
{
	struct buf	 out;
	struct pairs	 fields;
	size_t		 i;

	buf_start(&out, arena);
	buf_format(&out, "\n<div>%s<br>\n", forward_line);
	fields = header(arena, quoting);
	for (i = 0; i < fields.len; i++)
		buf_format(&out, "%s: %s<br>\n", fields.at[i].name,
		    escape(arena, fields.at[i].value));
	buf_format(&out, "</div>\n<br>\n%s\n", content_html(arena, quoting));
	return quoting_insert(arena, own, buf_string(&out));
}
