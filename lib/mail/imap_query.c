#include "mail/imap_query.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "base/text.h"
#include "data/utf8.h"
#include "mail/imap_quote.h"
#include "mail/imap_search.h"

/*
 *	criteria   = key *(SP key)
 *	key        = "(" criteria ")" / "NOT" SP key / "OR" SP key SP key /
 *	             word / word SP value / sequence-set
 */
enum value {
	VALUE_NONE, VALUE_TEXT, VALUE_DAY, VALUE_NUMBER, VALUE_FLAG,
	VALUE_SET, VALUE_HEADER, VALUE_GMAIL
};

static const struct {
	const char	*word;
	enum value	 value;
} keys[] = {
	{ "ALL", VALUE_NONE }, { "ANSWERED", VALUE_NONE },
	{ "BCC", VALUE_TEXT }, { "BEFORE", VALUE_DAY },
	{ "BODY", VALUE_TEXT }, { "CC", VALUE_TEXT },
	{ "DELETED", VALUE_NONE }, { "DRAFT", VALUE_NONE },
	{ "FLAGGED", VALUE_NONE }, { "FROM", VALUE_TEXT },
	{ "HEADER", VALUE_HEADER }, { "KEYWORD", VALUE_FLAG },
	{ "LARGER", VALUE_NUMBER }, { "NEW", VALUE_NONE },
	{ "OLD", VALUE_NONE }, { "OLDER", VALUE_NUMBER },
	{ "ON", VALUE_DAY }, { "RECENT", VALUE_NONE },
	{ "SEEN", VALUE_NONE }, { "SENTBEFORE", VALUE_DAY },
	{ "SENTON", VALUE_DAY }, { "SENTSINCE", VALUE_DAY },
	{ "SINCE", VALUE_DAY }, { "SMALLER", VALUE_NUMBER },
	{ "SUBJECT", VALUE_TEXT }, { "TEXT", VALUE_TEXT },
	{ "TO", VALUE_TEXT }, { "UID", VALUE_SET },
	{ "UNANSWERED", VALUE_NONE }, { "UNDELETED", VALUE_NONE },
	{ "UNDRAFT", VALUE_NONE }, { "UNFLAGGED", VALUE_NONE },
	{ "UNKEYWORD", VALUE_FLAG }, { "UNSEEN", VALUE_NONE },
	{ "X-GM-RAW", VALUE_GMAIL }, { "YOUNGER", VALUE_NUMBER }
};

enum { SHOWN_BYTES = 40 };	/* of a word that is wrong */

struct reader {
	struct arena		*arena;
	const char		*at;
	struct imap_criteria	*criteria;
	unsigned		 depth;
	unsigned		 count;
};

static const struct fault	*write_key(struct reader *reader);

static const struct fault *
wrong(struct reader *reader, const char *what)
{
	return fault_hint(reader->arena, fault_make(reader->arena,
	    FAULT_ARGUMENT, "query: %s", what),
	    "It takes IMAP SEARCH criteria, as: OR FROM \"anna\" SUBJECT "
	    "\"invoice\" SINCE 2026-01-31 NOT SEEN. For plain words use the "
	    "argument text.");
}

static void
skip_blanks(struct reader *reader)
{
	while (*reader->at == ' ')
		reader->at++;
}

/* "…" with \" and \\ in it. */
static bool
take_quoted(struct reader *reader, const char **word)
{
	struct buf	 text;
	const char	*at;

	buf_start(&text, reader->arena);
	for (at = reader->at + 1; *at != '\0' && *at != '"'; at++) {
		if (*at == '\\' && (at[1] == '"' || at[1] == '\\'))
			at++;
		buf_byte(&text, (unsigned char)*at);
	}
	if (*at == '\0')
		return false;
	reader->at = at + 1;
	*word = buf_string(&text);
	return true;
}

/* A quoted text, or all up to a blank or parenthesis. */
static bool
take_word(struct reader *reader, const char **word)
{
	const char	*start;

	skip_blanks(reader);
	if (*reader->at == '"')
		return take_quoted(reader, word);
	start = reader->at;
	while (*reader->at != '\0' && *reader->at != ' ' &&
	    *reader->at != '(' && *reader->at != ')' && *reader->at != '"')
		reader->at++;
	*word = bytes_text(reader->arena,
	    bytes_from(start, (size_t)(reader->at - start)));
	return reader->at > start;
}

static const struct fault *
write_text(struct reader *reader, const char *word)
{
	size_t	 i;

	if (utf8_count(word) > IMAP_SEARCH_CHARS)
		return wrong(reader, "a text is too long");
	for (i = 0; word[i] != '\0'; i++)
		if ((unsigned char)word[i] >= 0x80)
			reader->criteria->utf8 = true;
	imap_string(&reader->criteria->keys, word);
	return NULL;
}

/* sequence-set: numbers and ranges, "*" the last. */
static bool
is_set(const char *word)
{
	struct bytes	 rest = bytes_of(word), number;
	uint64_t	 value;
	size_t		 len;

	for (;;) {
		for (len = 0; len < rest.len && rest.at[len] != ':' &&
		    rest.at[len] != ','; len++)
			continue;
		number = bytes_slice(rest, 0, len);
		if (!bytes_is(number, "*") && (!text_number(number,
		    UINT32_MAX, &value) || value == 0))
			return false;
		if (len == rest.len)
			return true;
		if (rest.at[len] == ':' && number.at > bytes_of(word).at &&
		    number.at[-1] == ':')
			return false;
		rest = bytes_slice(rest, len + 1, rest.len);
	}
}

