#include "mail/html_lex.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "data/utf8.h"

static const char *const	 attribute_names[HTML_ATTRIBUTES] = {
	"align", "alt", "background", "bgcolor", "class", "color", "colspan",
	"height", "hidden", "href", "id", "rowspan", "size", "src", "start",
	"style", "type", "value", "width"
};

/* Elements in whose content there are no tags; a text area's and a title's
 * has references. */
static const char *const	 raw_names[] = {
	"script", "style", "xmp", "iframe", "noembed", "noframes", "textarea",
	"title", NULL
};

void
html_lex_start(struct html_lexer *lexer, struct arena *arena,
    const char *html)
{
	memset(lexer, 0, sizeof(*lexer));
	lexer->arena = arena;
	lexer->entities = html_entity_open(arena);
	lexer->in = bytes_of(html);
}

/* The byte so many ahead, or 0 behind the end. */
static unsigned char
peek(const struct html_lexer *lexer, size_t ahead)
{
	return lexer->at + ahead < lexer->in.len ?
	    lexer->in.at[lexer->at + ahead] : 0;
}

static bool
at_end(const struct html_lexer *lexer)
{
	return lexer->at >= lexer->in.len;
}

static void
skip_blanks(struct html_lexer *lexer)
{
	while (!at_end(lexer) && text_is_space(peek(lexer, 0)))
		lexer->at++;
}

static struct bytes
slice(const struct html_lexer *lexer, size_t start)
{
	return bytes_slice(lexer->in, start, lexer->at - start);
}

/* Up to "-->" or "--!>"; "<!-->" and "<!--->" are whole comments. */
static void
take_comment(struct html_lexer *lexer, struct html_token *token)
{
	size_t	 start;

	token->kind = HTML_COMMENT;
	start = lexer->at += 4;
	if (peek(lexer, 0) == '>' ||
	    (peek(lexer, 0) == '-' && peek(lexer, 1) == '>')) {
		lexer->at += peek(lexer, 0) == '>' ? 1 : 2;
		return;
	}
	for (; !at_end(lexer); lexer->at++)
		if (peek(lexer, 0) == '-' && peek(lexer, 1) == '-' &&
		    (peek(lexer, 2) == '>' || (peek(lexer, 2) == '!' &&
		    peek(lexer, 3) == '>')))
			break;
	token->text = slice(lexer, start);
	if (!at_end(lexer))
		lexer->at += peek(lexer, 2) == '>' ? 3 : 4;
}

/* <!DOCTYPE>, <![if mso]>, <?xml ?>: up to ">". */
static void
take_bogus(struct html_lexer *lexer, struct html_token *token)
{
	token->kind = HTML_COMMENT;
	lexer->at += bytes_find(bytes_slice(lexer->in, lexer->at,
	    lexer->in.len), '>');
	if (!at_end(lexer))
		lexer->at++;
}

static void
take_tag_name(struct html_lexer *lexer, struct html_token *token)
{
	unsigned char	 c;
	size_t		 len;

	for (len = 0; !at_end(lexer); lexer->at++) {
		c = peek(lexer, 0);
		if (text_is_space(c) || c == '/' || c == '>')
			break;
		if (len < HTML_NAME_BYTES)
			token->name[len++] = (char)text_lower(c);
	}
	token->name[len] = '\0';
}

/* Which attribute it is; HTML_ATTRIBUTES if none that is kept. */
static enum html_attribute
find_attribute(struct bytes name)
{
	size_t	 i;

	for (i = 0; i < HTML_ATTRIBUTES; i++)
		if (bytes_is_case(name, attribute_names[i]))
			break;
	return (enum html_attribute)i;
}

static struct bytes
take_attribute_name(struct html_lexer *lexer)
{
	size_t		 start;
	unsigned char	 c;

	start = lexer->at;
	/* A "=" here belongs to the name. */
	for (lexer->at++; !at_end(lexer); lexer->at++) {
		c = peek(lexer, 0);
		if (text_is_space(c) || c == '/' || c == '>' || c == '=')
			break;
	}
	return slice(lexer, start);
}

static struct bytes
take_value(struct html_lexer *lexer)
{
	struct bytes	 value;
	unsigned char	 quote;
	size_t		 start;

	quote = peek(lexer, 0);
	start = lexer->at;
	if (quote == '"' || quote == '\'') {
		start = ++lexer->at;
		while (!at_end(lexer) && peek(lexer, 0) != quote)
			lexer->at++;
		value = slice(lexer, start);
		lexer->at += !at_end(lexer);
		return value;
	}
	while (!at_end(lexer) && !text_is_space(peek(lexer, 0)) &&
	    peek(lexer, 0) != '>')
		lexer->at++;
	return slice(lexer, start);
}

