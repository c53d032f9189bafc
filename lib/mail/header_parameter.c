#include "mail/header_parameter.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "data/charset.h"
#include "data/utf8.h"
#include "mail/header.h"

static const char	 blanks[] = " \t\r\n";

/* Behind a comment and all in it (RFC 5322 3.2.2), or the text's end. */
static const char *
skip_comment(const char *at)
{
	size_t	 depth;

	depth = 0;
	for (; *at != '\0'; at++) {
		if (*at == '\\' && at[1] != '\0')
			at++;
		else if (*at == '(')
			depth++;
		else if (*at == ')' && --depth == 0)
			return at + 1;
	}
	return at;
}

/* Behind blanks, comments and separators between parameters. */
static const char *
skip_between(const char *at)
{
	for (;;) {
		at += strspn(at, " \t\r\n;");
		if (*at != '(')
			return at;
		at = skip_comment(at);
	}
}

/* A quoted-string without its quotes; ends with the text if unterminated. */
static const char *
take_quoted(struct arena *arena, const char **at)
{
	struct buf	 buf;
	const char	*in;

	buf_start(&buf, arena);
	for (in = *at + 1; *in != '\0' && *in != '"'; in++) {
		/* A backslash before anything else is a Windows path. */
		if (*in == '\\' && (in[1] == '"' || in[1] == '\\'))
			in++;
		buf_byte(&buf, (unsigned char)*in);
	}
	*at = *in == '"' ? in + 1 : in;
	return buf_string(&buf);
}

/* The length without blanks at its end and without one comment there. */
static size_t
trimmed_length(const char *at, size_t len)
{
	size_t	 open;

	while (len > 0 && strchr(blanks, at[len - 1]) != NULL)
		len--;
	if (len == 0 || at[len - 1] != ')')
		return len;
	for (open = len - 1; open > 0 && at[open] != '('; open--)
		continue;
	if (open == 0 || strchr(blanks, at[open - 1]) == NULL)
		return len;
	for (len = open; len > 0 && strchr(blanks, at[len - 1]) != NULL; len--)
		continue;
	return len;
}

/* A value without quotes may hold blanks, against the rule. */
static const char *
take_value(struct arena *arena, const char **at)
{
	const char	*value;
	size_t		 len;

	*at += strspn(*at, blanks);
	if (**at == '"')
		return take_quoted(arena, at);
	len = strcspn(*at, ";");
	value = arena_copy(arena, *at, trimmed_length(*at, len));
	*at += len;
	return value;
}

/* One "name=value"; false, and moved, where there is none. */
static bool
take_parameter(struct arena *arena, const char **at, struct pair *pair)
{
	size_t	 len, gap;

	len = strcspn(*at, "=; \t\r\n\"(");
	gap = strspn(*at + len, blanks);
	if (len == 0 || (*at)[len + gap] != '=') {
		if (**at == '"')
			take_quoted(arena, at);
		else
			*at += len > 0 ? len : 1;
		return false;
	}
	pair->name = text_lower_copy(arena, arena_copy(arena, *at, len));
	*at += len + gap + 1;
	pair->value = take_value(arena, at);
	return true;
}

struct pairs
header_parameters(struct arena *arena, const char *raw, const char **word)
{
	struct pairs	 pairs = { 0 };
	size_t		 len;

	if (word != NULL)
		*word = "";
	if (raw == NULL)
		return pairs;
	raw = skip_between(raw);
	len = strcspn(raw, "; \t\r\n(");
	/* A value that starts with a parameter has no word. */
	if (memchr(raw, '=', len) != NULL)
		len = 0;
	if (word != NULL)
		*word = text_lower_copy(arena, arena_copy(arena, raw, len));
	pairs.at = arena_array(arena, HEADER_PARAMETERS_MOST,
	    sizeof(*pairs.at));
	for (raw = skip_between(raw + len); *raw != '\0' &&
	    pairs.len < HEADER_PARAMETERS_MOST; raw = skip_between(raw))
		if (take_parameter(arena, &raw, &pairs.at[pairs.len]))
			pairs.len++;
	return pairs;
}

static const char *
find(struct pairs parameters, const char *name)
{
	size_t	 i;

	for (i = 0; i < parameters.len; i++)
		if (text_equal_case(parameters.at[i].name, name))
			return parameters.at[i].value;
	return NULL;
}

static void
add_unescaped(struct buf *buf, const char *text)
{
	int	 high, low;

	for (; *text != '\0'; text++) {
		high = *text == '%' ? text_hex((unsigned char)text[1]) : -1;
		low = high >= 0 ? text_hex((unsigned char)text[2]) : -1;
		if (low >= 0) {
			buf_byte(buf, (unsigned char)(high * 16 + low));
			text += 2;
		} else {
			buf_byte(buf, (unsigned char)*text);
		}
	}
}

/*
 * RFC 2231 4: charset'language'text.  Moves behind the quotes; NULL if there
 * is no charset.
 */
static const char *
take_charset(struct arena *arena, const char **text)
{
	const char	*first, *second, *charset;

	if ((first = strchr(*text, '\'')) == NULL ||
	    (second = strchr(first + 1, '\'')) == NULL)
		return NULL;
	charset = arena_copy(arena, *text, (size_t)(first - *text));
	*text = second + 1;
	return charset[0] == '\0' ? NULL : charset;
}

/* name* : one value with charset. */
static const char *
read_extended(struct arena *arena, const char *value)
{
	struct buf	 buf;
	const char	*charset;

	charset = take_charset(arena, &value);
	buf_start(&buf, arena);
	add_unescaped(&buf, value);
	return charset_to_utf8(arena, charset, buf_view(&buf));
}

/* name*0, name*1* and on, up to the first gap; NULL if there is no first. */
static const char *
read_continued(struct arena *arena, struct pairs parameters, const char *name)
{
	struct buf	 buf;
	const char	*plain, *escaped, *charset;
	bool		 any_escaped;
	size_t		 n;

	buf_start(&buf, arena);
	charset = NULL;
	any_escaped = false;
	for (n = 0; n < HEADER_PARAMETERS_MOST; n++) {
		plain = find(parameters, text_format(arena, "%s*%zu", name, n));
		escaped = find(parameters, text_format(arena, "%s*%zu*", name,
		    n));
		if (plain == NULL && escaped == NULL)
			break;
		if (escaped != NULL && n == 0)
			charset = take_charset(arena, &escaped);
		any_escaped |= escaped != NULL;
		if (escaped != NULL)
			add_unescaped(&buf, escaped);
		else
			buf_text(&buf, plain);
	}
	if (n == 0)
		return NULL;
	return any_escaped ? charset_to_utf8(arena, charset, buf_view(&buf)) :
	    header_decode(arena, buf_string(&buf));
}

const char *
header_parameter(struct arena *arena, struct pairs parameters,
    const char *name)
{
	const char	*value;

	if ((value = find(parameters, text_format(arena, "%s*", name))) != NULL)
		value = read_extended(arena, value);
	else if ((value = read_continued(arena, parameters, name)) == NULL)
		return header_decode(arena, find(parameters, name));
	return utf8_clean_line(arena, bytes_of(value));
}
