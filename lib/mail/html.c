#include "mail/html.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/utf8.h"
#include "mail/html_layout.h"
#include "mail/html_lex.h"
#include "mail/html_sheet.h"
#include "mail/html_stack.h"

enum {
	OUTPUT_BYTES = 1024 * 1024,
	SCRATCH_BYTES = 256 * 1024,
	RELEASE_MOST = 200	/* elements looked at for an end tag inside */
};

struct html {
	struct arena		*scratch;	/* of one tag */
	struct html_lexer	 lexer;
	struct html_sheet	*sheet;
	struct html_layout	 layout;
	size_t			 hidden;	/* characters */
};

/* Ends all elements down to that one. */
static void
close_to(struct html *html, int32_t index)
{
	while (html->layout.stack.len > index) {
		html_layout_end(&html->layout,
		    html_stack_top(&html->layout.stack));
		html_stack_pop(&html->layout.stack);
	}
}

static void
end_tag(struct html *html, const struct html_token *token)
{
	struct html_kind_of	 kind;
	struct html_stack	*stack;
	int32_t			 index;

	stack = &html->layout.stack;
	if (stack->beyond > 0) {
		stack->beyond--;
		return;
	}
	kind = html_element_find(token->name);
	if ((index = html_stack_find(stack, kind)) == HTML_NOWHERE) {
		if (kind.id == HTML_P || kind.id == HTML_BR)
			html_layout_break(&html->layout, HTML_LINE);
		return;
	}
	/* An inline element that ends inside a block it holds: the block
	 * stays open. */
	if ((kind.trades & HTML_IS_FORMAT) != 0 && stack->special > index &&
	    stack->len - index < RELEASE_MOST) {
		html_layout_end(&html->layout, &stack->at[index]);
		html_stack_release(stack, index);
		return;
	}
	close_to(html, index);
}

static void
close_kind(struct html *html, unsigned id, int32_t limit)
{
	int32_t	 index;

	index = html->layout.stack.last[id];
	if (index > limit)
		close_to(html, index);
}

