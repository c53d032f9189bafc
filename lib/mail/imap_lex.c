#include "mail/imap_lex.h"

#include <limits.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"

void
imap_lex_start(struct imap_cursor *cursor, struct bytes in)
{
	cursor->in = in;
	cursor->at = 0;
}

bool
imap_lex_at_end(const struct imap_cursor *cursor)
{
	return cursor->at >= cursor->in.len;
}

unsigned char
imap_lex_peek(const struct imap_cursor *cursor)
{
	if (imap_lex_at_end(cursor))
		return 0;
	return cursor->in.at[cursor->at];
}

bool
imap_lex_byte(struct imap_cursor *cursor, unsigned char byte)
{
	if (imap_lex_at_end(cursor) || imap_lex_peek(cursor) != byte)
		return false;
	cursor->at++;
	return true;
}

void
imap_lex_blanks(struct imap_cursor *cursor)
{
	while (imap_lex_byte(cursor, ' '))
		;
}

/* What a byte of ASCII ends: controls and the blank both, as ( ) { and the
 * quote do; of a word also [ ] } and <. */
enum { ENDS_WORD = 1, ENDS_ATOM = 2 };

static const unsigned char	 ends[UCHAR_MAX + 1] = {
	3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3,
	3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3,
	3, 0, 3, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 1, 0, 3
};

static bool
take_until(struct imap_cursor *cursor, unsigned char end, struct bytes *taken)
{
	size_t	 at = cursor->at;

	while (at < cursor->in.len && (ends[cursor->in.at[at]] & end) == 0)
		at++;
	if (at == cursor->at)
		return false;
	*taken = bytes_slice(cursor->in, cursor->at, at - cursor->at);
	cursor->at = at;
	return true;
}

bool
imap_lex_word(struct imap_cursor *cursor, struct bytes *word)
{
	return take_until(cursor, ENDS_WORD, word);
}

bool
imap_lex_atom(struct imap_cursor *cursor, struct bytes *atom)
{
	return take_until(cursor, ENDS_ATOM, atom);
}

bool
imap_lex_is(struct imap_cursor *cursor, const char *atom)
{
	struct imap_cursor	 ahead = *cursor;
	struct bytes		 found;

	if (!imap_lex_atom(&ahead, &found) || !bytes_is_case(found, atom))
		return false;
	*cursor = ahead;
	return true;
}

bool
imap_lex_number(struct imap_cursor *cursor, uint64_t *number)
{
	uint64_t	 value = 0;
	size_t		 start = cursor->at;
	unsigned	 digit;

	while (text_is_digit(imap_lex_peek(cursor))) {
		digit = (unsigned)(cursor->in.at[cursor->at++] - '0');
		if (value > (UINT64_MAX - digit) / 10)
			value = UINT64_MAX;
		else
			value = value * 10 + digit;
	}
	if (cursor->at == start)
		return false;
	*number = value;
	return true;
}

/* The string without its backslashes; the cursor is behind the first quote,
 * and close is where the last one stands. */
static struct bytes
unescape(struct arena *arena, struct bytes quoted)
{
	struct buf	 buf;
	size_t		 i;

	if (bytes_find(quoted, '\\') == quoted.len)
		return quoted;
	buf_start(&buf, arena);
	for (i = 0; i < quoted.len; i++) {
		if (quoted.at[i] == '\\' && i + 1 < quoted.len)
			i++;
		buf_byte(&buf, quoted.at[i]);
	}
	return buf_view(&buf);
}

/* Whether a backslash stands before it that stands for nothing itself. */
static bool
is_escaped(struct bytes in, size_t at)
{
	size_t	 start = at;

	while (start > 0 && in.at[start - 1] == '\\')
		start--;
	return (at - start) % 2 == 1;
}

/* Where the quote stands that ends the string, or in.len. */
static size_t
find_quote(struct bytes in)
{
	size_t	 at;

	for (at = bytes_find(in, '"'); at < in.len && is_escaped(in, at);)
		at += 1 + bytes_find(bytes_slice(in, at + 1, in.len), '"');
	return at;
}

/* quoted = DQUOTE *QUOTED-CHAR DQUOTE */
static bool
take_quoted(struct imap_cursor *cursor, struct arena *arena,
    struct bytes *string)
{
	struct bytes	 in, quoted;