static const char *
decode_value(struct html_lexer *lexer, struct bytes value)
{
	struct html_entity	 entity;
	struct buf		 buf;
	size_t			 at;

	if (bytes_find(value, '&') == value.len)
		return bytes_text(lexer->arena, value);
	buf_start(&buf, lexer->arena);
	for (at = 0; at < value.len; ) {
		if (value.at[at] != '&' || !html_entity_take(lexer->entities,
		    bytes_slice(value, at, value.len), true, &entity)) {
			buf_byte(&buf, value.at[at++]);
			continue;
		}
		utf8_put(&buf, entity.characters[0]);
		if (entity.characters[1] != 0)
			utf8_put(&buf, entity.characters[1]);
		at += entity.len;
	}
	return bytes_text(lexer->arena, buf_view(&buf));
}

static void
take_attribute(struct html_lexer *lexer, struct html_token *token)
{
	enum html_attribute	 which;
	struct bytes		 value;

	which = find_attribute(take_attribute_name(lexer));
	skip_blanks(lexer);
	value = bytes_from("", 0);
	if (peek(lexer, 0) == '=') {
		lexer->at++;
		skip_blanks(lexer);
		if (peek(lexer, 0) != '>')
			value = take_value(lexer);
	}
	if (which != HTML_ATTRIBUTES && token->attributes[which] == NULL)
		token->attributes[which] = decode_value(lexer, value);
}

static const char *
find_raw(const char *name)
{
	const char *const	*raw;

	for (raw = raw_names; *raw != NULL; raw++)
		if (text_equal(name, *raw))
			return *raw;
	return NULL;
}

/* A tag that the document's end cuts is none. */
static void
take_tag(struct html_lexer *lexer, struct html_token *token)
{
	token->kind = peek(lexer, 1) == '/' ? HTML_END_TAG : HTML_TAG;
	lexer->at += token->kind == HTML_TAG ? 1 : 2;
	take_tag_name(lexer, token);
	for (;;) {
		while (!at_end(lexer) && (text_is_space(peek(lexer, 0)) ||
		    peek(lexer, 0) == '/'))
			lexer->at++;
		if (at_end(lexer) || peek(lexer, 0) == '>')
			break;
		take_attribute(lexer, token);
	}
	if (at_end(lexer)) {
		token->kind = HTML_END;
		return;
	}
	lexer->at++;
	if (token->kind == HTML_TAG)
		lexer->raw = find_raw(token->name);
}

/* Whether an end tag of the raw element stands here. */
static bool
ends_raw(const struct html_lexer *lexer)
{
	size_t		 len;
	unsigned char	 c;

	if (peek(lexer, 0) != '<' || peek(lexer, 1) != '/')
		return false;
	len = strlen(lexer->raw);
	if (!bytes_is_case(bytes_slice(lexer->in, lexer->at + 2, len),
	    lexer->raw))
		return false;
	c = peek(lexer, 2 + len);
	return c == '>' || c == '/' || c == 0 || text_is_space(c);
}

static void
take_raw(struct html_lexer *lexer, struct html_token *token)
{
	size_t	 start;

	token->kind = HTML_RAW;
	start = lexer->at;
	while (!at_end(lexer) && !ends_raw(lexer))
		lexer->at++;
	token->text = slice(lexer, start);
	lexer->raw = NULL;
}

static bool
starts_markup(const struct html_lexer *lexer)
{
	unsigned char	 c;

	c = peek(lexer, 1);
	return peek(lexer, 0) == '<' && (text_is_alpha(c) || c == '!' ||
	    c == '?' || (c == '/' && peek(lexer, 2) != 0));
}

static void
take_text(struct html_lexer *lexer, struct html_token *token)
{
	size_t	 start;

	token->kind = HTML_TEXT;
	start = lexer->at;
	/* A "<" that starts nothing is text. */
	for (lexer->at++; !at_end(lexer) && !starts_markup(lexer); )
		lexer->at++;
	token->text = slice(lexer, start);
}

void
html_lex_next(struct html_lexer *lexer, struct html_token *token)
{
	memset(token, 0, sizeof(*token));
	if (lexer->raw != NULL)
		take_raw(lexer, token);
	else if (at_end(lexer))
		token->kind = HTML_END;
	else if (!starts_markup(lexer))
		take_text(lexer, token);
	else if (text_is_alpha(peek(lexer, 1)) || (peek(lexer, 1) == '/' &&
	    text_is_alpha(peek(lexer, 2))))
		take_tag(lexer, token);
	else if (peek(lexer, 1) == '!' && peek(lexer, 2) == '-' &&
	    peek(lexer, 3) == '-')
		take_comment(lexer, token);
	else
		take_bogus(lexer, token);
}