static int32_t
larger(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

/* Ends what the start of this element ends (13.2.6.4.7 and on). */
static void
close_before(struct html *html, struct html_kind_of kind)
{
	const struct html_stack	*stack;

	stack = &html->layout.stack;
	if ((kind.trades & HTML_ENDS_P) != 0)
		close_kind(html, HTML_P, stack->scope);
	if (kind.id == HTML_LI)
		close_kind(html, HTML_LI, larger(stack->scope, larger(
		    stack->last[HTML_UL], stack->last[HTML_OL])));
	else if (kind.id == HTML_A)
		close_kind(html, HTML_A, stack->scope);
	else if (kind.id == HTML_OPTION || kind.id == HTML_DD)
		close_kind(html, kind.id, stack->special);
	if (kind.id == HTML_CELL || kind.id == HTML_ROW ||
	    kind.id == HTML_ROWS)
		close_kind(html, HTML_CELL, stack->last[HTML_TABLE]);
	if (kind.id == HTML_ROW || kind.id == HTML_ROWS)
		close_kind(html, HTML_ROW, stack->last[HTML_TABLE]);
	if (kind.id == HTML_ROWS)
		close_kind(html, HTML_ROWS, stack->last[HTML_TABLE]);
}

static void
read_color(struct html *html, const char *text, bool *has,
    struct html_color *color)
{
	const char	*plain;

	if (text == NULL)
		return;
	plain = html_style_plain(html->scratch, bytes_of(text));
	*has = html_color_read(plain + strspn(plain, " "), color);
}

/* What attributes, rules and the element itself say, the last word with what
 * is important. */
static void
find_style(struct html *html, const struct html_token *token,
    struct html_style *style)
{
	struct html_style	 important = { 0 };
	struct html_element	 element = { token->name,
				    token->attributes[HTML_CLASS],
				    token->attributes[HTML_ID] };

	memset(style, 0, sizeof(*style));
	read_color(html, token->attributes[HTML_BGCOLOR],
	    &style->has_background, &style->background);
	if (text_equal(token->name, "font"))
		read_color(html, token->attributes[HTML_COLOR],
		    &style->has_color, &style->color);
	if (token->attributes[HTML_BACKGROUND] != NULL) {
		style->has_background = true;
		style->background.known = false;
	}
	if (token->attributes[HTML_HIDDEN] != NULL)
		style->traits = style->set = HTML_NONE;
	html_sheet_find(html->sheet, html->scratch, &element, style,
	    &important);
	if (token->attributes[HTML_STYLE] != NULL)
		html_style_read(html->scratch, html_style_plain(html->scratch,
		    bytes_of(token->attributes[HTML_STYLE])), style,
		    &important);
	html_style_merge(style, &important);
}

/* Characters that would be seen if there were room for them. */
static size_t
count_seen(struct bytes text)
{
	size_t	 i, count;

	for (i = count = 0; i < text.len; i++)
		if (text.at[i] > ' ' && (text.at[i] & 0xC0) != 0x80)
			count++;
	return count;
}

/* A void element's own style counts while it is put. */
static void
start_tag(struct html *html, const struct html_token *token)
{
	struct html_kind_of	 kind;
	struct html_style	 style;
	struct html_open	*open;

	kind = html_element_find(token->name);
	find_style(html, token, &style);
	close_before(html, kind);
	open = html_stack_push(&html->layout.stack, kind, &style);
	if ((kind.trades & HTML_IS_VOID) == 0) {
		if (open != NULL)
			html_layout_begin(&html->layout, open, token);
		return;
	}
	html_layout_void(&html->layout, kind.id, token);
	if (open != NULL)
		html_stack_pop(&html->layout.stack);
	else
		html->layout.stack.beyond--;
}

static void
put_text(struct html *html, struct bytes text, bool references)
{
	struct html_entity	 entity;
	struct html_writer	*writer;
	uint32_t		 character;
	size_t			 at;

	if (!html_stack_is_seen(&html->layout.stack)) {
		html->hidden += count_seen(text);
		return;
	}
	writer = &html->layout.writer;
	for (at = 0; at < text.len; ) {
		if (references && text.at[at] == '&' &&
		    html_entity_take(html->lexer.entities,
		    bytes_slice(text, at, text.len), false, &entity)) {
			html_write_character(writer, entity.characters[0]);
			if (entity.characters[1] != 0)
				html_write_character(writer,
				    entity.characters[1]);
			at += entity.len;
			continue;
		}
		character = utf8_next(text, &at);
		html_write_character(writer, character);
	}
}

/* Of elements whose content is no HTML only two show it. */
static void
put_raw(struct html *html, struct bytes text)
{
	const struct html_open	*open;

	open = html_stack_top(&html->layout.stack);
	if (open == NULL)
		return;
	if (open->kind.id == HTML_TEXTAREA)
		put_text(html, text, true);
	else if (open->kind.id == HTML_XMP)
		put_text(html, text, false);
}

/* Conditional comments are how mail is written for Outlook: no text. */
static void
count_comment(struct html *html, struct bytes text)
{
	if (bytes_is(bytes_slice(text, 0, 3), "[if") ||
	    bytes_is(bytes_slice(text, 0, 2), "<!"))
		return;
	html->hidden += count_seen(text);
}

static void
take_token(struct html *html, const struct html_token *token)
{
	switch (token->kind) {
	case HTML_TEXT:
		put_text(html, token->text, true);
		break;
	case HTML_RAW:
		put_raw(html, token->text);
		break;
	case HTML_TAG:
		start_tag(html, token);
		break;
	case HTML_END_TAG:
		end_tag(html, token);
		break;
	case HTML_COMMENT:
		count_comment(html, token->text);
		break;
	case HTML_END:
		close_to(html, 0);
	}
}

static void
start_lexer(struct html *html, struct arena *arena, const char *text)
{
	html_lex_start(&html->lexer, arena, text);
	html->lexer.arena = html->scratch;
}

/* What the token before held is forgotten, now and then. */
static void
next_token(struct html *html, struct html_token *token)
{
	if (arena_size(html->scratch) > SCRATCH_BYTES)
		arena_wipe(html->scratch);
	html_lex_next(&html->lexer, token);
}

static void
close_scratch(void *scratch)
{
	arena_close(scratch);
}

/* Rules count wherever their <style> stands: they are read first. */
static void
read_sheet(struct html *html, struct arena *arena, const char *text)
{
	struct html_token	 token;
	bool			 is_style;

	html->sheet = html_sheet_open(arena);
	if (text_find_case(text, "<style") == NULL)
		return;
	is_style = false;
	start_lexer(html, arena, text);
	do {
		next_token(html, &token);
		if (token.kind == HTML_RAW && is_style)
			html_sheet_add(html->sheet, token.text);
		is_style = token.kind == HTML_TAG &&
		    text_equal(token.name, "style");
	} while (token.kind != HTML_END);
}

void
html_to_text(struct arena *arena, const char *html,
    const struct html_options *options, struct html_text *result)
{
	struct html_token	 token;
	struct html		*state;
	size_t			 invisible;

	state = arena_take(arena, sizeof(*state));
	state->scratch = state->layout.scratch = arena_open();
	arena_defer(arena, close_scratch, state->scratch);
	state->layout.arena = arena;
	state->layout.markdown = options->markdown;
	read_sheet(state, arena, html);
	html_stack_start(&state->layout.stack, arena,
	    html_sheet_is_unsure(state->sheet));
	html_write_start(&state->layout.writer, arena,
	    options->most == 0 ? OUTPUT_BYTES : options->most);
	start_lexer(state, arena, html);
	do {
		next_token(state, &token);
		take_token(state, &token);
	} while (token.kind != HTML_END);
	arena_wipe(state->scratch);
	result->text = utf8_visible(arena,
	    buf_string(&state->layout.writer.out), &invisible);
	result->hidden = state->hidden + invisible;
	result->trackers = state->layout.trackers;
}
