#include "mail/html_walk.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/utf8.h"
#include "mail/html_color.h"
#include "mail/html_sheet.h"

enum {
	SCRATCH_BYTES = 256 * 1024,
	RELEASE_MOST = 200	/* elements looked at for an end tag inside */
};

/* Ends all elements down to that one. */
static void
close_to(struct html_walk *walk, int32_t index)
{
	while (walk->stack.len > index) {
		walk->sink->end(walk->state, html_stack_top(&walk->stack));
		html_stack_pop(&walk->stack);
	}
}

static void
end_tag(struct html_walk *walk, const struct html_token *token)
{
	struct html_kind_of	 kind;
	struct html_stack	*stack;
	int32_t			 index;

	stack = &walk->stack;
	if (stack->beyond > 0) {
		stack->beyond--;
		return;
	}
	kind = html_element_find(token->name);
	if ((index = html_stack_find(stack, kind)) == HTML_NOWHERE) {
		if (kind.id == HTML_P || kind.id == HTML_BR)
			walk->sink->lost(walk->state);
		return;
	}
	/* An inline element that ends inside a block it holds: the block
	 * stays open. */
	if ((kind.trades & HTML_IS_FORMAT) != 0 && stack->special > index &&
	    stack->len - index < RELEASE_MOST) {
		walk->sink->end(walk->state, &stack->at[index]);
		html_stack_release(stack, index);
		return;
	}
	close_to(walk, index);
}

static void
close_kind(struct html_walk *walk, unsigned id, int32_t limit)
{
	int32_t	 index;

	index = walk->stack.last[id];
	if (index > limit)
		close_to(walk, index);
}

