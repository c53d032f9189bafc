#include "mail/compose_text.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"
#include "data/utf8.h"

enum {
	LINE_BYTES = 78,	/* sent as it is; RFC 5322 2.1.1 */
	CODED_BYTES = 75	/* and "=": RFC 2045 6.7 (5) */
};

static const char	 from_line[] = "From ";

static bool
is_plain_line(struct bytes line)
{
	size_t	 i;

	if (line.len > LINE_BYTES || bytes_is(line, ".") ||
	    bytes_is(bytes_slice(line, 0, sizeof(from_line) - 1), from_line))
		return false;
	for (i = 0; i < line.len; i++)
		if (line.at[i] >= 0x7F || (line.at[i] == '=' &&
		    i + 1 < line.len && line.at[i + 1] == '_'))
			return false;
	return true;
}

/* The line at the start of the text; more is false for the last. */
static struct bytes
take_line(const char **text, bool *more)
{
	struct bytes	 line;

	line = bytes_from(*text, strcspn(*text, "\n"));
	*text += line.len;
	*more = **text == '\n';
	if (*more)
		(*text)++;
	return line;
}

static bool
is_plain(const char *text)
{
	bool	 more;

	do {
		if (!is_plain_line(take_line(&text, &more)))
			return false;
	} while (more);
	return true;
}

/* Whether a byte can stand for itself in the line, of which rest is what is
 * left. */
static bool
is_literal(struct bytes rest, size_t column)
{
	unsigned char	 c;

	c = rest.at[0];
	if (c == ' ' || c == '\t')
		return rest.len > 1;
	if (column == 0 && (c == '.' || bytes_is(bytes_slice(rest, 0,
	    sizeof(from_line) - 1), from_line)))
		return false;
	return c > ' ' && c < 0x7F && c != '=';
}

static void
put_coded(struct buf *out, struct bytes character)
{
	size_t	 i;

	for (i = 0; i < character.len; i++)
		buf_format(out, "=%02X", (unsigned)character.at[i]);
}

/* Soft line breaks stand before a character, not inside one. */
static void
put_coded_line(struct buf *out, struct bytes line)
{
	size_t	 at, column, len;
	bool	 literal;

	column = 0;
	for (; line.len > 0; line = bytes_slice(line, at, line.len)) {
		at = 0;
		utf8_next(line, &at);
		literal = is_literal(line, column);
		len = literal ? 1 : 3 * at;
		if (column + len > CODED_BYTES) {
			buf_text(out, "=\r\n");
			column = 0;
			literal = is_literal(line, column);
			len = literal ? 1 : 3 * at;
		}
		if (literal)
			buf_byte(out, line.at[0]);
		else
			put_coded(out, bytes_slice(line, 0, at));
		column += len;
	}
}

void
compose_text_write(struct buf *out, const char *subtype, const char *text)
{
	bool	 plain, more;

	text = utf8_clean(out->arena, bytes_of(text));
	plain = is_plain(text);
	buf_format(out, "Content-Type: text/%s; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: %s\r\n\r\n", subtype,
	    plain ? "7bit" : "quoted-printable");
	while (*text != '\0') {
		if (plain)
			buf_bytes(out, take_line(&text, &more));
		else
			put_coded_line(out, take_line(&text, &more));
		buf_text(out, "\r\n");
	}
}
