#include "mail/html_write.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/utf8.h"

enum { NO_BREAK_SPACE = 0xA0 };

void
html_write_start(struct html_writer *writer, struct arena *arena, size_t most)
{
	memset(writer, 0, sizeof(*writer));
	buf_start(&writer->out, arena);
	writer->most = most;
}

void
html_write_break(struct html_writer *writer, enum html_break kind)
{
	writer->space = false;
	writer->separator = false;
	if (writer->breaks == 0 || writer->quotes < writer->break_quotes)
		writer->break_quotes = writer->quotes;
	if (writer->out.len > 0 && (unsigned)kind > writer->breaks)
		writer->breaks = kind;
}

static void
put_quotes(struct html_writer *writer, size_t depth)
{
	size_t	 i;

	for (i = 0; i < depth && i < HTML_QUOTES_MOST; i++)
		buf_text(&writer->out, "> ");
}

/* A line with no text: no blank at its end. */
static void
put_empty_line(struct html_writer *writer)
{
	size_t	 depth;

	depth = writer->break_quotes < writer->quotes ?
	    writer->break_quotes : writer->quotes;
	put_quotes(writer, depth);
	if (depth > 0)
		buf_cut(&writer->out, writer->out.len - 1);
}

/* What stands before a line's text. */
static void
begin_line(struct html_writer *writer)
{
	size_t	 i, depth;

	put_quotes(writer, writer->quotes);
	depth = writer->lists < HTML_LISTS_MOST ? writer->lists :
	    HTML_LISTS_MOST;
	if (writer->has_marker && depth > 0)
		depth--;
	for (i = 0; i < depth; i++)
		buf_text(&writer->out, "  ");
	if (writer->has_marker)
		buf_text(&writer->out, writer->marker);
	writer->has_marker = false;
}

static void
end_line(struct html_writer *writer)
{
	buf_byte(&writer->out, '\n');
	writer->lines++;
}

/* Writes what is owed before a text; false when there is no room. */
static bool
begin(struct html_writer *writer)
{
	if (writer->out.len >= writer->most)
		return false;
	if (writer->out.len == 0) {
		begin_line(writer);
	} else if (writer->breaks > 0) {
		for (; writer->breaks > 1; writer->breaks--) {
			end_line(writer);
			put_empty_line(writer);
		}
		end_line(writer);
		begin_line(writer);
	} else if (writer->separator) {
		buf_text(&writer->out, " | ");
	} else if (writer->space) {
		buf_byte(&writer->out, ' ');
	}
	writer->breaks = 0;
	writer->space = false;
	writer->separator = false;
	if (writer->owed_len > 0) {
		buf_bytes(&writer->out, bytes_from(writer->owed,
		    writer->owed_len));
		writer->owed_len = 0;
		writer->paid++;
	}
	return true;
}

static void
write_kept(struct html_writer *writer, uint32_t character)
{
	if (character == '\n') {
		if (writer->breaks > 0 || writer->out.len == 0)
			begin(writer);
		html_write_break(writer, HTML_LINE);
	} else if (character != '\r' && begin(writer)) {
		utf8_put(&writer->out, character);
	}
}

void
html_write_character(struct html_writer *writer, uint32_t character)
{
	if (character < ' ' && !text_is_space((unsigned char)character))
		return;
	if (character >= 0x7F && character < NO_BREAK_SPACE)
		return;
	if (writer->pre)
		write_kept(writer, character);
	else if (character == NO_BREAK_SPACE || (character <= ' ' &&
	    text_is_space((unsigned char)character)))
		writer->space = true;
	else if (begin(writer))
		utf8_put(&writer->out, character);
}

void
html_write_mark(struct html_writer *writer, const char *mark)
{
	if (begin(writer))
		buf_text(&writer->out, mark);
}

void
html_write_open(struct html_writer *writer, struct html_pair *pair,
    const char *mark)
{
	size_t	 len;

	len = strlen(mark);
	pair->is_open = writer->owed_len + len <= sizeof(writer->owed);
	if (!pair->is_open)
		return;
	pair->start = writer->owed_len;
	pair->paid = writer->paid;
	memcpy(writer->owed + writer->owed_len, mark, len);
	writer->owed_len += len;
}

void
html_write_close(struct html_writer *writer, struct html_pair *pair,
    const char *mark)
{
	if (!pair->is_open)
		return;
	pair->is_open = false;
	if (pair->paid != writer->paid)
		buf_text(&writer->out, mark);
	else if (pair->start < writer->owed_len)
		writer->owed_len = pair->start;
}

void
html_write_item(struct html_writer *writer, const char *marker)
{
	html_write_break(writer, HTML_LINE);
	snprintf(writer->marker, sizeof(writer->marker), "%s", marker);
	writer->has_marker = true;
}
