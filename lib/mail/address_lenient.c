#include "mail/address_lenient.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "data/charset.h"
#include "data/utf8.h"
#include "mail/address.h"
#include "mail/header.h"

/* One element of the list while it is read. */
struct element {
	struct buf	 words;		/* quotes undone */
	struct buf	 plain;		/* as it stands */
	struct buf	 comment;	/* the first */
	struct buf	 angle;		/* what stands in <> */
	bool		 has_angle;
	bool		 has_at;	/* in plain, outside of quotes */
};

struct reader {
	struct arena	*arena;
	const char	*at;
	struct element	 element;
	bool		 unclosed;	/* no ">" comes any more */
	struct address	*addresses;
	size_t		 len;
};

static void
start_element(struct reader *reader)
{
	struct element	*element;

	element = &reader->element;
	buf_start(&element->words, reader->arena);
	buf_start(&element->plain, reader->arena);
	buf_start(&element->comment, reader->arena);
	buf_start(&element->angle, reader->arena);
}

static void
clear_element(struct reader *reader)
{
	struct element	*element;

	element = &reader->element;
	buf_cut(&element->words, 0);
	buf_cut(&element->plain, 0);
	buf_cut(&element->comment, 0);
	buf_cut(&element->angle, 0);
	element->has_angle = false;
	element->has_at = false;
}

/* Behind the closing quote, or at the end. */
static void
take_quoted(struct reader *reader, struct buf *undone, struct buf *plain)
{
	const char	*at;

	buf_byte(plain, '"');
	for (at = reader->at + 1; *at != '\0' && *at != '"'; at++) {
		if (*at == '\\' && at[1] != '\0')
			buf_byte(plain, (unsigned char)*at++);
		buf_byte(plain, (unsigned char)*at);
		buf_byte(undone, (unsigned char)*at);
	}
	buf_byte(plain, '"');
	reader->at = at + (*at == '"');
}

/* Comments nest (RFC 5322 3.2.2). The first is kept, in comment. */
static void
skip_comment(struct reader *reader, struct buf *comment)
{
	const char	*at;
	size_t		 depth;
	bool		 first;

	first = comment->len == 0;
	depth = 0;
	for (at = reader->at; *at != '\0'; at++) {
		if (*at == '\\' && at[1] != '\0')
			at++;
		else if (*at == '(' && depth++ == 0)
			continue;
		else if (*at == ')' && --depth == 0)
			break;
		if (first)
			buf_byte(comment, (unsigned char)*at);
	}
	reader->at = at + (*at == ')');
}

/* Whether an address goes on here: next to its "@" or a "." of it. */
static bool
is_inside(const struct reader *reader)
{
	const struct buf	*plain;
	unsigned char		 last;

	plain = &reader->element.plain;
	last = plain->len == 0 ? 0 : plain->at[plain->len - 1];
	return last == '@' || *reader->at == '@' ||
	    (reader->element.has_at && last == '.');
}

static void
take_comment(struct reader *reader)
{
	skip_comment(reader, &reader->element.comment);
	if (reader->element.words.len == 0)
		return;
	buf_byte(&reader->element.words, ' ');
	if (!is_inside(reader))
		buf_byte(&reader->element.plain, ' ');
}

/* Up to ">"; where none comes, up to the next comma. */
static void
take_angle(struct reader *reader)
{
	struct buf	 ignored, *angle;

	angle = &reader->element.angle;
	buf_start(&ignored, reader->arena);
	reader->element.has_angle = true;
	reader->unclosed |= strchr(reader->at, '>') == NULL;
	buf_cut(angle, 0);
	reader->at++;
	while (*reader->at != '\0' && *reader->at != '>' &&
	    !(reader->unclosed && *reader->at == ',')) {
		if (*reader->at == '"') {
			take_quoted(reader, &ignored, angle);
			continue;
		}
		if (*reader->at == '(' && strchr(reader->at, ')') != NULL) {
			skip_comment(reader, &ignored);
			continue;
		}
		if (*reader->at == '<')
			buf_cut(angle, 0);
		else if (!text_is_space((unsigned char)*reader->at))
			buf_byte(angle, (unsigned char)*reader->at);
		reader->at++;
	}
	if (*reader->at == '>')
		reader->at++;
}

static const char *
trim(struct arena *arena, const char *text)
{
	size_t	 len;

	text += strspn(text, " ");
	for (len = strlen(text); len > 0 && text[len - 1] == ' '; len--)
		continue;
	return arena_copy(arena, text, len);
}