static int32_t
larger(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

/* Ends what the start of this element ends (13.2.6.4.7 and on). */
static void
close_before(struct html_walk *walk, struct html_kind_of kind)
{
	const struct html_stack	*stack;

	stack = &walk->stack;
	if ((kind.trades & HTML_ENDS_P) != 0)
		close_kind(walk, HTML_P, stack->scope);
	if (kind.id == HTML_LI)
		close_kind(walk, HTML_LI, larger(stack->scope, larger(
		    stack->last[HTML_UL], stack->last[HTML_OL])));
	else if (kind.id == HTML_A)
		close_kind(walk, HTML_A, stack->scope);
	else if (kind.id == HTML_OPTION || kind.id == HTML_DD)
		close_kind(walk, kind.id, stack->special);
	if (kind.id == HTML_CELL || kind.id == HTML_ROW ||
	    kind.id == HTML_ROWS)
		close_kind(walk, HTML_CELL, stack->last[HTML_TABLE]);
	if (kind.id == HTML_ROW || kind.id == HTML_ROWS)
		close_kind(walk, HTML_ROW, stack->last[HTML_TABLE]);
	if (kind.id == HTML_ROWS)
		close_kind(walk, HTML_ROWS, stack->last[HTML_TABLE]);
}

static void
read_color(struct html_walk *walk, const char *text, bool *has,
    struct html_color *color)
{
	const char	*plain;

	if (text == NULL)
		return;
	plain = html_style_plain(walk->scratch, bytes_of(text));
	*has = html_color_read(plain + strspn(plain, " "), color);
}

/* What attributes, rules and the element itself say, the last word with what
 * is important. */
static void
find_style(struct html_walk *walk, const struct html_token *token,
    struct html_style *style)
{
	struct html_style	 important = { 0 };
	struct html_element	 element = { token->name,
				    token->attributes[HTML_CLASS],
				    token->attributes[HTML_ID] };

	memset(style, 0, sizeof(*style));
	read_color(walk, token->attributes[HTML_BGCOLOR],
	    &style->has_background, &style->background);
	if (text_equal(token->name, "font"))
		read_color(walk, token->attributes[HTML_COLOR],
		    &style->has_color, &style->color);
	if (token->attributes[HTML_BACKGROUND] != NULL) {
		style->has_background = true;
		style->background.known = false;
	}
	if (token->attributes[HTML_HIDDEN] != NULL)
		style->traits = style->set = HTML_NONE;
	html_sheet_find(walk->sheet, walk->scratch, &element, style,
	    &important);
	if (token->attributes[HTML_STYLE] != NULL)
		html_style_read(walk->scratch, html_style_plain(walk->scratch,
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
start_tag(struct html_walk *walk, const struct html_token *token)
{
	struct html_kind_of	 kind;
	struct html_style	 style;
	struct html_open	*open;

	kind = html_element_find(token->name);
	find_style(walk, token, &style);
	close_before(walk, kind);
	open = html_stack_push(&walk->stack, kind, &style);
	if ((kind.trades & HTML_IS_VOID) == 0) {
		if (open != NULL)
			walk->sink->begin(walk->state, open, token);
		return;
	}
	walk->sink->lone(walk->state, kind, token);
	if (open != NULL)
		html_stack_pop(&walk->stack);
	else
		walk->stack.beyond--;
}

static void
put_text(struct html_walk *walk, struct bytes text, bool references)
{
	struct html_entity	 entity;
	size_t			 at;

	if (!html_stack_is_seen(&walk->stack)) {
		walk->hidden += count_seen(text);
		return;
	}
	for (at = 0; at < text.len; ) {
		if (references && text.at[at] == '&' &&
		    html_entity_take(walk->lexer.entities,
		    bytes_slice(text, at, text.len), false, &entity)) {
			walk->sink->put(walk->state, entity.characters[0]);
			if (entity.characters[1] != 0)
				walk->sink->put(walk->state,
				    entity.characters[1]);
			at += entity.len;
			continue;
		}
		walk->sink->put(walk->state, utf8_next(text, &at));
	}
}

/* Of elements whose content is no HTML only two show it. */
static void
put_raw(struct html_walk *walk, struct bytes text)
{
	const struct html_open	*open;

	open = html_stack_top(&walk->stack);
	if (open == NULL)
		return;
	if (open->kind.id == HTML_TEXTAREA)
		put_text(walk, text, true);
	else if (open->kind.id == HTML_XMP)
		put_text(walk, text, false);
}

/* Conditional comments are how mail is written for Outlook: no text. */
static void
count_comment(struct html_walk *walk, struct bytes text)
{
	if (bytes_is(bytes_slice(text, 0, 3), "[if") ||
	    bytes_is(bytes_slice(text, 0, 2), "<!"))
		return;
	walk->hidden += count_seen(text);
}

static void
take_token(struct html_walk *walk, const struct html_token *token)
{
	switch (token->kind) {
	case HTML_TEXT:
		put_text(walk, token->text, true);
		break;
	case HTML_RAW:
		put_raw(walk, token->text);
		break;
	case HTML_TAG:
		start_tag(walk, token);
		break;
	case HTML_END_TAG:
		end_tag(walk, token);
		break;
	case HTML_COMMENT:
		count_comment(walk, token->text);
		break;
	case HTML_END:
		close_to(walk, 0);
	}
}

static void
start_lexer(struct html_walk *walk, struct arena *arena, const char *text)
{
	html_lex_start(&walk->lexer, arena, text);
	walk->lexer.arena = walk->scratch;
}

/* What the token before held is forgotten, now and then. */
static void
next_token(struct html_walk *walk, struct html_token *token)
{
	if (arena_size(walk->scratch) > SCRATCH_BYTES)
		arena_wipe(walk->scratch);
	html_lex_next(&walk->lexer, token);
}

static void
close_scratch(void *scratch)
{
	arena_close(scratch);
}

/* Rules count wherever their <style> stands: they are read first. */
static void
read_sheet(struct html_walk *walk, struct arena *arena, const char *text)
{
	struct html_token	 token;
	bool			 is_style;

	walk->sheet = html_sheet_open(arena);
	if (text_find_case(text, "<style") == NULL)
		return;
	is_style = false;
	start_lexer(walk, arena, text);
	do {
		next_token(walk, &token);
		if (token.kind == HTML_RAW && is_style)
			html_sheet_add(walk->sheet, token.text);
		is_style = token.kind == HTML_TAG &&
		    text_equal(token.name, "style");
	} while (token.kind != HTML_END);
}

void
html_walk_start(struct html_walk *walk, struct arena *arena, const char *text)
{
	memset(walk, 0, sizeof(*walk));
	walk->scratch = arena_open();
	arena_defer(arena, close_scratch, walk->scratch);
	read_sheet(walk, arena, text);
	html_stack_start(&walk->stack, arena,
	    html_sheet_is_unsure(walk->sheet));
	start_lexer(walk, arena, text);
}

void
html_walk_run(struct html_walk *walk, const struct html_sink *sink,
    void *state)
{
	struct html_token	 token;

	walk->sink = sink;
	walk->state = state;
	do {
		next_token(walk, &token);
		take_token(walk, &token);
	} while (token.kind != HTML_END);
	arena_wipe(walk->scratch);
}