	if (imap_lex_peek(cursor) != '"')
		return false;
	in = bytes_slice(cursor->in, cursor->at + 1, cursor->in.len);
	quoted = bytes_slice(in, 0, find_quote(in));
	if (quoted.len == in.len || bytes_find(quoted, '\r') < quoted.len ||
	    bytes_find(quoted, '\n') < quoted.len)
		return false;
	*string = arena == NULL ? quoted : unescape(arena, quoted);
	cursor->at += quoted.len + 2;
	return true;
}

/* literal = ["~"] "{" number64 ["+"] "}" CRLF *CHAR8 */
static bool
take_literal(struct imap_cursor *cursor, struct bytes *string)
{
	struct imap_cursor	 ahead = *cursor;
	uint64_t		 len;

	imap_lex_byte(&ahead, '~');
	if (!imap_lex_byte(&ahead, '{') || !imap_lex_number(&ahead, &len))
		return false;
	imap_lex_byte(&ahead, '+');
	if (!imap_lex_byte(&ahead, '}'))
		return false;
	imap_lex_byte(&ahead, '\r');
	if (!imap_lex_byte(&ahead, '\n') || len > ahead.in.len - ahead.at)
		return false;
	*string = bytes_slice(ahead.in, ahead.at, (size_t)len);
	ahead.at += (size_t)len;
	*cursor = ahead;
	return true;
}

bool
imap_lex_string(struct imap_cursor *cursor, struct arena *arena,
    struct bytes *string)
{
	return take_quoted(cursor, arena, string) ||
	    take_literal(cursor, string);
}

bool
imap_lex_nstring(struct imap_cursor *cursor, struct arena *arena,
    struct bytes *string)
{
	if (imap_lex_string(cursor, arena, string)) {
		if (string->at == NULL)
			*string = bytes_of("");
		return true;
	}
	*string = bytes_from(NULL, 0);
	return imap_lex_is(cursor, "NIL");
}

bool
imap_lex_astring(struct imap_cursor *cursor, struct arena *arena,
    struct bytes *string)
{
	return imap_lex_string(cursor, arena, string) ||
	    imap_lex_atom(cursor, string);
}

bool
imap_lex_skip(struct imap_cursor *cursor)
{
	struct imap_cursor	 ahead = *cursor;
	struct bytes		 value;
	size_t			 depth = 0;

	do {
		if (depth > 0)
			imap_lex_blanks(&ahead);
		if (imap_lex_byte(&ahead, '('))
			depth++;
		else if (depth > 0 && imap_lex_byte(&ahead, ')'))
			depth--;
		else if (!imap_lex_string(&ahead, NULL, &value) &&
		    !imap_lex_atom(&ahead, &value))
			return false;
	} while (depth > 0);
	*cursor = ahead;
	return true;
}

bool
imap_lex_skip_rest(struct imap_cursor *cursor)
{
	struct imap_cursor	 ahead = *cursor;

	for (;;) {
		imap_lex_blanks(&ahead);
		if (imap_lex_byte(&ahead, ')'))
			break;
		if (!imap_lex_skip(&ahead))
			return false;
	}
	*cursor = ahead;
	return true;
}

/* Whether the response ends in free text: status and continuation. */
static bool
ends_in_text(struct bytes response)
{
	static const char *const	 words[] = { "OK", "NO", "BAD", "BYE",
	    "PREAUTH" };
	struct imap_cursor		 cursor;
	struct bytes			 word;
	size_t				 i;

	imap_lex_start(&cursor, response);
	if (imap_lex_byte(&cursor, '+'))
		return true;
	if (!imap_lex_atom(&cursor, &word))
		return false;
	imap_lex_blanks(&cursor);
	if (!imap_lex_atom(&cursor, &word))
		return false;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (bytes_is_case(word, words[i]))
			return true;
	return false;
}

bool
imap_lex_literal_follows(struct bytes so_far, uint64_t *len)
{
	struct imap_cursor	 cursor;
	size_t			 at = so_far.len;

	if (at == 0 || so_far.at[--at] != '}')
		return false;
	if (at > 0 && so_far.at[at - 1] == '+')
		at--;
	while (at > 0 && text_is_digit(so_far.at[at - 1]))
		at--;
	if (at == 0 || so_far.at[at - 1] != '{')
		return false;
	imap_lex_start(&cursor, so_far);
	cursor.at = at;
	return imap_lex_number(&cursor, len) && !ends_in_text(so_far);
}
