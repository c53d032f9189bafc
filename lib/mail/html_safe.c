#include "mail/html_safe.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "data/utf8.h"
#include "mail/html_image.h"
#include "mail/html_link.h"
#include "mail/html_walk.h"

enum {
	OUTPUT_BYTES = 1024 * 1024,
	SPAN_MOST = 1000,
	NO_BREAK_SPACE = 0xA0
};

/* What is kept; what is not is left out around its text. */
static const char *const	 kept[] = {
	"a", "abbr", "address", "article", "aside", "b", "blockquote",
	"caption", "cite", "code", "dd", "del", "details", "dfn", "div", "dl",
	"dt", "em", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4",
	"h5", "h6", "header", "i", "ins", "kbd", "li", "main", "mark", "nav",
	"ol", "p", "pre", "q", "s", "samp", "section", "small", "strike",
	"strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot",
	"th", "thead", "time", "tr", "tt", "u", "ul", "var", NULL
};

struct safe {
	struct html_walk	 walk;
	struct buf		 out;
	size_t			 most;		/* bytes */
	size_t			 pre;		/* how many are open */
	bool			 space;		/* wanted before a text */
	bool			 fresh;		/* a block's start or end */
	struct html_safe	*result;
};

static void
put_escaped(struct buf *out, uint32_t character)
{
	if (character == '&')
		buf_text(out, "&amp;");
	else if (character == '<')
		buf_text(out, "&lt;");
	else if (character == '>')
		buf_text(out, "&gt;");
	else if (character == '"')
		buf_text(out, "&quot;");
	else
		utf8_put(out, character);
}

static void
put_attribute(struct safe *safe, const char *name, const char *value)
{
	struct bytes	 text;
	size_t		 at;

	buf_format(&safe->out, " %s=\"", name);
	text = bytes_of(value);
	for (at = 0; at < text.len; )
		put_escaped(&safe->out, utf8_next(text, &at));
	buf_byte(&safe->out, '"');
}

static bool
is_block(struct html_kind_of kind)
{
	return (kind.trades & (HTML_IS_SPECIAL | HTML_IS_LINE |
	    HTML_IS_PARAGRAPH)) != 0 && (kind.trades & HTML_IS_VOID) == 0;
}

/* A blank that collapsed, where one is to be seen. */
static void
pay_space(struct safe *safe)
{
	if (safe->space && !safe->fresh && safe->out.len > 0 &&
	    safe->out.at[safe->out.len - 1] != ' ')
		buf_byte(&safe->out, ' ');
	safe->space = false;
}

static void
begin_block(struct safe *safe, struct html_kind_of kind)
{
	if (!is_block(kind)) {
		pay_space(safe);
		return;
	}
	safe->space = false;
	safe->fresh = true;
}

static void
put_number(struct safe *safe, const struct html_token *token,
    enum html_attribute which, const char *name)
{
	const char	*value;
	uint64_t	 number;

	value = token->attributes[which];
	if (value != NULL && text_number(bytes_of(value), SPAN_MOST, &number))
		put_attribute(safe, name, value);
}

static void
put_attributes(struct safe *safe, struct html_kind_of kind,
    const struct html_token *token)
{
	const char	*target;

	if (kind.id == HTML_A) {
		target = html_link_target(safe->walk.scratch,
		    token->attributes[HTML_HREF]);
		if (target != NULL)
			put_attribute(safe, "href", target);
	} else if (kind.id == HTML_CELL) {
		put_number(safe, token, HTML_COLSPAN, "colspan");
		put_number(safe, token, HTML_ROWSPAN, "rowspan");
	} else if (kind.id == HTML_OL) {
		put_number(safe, token, HTML_START, "start");
	}
}

static const char *
find_kept(const char *name)
{
	const char *const	*one;

	for (one = kept; *one != NULL; one++)
		if (text_equal(name, *one))
			return *one;
	return NULL;
}

static void
begin(void *state, struct html_open *open, const struct html_token *token)
{
	struct safe	*safe = state;

	if (!open->sight.gone && safe->out.len < safe->most)
		open->written = find_kept(token->name);
	begin_block(safe, open->kind);
	open->mark = safe->out.len;
	if (open->written == NULL)
		return;
	if (open->kind.id == HTML_PRE)
		safe->pre++;
	buf_format(&safe->out, "<%s", open->written);
	put_attributes(safe, open->kind, token);
	buf_byte(&safe->out, '>');
	open->count = safe->out.len;
}

/* One that holds nothing is as if it had not been, but for cells. */
static void
close_one(struct safe *safe, struct html_open *open)
{
	const char	*name;

	if ((name = open->written) == NULL)
		return;
	open->written = NULL;
	if (open->kind.id == HTML_PRE)
		safe->pre--;
	if (safe->out.len == open->count && open->kind.id != HTML_CELL) {
		buf_cut(&safe->out, open->mark);
		return;
	}
	buf_format(&safe->out, "</%s>", name);
	if (is_block(open->kind) && safe->pre == 0)
		buf_byte(&safe->out, '\n');
}

