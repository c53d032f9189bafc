#include "data/json_write.h"

#include <assert.h>
#include <limits.h>
#include <string.h>

#include "data/utf8.h"

void
json_start(struct json_writer *writer, struct buf *buf)
{
	memset(writer, 0, sizeof(*writer));
	writer->buf = buf;
}

/*
 * Of ASCII what stands for itself in a text: all that shows but the quote and
 * the backslash.  It starts at the blank.
 */
static const bool	 stands[UCHAR_MAX + 1] = {
	[' '] =
	1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1,
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0
};

/* U+2028 and U+2029 are escaped too, since some readers take JSON for
 * script. */
static void
put_character(struct buf *buf, uint32_t c)
{
	static const char	 digits[] = "0123456789abcdef";

	if (c == '"' || c == '\\') {
		buf_byte(buf, '\\');
		buf_byte(buf, (unsigned char)c);
	} else if (c == '\n') {
		buf_text(buf, "\\n");
	} else if (c < ' ' || c == 0x7f) {
		buf_text(buf, "\\u00");
		buf_byte(buf, (unsigned char)digits[c >> 4]);
		buf_byte(buf, (unsigned char)digits[c & 15]);
	} else if (c == 0x2028 || c == 0x2029) {
		buf_text(buf, c == 0x2028 ? "\\u2028" : "\\u2029");
	} else {
		utf8_put(buf, c);
	}
}

/* A text in quotes, RFC 8259 7. */
static void
put_quoted(struct buf *buf, const char *text)
{
	struct bytes	 bytes;
	size_t		 at, start;

	bytes = bytes_of(text);
	buf_byte(buf, '"');
	for (at = 0; at < bytes.len;) {
		for (start = at; stands[bytes.at[at]]; at++)
			continue;
		buf_bytes(buf, bytes_from(bytes.at + start, at - start));
		if (at < bytes.len)
			put_character(buf, utf8_next(bytes, &at));
	}
	buf_byte(buf, '"');
}

static void
put_key(struct json_writer *writer, const char *key)
{
	if (writer->comma)
		buf_byte(writer->buf, ',');
	writer->comma = true;
	if (key != NULL) {
		put_quoted(writer->buf, key);
		buf_byte(writer->buf, ':');
	}
}

static void
open_bracket(struct json_writer *writer, const char *key, unsigned char bracket)
{
	put_key(writer, key);
	buf_byte(writer->buf, bracket);
	writer->depth++;
	writer->comma = false;
}

static void
close_bracket(struct json_writer *writer, unsigned char bracket)
{
	assert(writer->depth > 0);
	buf_byte(writer->buf, bracket);
	writer->depth--;
	writer->comma = true;
}

void
json_open_object(struct json_writer *writer, const char *key)
{
	open_bracket(writer, key, '{');
}

void
json_close_object(struct json_writer *writer)
{
	close_bracket(writer, '}');
}

void
json_open_array(struct json_writer *writer, const char *key)
{
	open_bracket(writer, key, '[');
}

void
json_close_array(struct json_writer *writer)
{
	close_bracket(writer, ']');
}

void
json_put_text(struct json_writer *writer, const char *key, const char *text)
{
	if (text == NULL)
		return;
	put_key(writer, key);
	put_quoted(writer->buf, text);
}

void
json_put_number(struct json_writer *writer, const char *key, int64_t number)
{
	put_key(writer, key);
	buf_number(writer->buf, number);
}

void
json_put_bool(struct json_writer *writer, const char *key, bool is)
{
	put_key(writer, key);
	buf_text(writer->buf, is ? "true" : "false");
}

void
json_put_null(struct json_writer *writer, const char *key)
{
	put_key(writer, key);
	buf_text(writer->buf, "null");
}

void
json_put_raw(struct json_writer *writer, const char *key, struct bytes json)
{
	put_key(writer, key);
	buf_bytes(writer->buf, json);
}
