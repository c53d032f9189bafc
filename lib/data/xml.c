#include "data/xml.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "data/utf8.h"

enum {
	ENTITY_BYTES = 8,		/* "#x10ffff" */
	CODE_POINT_MOST = 0x10ffff
};

struct entity {
	const char	*name;
	unsigned char	 byte;
};

static const struct entity	 entities[] = {
	{ "amp", '&' }, { "lt", '<' }, { "gt", '>' }, { "quot", '"' },
	{ "apos", '\'' }
};

static bool
starts(struct bytes bytes, const char *text)
{
	return bytes_is(bytes_slice(bytes, 0, strlen(text)), text);
}

static void
skip(struct bytes *bytes, size_t len)
{
	*bytes = bytes_slice(*bytes, len, bytes->len);
}

static bool
is_blank(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool
skip_blanks(struct bytes *bytes)
{
	size_t	 len;

	for (len = 0; len < bytes->len && is_blank(bytes->at[len]); len++)
		continue;
	skip(bytes, len);
	return len > 0;
}

/* Up to the end mark, which is left out; false where there is none. */
static bool
take_until(struct bytes *bytes, const char *end, struct bytes *before)
{
	size_t	 at, len;

	len = strlen(end);
	for (at = 0; at + len <= bytes->len; at++)
		if (memcmp(bytes->at + at, end, len) == 0) {
			*before = bytes_slice(*bytes, 0, at);
			skip(bytes, at + len);
			return true;
		}
	return false;
}

/* Name, of which ASCII is looked at */
static bool
take_name(struct bytes *bytes, struct bytes *name)
{
	size_t		 len;
	unsigned char	 c;

	for (len = 0; len < bytes->len; len++) {
		c = bytes->at[len];
		if (!text_is_alpha(c) && c < 0x80 && strchr("_:", c) == NULL &&
		    (len == 0 || (!text_is_digit(c) &&
		    strchr("-.", c) == NULL)))
			break;
		if (c == '\0')
			break;
	}
	*name = bytes_slice(*bytes, 0, len);
	skip(bytes, len);
	return len > 0;
}

/* Attribute = S Name S? "=" S? ( '"' ... '"' / "'" ... "'" ) */
static bool
take_attribute(struct bytes *bytes, struct bytes *name, struct bytes *value)
{
	bool	 twice;

	if (!take_name(bytes, name))
		return false;
	skip_blanks(bytes);
	if (!starts(*bytes, "="))
		return false;
	skip(bytes, 1);
	skip_blanks(bytes);
	twice = starts(*bytes, "\"");
	if (!twice && !starts(*bytes, "'"))
		return false;
	skip(bytes, 1);
	return take_until(bytes, twice ? "\"" : "'", value) &&
	    bytes_find(*value, '<') == value->len;
}

/* STag and EmptyElemTag, behind "<" */
static bool
take_start(struct xml *xml, struct xml_token *token)
{
	struct bytes	 from, name, value;
	size_t		 n;
	bool		 blank;

	if ((xml->depth == 0 && xml->started) || xml->depth == XML_DEPTH ||
	    !take_name(&xml->rest, &token->name))
		return false;
	from = xml->rest;
	for (n = 0; ; n++) {
		blank = skip_blanks(&xml->rest);
		if (starts(xml->rest, ">") || starts(xml->rest, "/>"))
			break;
		if (!blank || n == XML_ATTRIBUTES_MOST ||
		    !take_attribute(&xml->rest, &name, &value))
			return false;
	}
	token->attributes = bytes_slice(from, 0, from.len - xml->rest.len);
	xml->empty = starts(xml->rest, "/>");
	skip(&xml->rest, xml->empty ? 2 : 1);
	xml->open[xml->depth++] = token->name;
	xml->started = true;
	token->kind = XML_OPEN;
	return true;
}

static void
close_open(struct xml *xml, struct xml_token *token)
{
	token->kind = XML_CLOSE;
	token->name = xml->open[--xml->depth];
	xml->empty = false;
}

/* ETag, behind "</" */
static bool
take_end(struct xml *xml, struct xml_token *token)
{
	struct bytes	 name;

	if (xml->depth == 0 || !take_name(&xml->rest, &name) ||
	    !bytes_equal(name, xml->open[xml->depth - 1]))
		return false;
	skip_blanks(&xml->rest);
	if (!starts(xml->rest, ">"))
		return false;
	skip(&xml->rest, 1);
	close_open(xml, token);
	return true;
}

/* CharData; outside the root only blanks. */
static bool
take_text(struct xml *xml, struct xml_token *token)
{
	struct bytes	 text;

	token->kind = XML_TEXT;
	token->text = bytes_slice(xml->rest, 0, bytes_find(xml->rest, '<'));
	skip(&xml->rest, token->text.len);
	if (xml->depth > 0)
		return xml->rest.len > 0;
	text = token->text;
	skip_blanks(&text);
	return text.len == 0;
}

/* Comments and processing instructions; *met tells whether there was one. */
static bool
skip_aside(struct xml *xml, bool *met)
{
	struct bytes	 before;
	const char	*end;

	end = starts(xml->rest, "<!--") ? "-->" :
	    starts(xml->rest, "<?") ? "?>" : NULL;
	*met = end != NULL;
	if (end == NULL)
		return true;
	skip(&xml->rest, *end == '-' ? 4 : 2);
	return take_until(&xml->rest, end, &before);
}

void
xml_start(struct xml *xml, struct bytes document)
{
	*xml = (struct xml){ .rest = document };
	if (starts(xml->rest, "\xef\xbb\xbf"))
		skip(&xml->rest, 3);
}

static bool
take_markup(struct xml *xml, struct xml_token *token)
{
	static const char	 cdata[] = "<![CDATA[";

	if (starts(xml->rest, cdata)) {
		skip(&xml->rest, sizeof(cdata) - 1);
		token->kind = XML_TEXT;
		token->literal = true;
		return xml->depth > 0 &&
		    take_until(&xml->rest, "]]>", &token->text);
	}
	if (starts(xml->rest, "</")) {
		skip(&xml->rest, 2);
		return take_end(xml, token);
	}
	skip(&xml->rest, 1);
	return take_start(xml, token);
}

bool
xml_next(struct xml *xml, struct xml_token *token)
{
	bool	 met;

	*token = (struct xml_token){ .kind = XML_END };
	if (xml->empty) {
		close_open(xml, token);
		return true;
	}
	do {
		if (xml->depth == 0)
			skip_blanks(&xml->rest);
		if (!skip_aside(xml, &met))
			return false;
	} while (met);
	if (xml->rest.len == 0)
		return xml->depth == 0 && xml->started;
	return starts(xml->rest, "<") ? take_markup(xml, token) :
	    take_text(xml, token);
}

/* "#" 1*DIGIT / "#x" 1*HEXDIG */
static bool
read_number(struct bytes name, uint32_t *code)
{
	uint32_t	 base;
	size_t		 i;
	int		 digit;

	base = starts(name, "#x") ? 16 : 10;
	i = base == 16 ? 2 : 1;
	for (*code = 0; i < name.len; i++) {
		digit = text_hex(name.at[i]);
		if (digit < 0 || (uint32_t)digit >= base)
			return false;
		*code = *code * base + (uint32_t)digit;
	}
	return name.len > (base == 16 ? 2U : 1U) && *code >= ' ' &&
	    *code <= CODE_POINT_MOST && (*code < 0xd800 || *code > 0xdfff);
}

/* Reference, behind "&" */
static bool
put_entity(struct buf *buf, struct bytes *bytes)
{
	struct bytes	 name;
	uint32_t	 code;
	size_t		 i;

	name = bytes_slice(*bytes, 0, ENTITY_BYTES + 1);
	name.len = bytes_find(name, ';');
	if (name.len > ENTITY_BYTES || name.len == bytes->len)
		return false;
	skip(bytes, name.len + 1);
	if (starts(name, "#")) {
		if (!read_number(name, &code))
			return false;
		utf8_put(buf, code);
		return true;
	}
	for (i = 0; i < sizeof(entities) / sizeof(entities[0]); i++)
		if (bytes_is(name, entities[i].name)) {
			buf_byte(buf, entities[i].byte);
			return true;
		}
	return false;
}

static const char *
decode(struct arena *arena, struct bytes text, bool literal)
{
	struct buf	 buf;
	unsigned char	 c;

	buf_start(&buf, arena);
	while (text.len > 0) {
		c = text.at[0];
		if ((c < ' ' && !is_blank(c)) || c == 0x7f)
			return NULL;
		skip(&text, 1);
		if (c != '&' || literal)
			buf_byte(&buf, c);
		else if (!put_entity(&buf, &text))
			return NULL;
	}
	return buf_string(&buf);
}

const char *
xml_text(struct arena *arena, const struct xml_token *token)
{
	return decode(arena, token->text, token->literal);
}

const char *
xml_attribute(struct arena *arena, const struct xml_token *token,
    const char *name)
{
	struct bytes	 rest, found, value;

	rest = token->attributes;
	while (skip_blanks(&rest) && rest.len > 0) {
		if (!take_attribute(&rest, &found, &value))
			return NULL;
		if (bytes_is(found, name))
			return decode(arena, value, false);
	}
	return NULL;
}