/* An inline element that ends inside a block is closed behind the block. */
static void
end(void *state, struct html_open *open)
{
	struct safe		*safe = state;
	struct html_stack	*stack = &safe->walk.stack;
	int32_t			 i;

	if (open != html_stack_top(stack)) {
		open->is_flowing = true;
		return;
	}
	if (is_block(open->kind)) {
		safe->space = false;
		safe->fresh = true;
	}
	close_one(safe, open);
	for (i = stack->len - 2; i >= 0 && stack->at[i].is_flowing; i--)
		close_one(safe, &stack->at[i]);
}

static void
put_image(struct safe *safe, const struct html_token *token)
{
	const char	*alt;
	bool		 remote;

	remote = html_image_is_remote(token);
	if (html_image_is_unseen(token) ||
	    !html_stack_is_seen(&safe->walk.stack)) {
		safe->result->shown.trackers += remote;
		return;
	}
	safe->result->images += remote;
	alt = token->attributes[HTML_ALT];
	alt = alt == NULL ? "" : utf8_clean_line(safe->walk.scratch,
	    bytes_of(alt));
	if (alt[strspn(alt, " ")] == '\0' && !html_image_is_enclosed(token))
		return;
	pay_space(safe);
	safe->fresh = false;
	buf_text(&safe->out, "<img");
	if (html_image_is_enclosed(token))
		put_attribute(safe, "src", utf8_clean_line(
		    safe->walk.scratch, bytes_of(token->attributes[HTML_SRC])));
	put_attribute(safe, "alt", alt);
	buf_byte(&safe->out, '>');
}

static void
put_plain(struct safe *safe, uint32_t character)
{
	if (safe->out.len >= safe->most)
		return;
	pay_space(safe);
	safe->fresh = false;
	put_escaped(&safe->out, character);
}

static void
put(void *state, uint32_t character)
{
	struct safe	*safe = state;
	bool		 blank;

	blank = character <= ' ' && text_is_space((unsigned char)character);
	if ((character < ' ' && !blank) ||
	    (character >= 0x7F && character < NO_BREAK_SPACE))
		return;
	if (blank && safe->pre == 0)
		safe->space = true;
	else if (character != '\r')
		put_plain(safe, character);
}

/* What a form shows in a field or on a button. */
static void
put_input(struct safe *safe, const struct html_token *token)
{
	const char	*type, *value;
	struct bytes	 text;
	size_t		 at;

	type = token->attributes[HTML_TYPE];
	value = token->attributes[HTML_VALUE];
	if (value == NULL || (type != NULL && text_equal_case(type, "hidden")))
		return;
	text = bytes_of(text_format(safe->walk.scratch, "[%s]",
	    utf8_clean_line(safe->walk.scratch, bytes_of(value))));
	for (at = 0; at < text.len; )
		put(safe, utf8_next(text, &at));
}

static void
lone(void *state, struct html_kind_of kind, const struct html_token *token)
{
	struct safe	*safe = state;

	if (safe->out.len >= safe->most)
		return;
	if (kind.id == HTML_IMG) {
		put_image(safe, token);
		return;
	}
	if (!html_stack_is_seen(&safe->walk.stack))
		return;
	if (kind.id == HTML_BR || kind.id == HTML_HR) {
		buf_text(&safe->out, kind.id == HTML_BR ? "<br>\n" :
		    "<hr>\n");
		safe->space = false;
		safe->fresh = true;
	} else if (kind.id == HTML_INPUT) {
		put_input(safe, token);
	}
}

static void
lost(void *state)
{
	struct safe	*safe = state;

	if (html_stack_is_seen(&safe->walk.stack) &&
	    safe->out.len < safe->most)
		buf_text(&safe->out, "<br>\n");
}

static const struct html_sink	 sink = { begin, end, lone, put, lost };

void
html_safe(struct arena *arena, const char *html, size_t most,
    struct html_safe *result)
{
	struct safe	*safe;
	size_t		 invisible;

	memset(result, 0, sizeof(*result));
	safe = arena_take(arena, sizeof(*safe));
	html_walk_start(&safe->walk, arena, html);
	safe->result = result;
	safe->most = most == 0 ? OUTPUT_BYTES : most;
	safe->fresh = true;
	buf_start(&safe->out, arena);
	html_walk_run(&safe->walk, &sink, safe);
	result->shown.text = utf8_visible(arena, buf_string(&safe->out),
	    &invisible);
	result->shown.hidden = safe->walk.hidden + invisible;
}

const char *
html_safe_plain(struct arena *arena, const char *text)
{
	struct bytes	 all;
	struct buf	 out;
	size_t		 at;

	buf_start(&out, arena);
	buf_text(&out, "<pre>");
	all = bytes_of(text);
	for (at = 0; at < all.len; )
		put_escaped(&out, utf8_next(all, &at));
	buf_text(&out, "</pre>\n");
	return buf_string(&out);
}
