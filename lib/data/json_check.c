#include "data/json_check.h"

#include <stdbool.h>
#include <string.h>

#include "base/fault.h"
#include "base/text.h"
#include "data/json.h"

/*
 * RFC 8259:
 *	value  = false / null / true / object / array / number / string
 *	object = "{" [ member *( "," member ) ] "}"
 *	array  = "[" [ value *( "," value ) ] "]"
 *	number = [ "-" ] int [ "." 1*DIGIT ] [ ("e"/"E") [ "-"/"+" ] 1*DIGIT ]
 *	string = %x22 *char %x22
 */
struct cursor {
	struct bytes	 text;
	size_t		 at;
	size_t		 members;
	size_t		 values;
	const char	*wrong;		/* NULL while all is well */
};

static bool	 take_value(struct cursor *cursor, unsigned depth);

static bool
fail(struct cursor *cursor, const char *wrong)
{
	if (cursor->wrong == NULL)
		cursor->wrong = wrong;
	return false;
}

/* The byte at the cursor, or -1 at the end. */
static int
look(const struct cursor *cursor)
{
	return cursor->at < cursor->text.len ?
	    cursor->text.at[cursor->at] : -1;
}

static bool
take_byte(struct cursor *cursor, int byte)
{
	if (look(cursor) != byte)
		return false;
	cursor->at++;
	return true;
}

static void
take_blanks(struct cursor *cursor)
{
	int	 c;

	while ((c = look(cursor)) == ' ' || c == '\t' || c == '\n' || c == '\r')
		cursor->at++;
}

static bool
take_digits(struct cursor *cursor)
{
	size_t	 start;

	start = cursor->at;
	while (look(cursor) >= '0' && look(cursor) <= '9')
		cursor->at++;
	return cursor->at > start;
}

static bool
take_number(struct cursor *cursor)
{
	take_byte(cursor, '-');
	if (!take_byte(cursor, '0') && !take_digits(cursor))
		return fail(cursor, "a value is expected");
	if (take_byte(cursor, '.') && !take_digits(cursor))
		return fail(cursor, "digits are expected");
	if (take_byte(cursor, 'e') || take_byte(cursor, 'E')) {
		if (!take_byte(cursor, '-'))
			take_byte(cursor, '+');
		if (!take_digits(cursor))
			return fail(cursor, "digits are expected");
	}
	return true;
}

static bool
take_hex4(struct cursor *cursor, unsigned *unit)
{
	unsigned char	 c;
	int		 i;

	*unit = 0;
	for (i = 0; i < 4; i++, cursor->at++) {
		if (look(cursor) == -1)
			return fail(cursor, "four hex digits are expected");
		c = text_lower((unsigned char)look(cursor));
		if (text_is_digit(c))
			*unit = *unit * 16 + (unsigned)(c - '0');
		else if (c >= 'a' && c <= 'f')
			*unit = *unit * 16 + (unsigned)(c - 'a') + 10;
		else
			return fail(cursor, "four hex digits are expected");
	}
	return true;
}

/* What follows "\u": a unit that is no surrogate, or a pair. */
static bool
take_unicode(struct cursor *cursor)
{
	unsigned	 unit, low;

	if (!take_hex4(cursor, &unit))
		return false;
	if (unit == 0)
		return fail(cursor, "a text may not hold NUL");
	if (unit < 0xd800 || unit > 0xdfff)
		return true;
	if (unit > 0xdbff || !take_byte(cursor, '\\') ||
	    !take_byte(cursor, 'u') || !take_hex4(cursor, &low) ||
	    low < 0xdc00 || low > 0xdfff)
		return fail(cursor, "a surrogate stands alone");
	return true;
}

static bool
take_escape(struct cursor *cursor)
{
	int	 c;

	c = look(cursor);
	if (c <= 0 || strchr("\"\\/bfnrtu", c) == NULL)
		return fail(cursor, "an unknown escape");
	cursor->at++;
	return c != 'u' || take_unicode(cursor);
}