static const struct fault *
write_header(struct reader *reader, const char *name)
{
	const char	*value;
	size_t		 i;

	for (i = 0; name[i] != '\0'; i++)
		if (!text_is_alnum((unsigned char)name[i]) &&
		    name[i] != '-' && name[i] != '_')
			return wrong(reader, "HEADER needs a field's name");
	if (i == 0 || !take_word(reader, &value))
		return wrong(reader, "HEADER needs a field's name and a text");
	buf_text(&reader->criteria->keys, name);
	buf_byte(&reader->criteria->keys, ' ');
	return write_text(reader, value);
}

static const struct fault *
write_plain(struct reader *reader, enum value kind, const char *word)
{
	struct buf	*out = &reader->criteria->keys;
	uint64_t	 number;
	int64_t		 seconds;

	switch (kind) {
	case VALUE_DAY:
		if (!imap_search_day(word, &seconds))
			return wrong(reader, "a day must be as 2026-07-28");
		imap_date(out, seconds);
		return NULL;
	case VALUE_NUMBER:
		if (!text_number(bytes_of(word), UINT32_MAX, &number))
			return wrong(reader, "a number is expected");
		buf_number(out, (int64_t)number);
		return NULL;
	case VALUE_FLAG:
		if (*word == '\\' || !imap_flag(out, word))
			return wrong(reader, "a keyword must be one word");
		return NULL;
	default:
		if (!is_set(word))
			return wrong(reader, "UIDs must be as 1:5,9");
		buf_text(out, word);
		return NULL;
	}
}

static const struct fault *
write_value(struct reader *reader, enum value kind)
{
	const char	*word;

	if (kind == VALUE_NONE)
		return NULL;
	buf_byte(&reader->criteria->keys, ' ');
	if (!take_word(reader, &word))
		return wrong(reader, "a value is missing, or a quotation mark");
	if (kind == VALUE_GMAIL)
		reader->criteria->gmail = true;
	if (kind == VALUE_TEXT || kind == VALUE_GMAIL)
		return write_text(reader, word);
	if (kind == VALUE_HEADER)
		return write_header(reader, word);
	return write_plain(reader, kind, word);
}

static const struct fault *
write_list(struct reader *reader, char end)
{
	const struct fault	*bad;
	bool			 first = true;

	for (;;) {
		skip_blanks(reader);
		if (*reader->at == end)
			break;
		if (*reader->at == '\0' || *reader->at == ')')
			return wrong(reader, "parentheses do not match");
		if (!first)
			buf_byte(&reader->criteria->keys, ' ');
		if ((bad = write_key(reader)) != NULL)
			return bad;
		first = false;
	}
	return first ? wrong(reader, "a search key is missing") : NULL;
}

static const struct fault *
write_group(struct reader *reader)
{
	const struct fault	*bad;

	reader->at++;
	buf_byte(&reader->criteria->keys, '(');
	if ((bad = write_list(reader, ')')) != NULL)
		return bad;
	reader->at++;
	buf_byte(&reader->criteria->keys, ')');
	return NULL;
}

/* NOT and OR, with the keys they govern. */
static const struct fault *
write_operands(struct reader *reader, unsigned count)
{
	const struct fault	*bad;

	while (count-- > 0) {
		buf_byte(&reader->criteria->keys, ' ');
		if ((bad = write_key(reader)) != NULL)
			return bad;
	}
	return NULL;
}

static const struct fault *
write_word(struct reader *reader)
{
	const char	*word;
	size_t		 i;

	if (*reader->at == '"' || !take_word(reader, &word))
		return wrong(reader, "a search key is missing");
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (text_equal_case(word, keys[i].word)) {
			buf_text(&reader->criteria->keys, keys[i].word);
			return write_value(reader, keys[i].value);
		}
	if (text_equal_case(word, "NOT") || text_equal_case(word, "OR")) {
		buf_text(&reader->criteria->keys, text_equal_case(word,
		    "OR") ? "OR" : "NOT");
		return write_operands(reader,
		    text_equal_case(word, "OR") ? 2 : 1);
	}
	if (is_set(word)) {
		buf_text(&reader->criteria->keys, word);
		return NULL;
	}
	return wrong(reader, text_format(reader->arena, "%s is no search key",
	    utf8_clean_line(reader->arena, bytes_slice(bytes_of(word), 0,
	    SHOWN_BYTES))));
}

static const struct fault *
write_key(struct reader *reader)
{
	const struct fault	*bad;

	skip_blanks(reader);
	if (++reader->count > IMAP_SEARCH_KEYS)
		return wrong(reader, "there are too many keys");
	if (++reader->depth > IMAP_SEARCH_DEPTH)
		return wrong(reader, "it is nested too deeply");
	bad = *reader->at == '(' ? write_group(reader) : write_word(reader);
	reader->depth--;
	return bad;
}

const struct fault *
imap_query_write(struct arena *arena, const char *query,
    struct imap_criteria *criteria)
{
	struct reader	 reader = {
		.arena = arena, .at = query, .criteria = criteria
	};
	const char	*at;

	for (at = query; *at != '\0'; at++)
		if (text_is_control((unsigned char)*at))
			return wrong(&reader, "it is one line without control "
			    "characters");
	return write_list(&reader, '\0');
}
