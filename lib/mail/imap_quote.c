#include "mail/imap_quote.h"

#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"

enum {
	ATOM_BYTES = 64,	/* longer words go quoted, which never hurts */
	QUOTED_BYTES = 900,	/* longer ones go as literals: RFC 7162 4 asks
				 * that a command line stay below 8192 */
	SECONDS_PER_DAY = 24 * 60 * 60
};

/* ATOM-CHAR of RFC 9051 9 without ']' and with nothing that could be read as
 * a sequence set's or a flag's. */
static bool
is_atom_char(unsigned char byte)
{
	return byte > ' ' && byte < 0x7f && strchr("(){%*\"\\]", byte) == NULL;
}

static bool
is_atom(const char *text)
{
	size_t	 i;

	for (i = 0; text[i] != '\0'; i++)
		if (!is_atom_char((unsigned char)text[i]))
			return false;
	/* NIL as an atom would be no name but nothing. */
	return i > 0 && i <= ATOM_BYTES && !text_equal_case(text, "NIL");
}

/* Whether a quoted string can hold it: seven bits, no controls. */
static bool
is_quotable(const char *text)
{
	size_t	 i;

	for (i = 0; text[i] != '\0'; i++)
		if (text_is_control((unsigned char)text[i]) ||
		    (unsigned char)text[i] >= 0x80)
			return false;
	return i <= QUOTED_BYTES;
}

/* No other way leads a line break into a command, so that this is unambiguous
 * to imap_flight. */
static void
write_literal(struct buf *buf, struct bytes data)
{
	buf_format(buf, "{%zu}\r\n", data.len);
	buf_bytes(buf, data);
}

void
imap_string(struct buf *buf, const char *text)
{
	if (!is_quotable(text)) {
		write_literal(buf, bytes_of(text));
		return;
	}
	buf_byte(buf, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			buf_byte(buf, '\\');
		buf_byte(buf, (unsigned char)*text);
	}
	buf_byte(buf, '"');
}

void
imap_astring(struct buf *buf, const char *text)
{
	if (is_atom(text))
		buf_text(buf, text);
	else
		imap_string(buf, text);
}

void
imap_uid_set(struct buf *buf, struct uids uids)
{
	size_t	 i, last;

	assert(uids.len > 0);
	for (i = 0; i < uids.len; i = last + 1) {
		last = i;
		while (last + 1 < uids.len &&
		    uids.at[last + 1] == uids.at[last] + 1)
			last++;
		if (i > 0)
			buf_byte(buf, ',');
		buf_number(buf, uids.at[i]);
		if (last == i)
			continue;
		buf_byte(buf, ':');
		buf_number(buf, uids.at[last]);
	}
}

bool
imap_flag(struct buf *buf, const char *flag)
{
	const char	*word = flag;

	/* system flags begin with a backslash; "\*" can't be set */
	if (*word == '\\')
		word++;
	if (!is_atom(word))
		return false;
	buf_text(buf, flag);
	return true;
}

void
imap_date(struct buf *buf, int64_t seconds)
{
	int	 year, month, day;

	clock_date(seconds, &year, &month, &day);
	buf_format(buf, "%d-%s-%04d", day, clock_month(month), year);
}