/* One character of more than one byte, RFC 3629. */
static bool
take_utf8(struct cursor *cursor)
{
	const unsigned char	*at;
	size_t			 left, len, i;

	at = cursor->text.at + cursor->at;
	left = cursor->text.len - cursor->at;
	len = at[0] < 0xc2 ? 0 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 :
	    at[0] < 0xf5 ? 4 : 0;
	if (len == 0 || left < len)
		return fail(cursor, "not UTF-8");
	for (i = 1; i < len; i++)
		if ((at[i] & 0xc0) != 0x80)
			return fail(cursor, "not UTF-8");
	if ((at[0] == 0xe0 && at[1] < 0xa0) ||
	    (at[0] == 0xed && at[1] > 0x9f) ||
	    (at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f))
		return fail(cursor, "not UTF-8");
	cursor->at += len;
	return true;
}

static bool
take_string(struct cursor *cursor)
{
	int	 c;

	if (!take_byte(cursor, '"'))
		return fail(cursor, "a text is expected");
	while ((c = look(cursor)) != '"') {
		if (c < ' ')
			return fail(cursor, c == -1 ?
			    "a text does not end" : "a control character");
		if (c >= 0x80) {
			if (!take_utf8(cursor))
				return false;
			continue;
		}
		cursor->at++;
		if (c == '\\' && !take_escape(cursor))
			return false;
	}
	cursor->at++;
	return true;
}

static bool
take_member(struct cursor *cursor, unsigned depth)
{
	take_blanks(cursor);
	if (!take_string(cursor))
		return false;
	take_blanks(cursor);
	if (!take_byte(cursor, ':'))
		return fail(cursor, "a colon is expected");
	cursor->members++;
	return take_value(cursor, depth);
}

/* What stands between brackets; the opening one is taken already. */
static bool
take_list(struct cursor *cursor, unsigned depth, int end,
    bool (*take_item)(struct cursor *, unsigned))
{
	if (depth >= JSON_DEPTH)
		return fail(cursor, "nested too deeply");
	take_blanks(cursor);
	if (take_byte(cursor, end))
		return true;
	do {
		if (!take_item(cursor, depth + 1))
			return false;
		take_blanks(cursor);
	} while (take_byte(cursor, ','));
	return take_byte(cursor, end) ||
	    fail(cursor, "a comma or a closing bracket is expected");
}

static bool
take_word(struct cursor *cursor, const char *word)
{
	if (!bytes_is(bytes_slice(cursor->text, cursor->at, strlen(word)),
	    word))
		return fail(cursor, "a value is expected");
	cursor->at += strlen(word);
	return true;
}

static bool
take_value(struct cursor *cursor, unsigned depth)
{
	if (++cursor->values > JSON_VALUES_MOST)
		return fail(cursor, "too many values");
	take_blanks(cursor);
	switch (look(cursor)) {
	case '{':
		cursor->at++;
		return take_list(cursor, depth, '}', take_member);
	case '[':
		cursor->at++;
		return take_list(cursor, depth, ']', take_value);
	case '"':
		return take_string(cursor);
	case 't':
		return take_word(cursor, "true");
	case 'f':
		return take_word(cursor, "false");
	case 'n':
		return take_word(cursor, "null");
	default:
		return take_number(cursor);
	}
}

const struct fault *
json_check(struct arena *arena, struct bytes text, size_t *members)
{
	struct cursor	 cursor = { .text = text };

	if (take_value(&cursor, 0)) {
		take_blanks(&cursor);
		if (cursor.at == text.len) {
			*members = cursor.members;
			return NULL;
		}
		fail(&cursor, "something follows the value");
	}
	return fault_make(arena, FAULT_PARSE, "not valid JSON at byte %zu: %s",
	    cursor.at, cursor.wrong);
}