/* A name in one line without what shows nothing, or NULL. */
static const char *
clean_name(struct arena *arena, struct buf *raw)
{
	const char	*name;

	name = header_decode(arena, buf_string(raw));
	name = trim(arena, utf8_visible(arena, name, NULL));
	return name[0] == '\0' ? NULL : name;
}

/* An address as text; an obsolete route before it (RFC 5322 4.4) is not part
 * of it. */
static const char *
clean_address(struct arena *arena, const char *raw)
{
	const char	*colon;

	if (raw[0] == '@' && (colon = strchr(raw, ':')) != NULL)
		raw = colon + 1;
	raw = charset_to_utf8(arena, NULL, bytes_of(raw));
	return trim(arena, utf8_visible(arena,
	    utf8_clean_line(arena, bytes_of(raw)), NULL));
}

/* Without brackets: the last word with an @; what stands before is a name. */
static const char *
split_plain(struct reader *reader, struct address *address)
{
	const char	*plain, *word;

	plain = trim(reader->arena, buf_string(&reader->element.plain));
	word = strrchr(plain, '@');
	while (word > plain && word[-1] != ' ')
		word--;
	if (word > plain) {
		buf_cut(&reader->element.words, 0);
		buf_bytes(&reader->element.words, bytes_from(plain,
		    (size_t)(word - plain)));
		address->name = clean_name(reader->arena,
		    &reader->element.words);
	}
	return arena_copy(reader->arena, word, strcspn(word, " "));
}

static void
end_element(struct reader *reader)
{
	struct address	*address;
	struct element	*element;
	const char	*words;

	element = &reader->element;
	if (!element->has_angle && element->words.len == 0) {
		clear_element(reader);
		return;
	}
	words = trim(reader->arena, buf_string(&element->words));
	address = &reader->addresses[reader->len++];
	address->address = "";
	if (element->has_angle) {
		address->name = clean_name(reader->arena, &element->words);
		address->address = clean_address(reader->arena,
		    buf_string(&element->angle));
	} else if (element->has_at) {
		address->address = clean_address(reader->arena,
		    split_plain(reader, address));
	} else if (strchr(words, ' ') == NULL) {
		address->address = clean_address(reader->arena, words);
	} else {
		address->name = clean_name(reader->arena, &element->words);
	}
	if (address->name == NULL && element->comment.len > 0)
		address->name = clean_name(reader->arena, &element->comment);
	clear_element(reader);
}

static void
take_other(struct reader *reader)
{
	unsigned char	 c;
	struct buf	*plain;

	c = (unsigned char)*reader->at++;
	if (text_is_space(c))
		c = ' ';
	if (c == ' ' && reader->element.words.len == 0)
		return;
	reader->element.has_at |= c == '@';
	buf_byte(&reader->element.words, c);
	/* Blanks around the dots of a domain are not of it (4.4). */
	plain = &reader->element.plain;
	while (c == '.' && reader->element.has_at && plain->len > 0 &&
	    plain->at[plain->len - 1] == ' ')
		buf_cut(plain, plain->len - 1);
	if (c != ' ' || !is_inside(reader))
		buf_byte(plain, c);
}

/* Behind a group's name. */
static void
take_colon(struct reader *reader)
{
	if (reader->element.has_at || reader->element.has_angle) {
		take_other(reader);
		return;
	}
	reader->at++;
	clear_element(reader);
}

static void
take_next(struct reader *reader)
{
	switch (*reader->at) {
	case '"':
		take_quoted(reader, &reader->element.words,
		    &reader->element.plain);
		break;
	case '(':
		take_comment(reader);
		break;
	case '<':
		take_angle(reader);
		break;
	case ',':
	case ';':
		reader->at++;
		end_element(reader);
		break;
	case ':':
		take_colon(reader);
		break;
	default:
		take_other(reader);
	}
}

struct objects
address_read_lenient(struct arena *arena, const char *raw)
{
	struct reader	 reader = { .arena = arena };

	if (raw == NULL)
		return (struct objects){ 0 };
	reader.at = raw;
	reader.addresses = arena_array(arena, ADDRESSES_MOST,
	    sizeof(*reader.addresses));
	start_element(&reader);
	while (*reader.at != '\0' && reader.len < ADDRESSES_MOST)
		take_next(&reader);
	if (reader.len < ADDRESSES_MOST)
		end_element(&reader);
	return (struct objects){ reader.addresses, reader.len };
}
