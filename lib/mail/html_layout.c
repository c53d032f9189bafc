#include "mail/html_layout.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/utf8.h"
#include "mail/html_image.h"
#include "mail/html_link.h"

enum {
	CELL_BYTES = 500,	/* a longer cell is no column */
	NUMBER_MOST = 1000000
};

static const char *const	 headings[] = {
	"# ", "## ", "### ", "#### ", "##### ", "###### "
};

/* The innermost open cell of the innermost table, or NULL. */
static struct html_open *
find_cell(struct html_layout *layout)
{
	int32_t	 cell;

	cell = layout->stack->last[HTML_CELL];
	return cell > layout->stack->last[HTML_TABLE] ?
	    &layout->stack->at[cell] : NULL;
}

static struct html_open *
find_row(struct html_layout *layout)
{
	int32_t	 row;

	row = layout->stack->last[HTML_ROW];
	return row > layout->stack->last[HTML_TABLE] ? &layout->stack->at[row] :
	    NULL;
}

/* Before a cell's text nothing breaks a row's line, and nothing sets rows
 * apart. */
void
html_layout_break(struct html_layout *layout, enum html_break kind)
{
	struct html_open	*cell, *row;

	cell = find_cell(layout);
	row = find_row(layout);
	if (cell == NULL || row == NULL ||
	    cell->mark != layout->writer.out.len)
		html_write_break(&layout->writer, kind);
	else if (!row->is_flowing)
		html_write_break(&layout->writer, HTML_LINE);
}

static void
begin_cell(struct html_layout *layout, struct html_open *cell)
{
	struct html_open	*row;

	row = find_row(layout);
	cell->mark = layout->writer.out.len;
	if (row != NULL && row->is_flowing) {
		layout->writer.breaks = 0;
		layout->writer.space = false;
		layout->writer.separator = true;
	}
}

/* Whether what was written since mark is a line. */
static bool
is_one_line(const struct html_layout *layout, size_t mark)
{
	const unsigned char	*at;
	size_t			 len;

	at = layout->writer.out.at + mark;
	len = layout->writer.out.len - mark;
	if (len > CELL_BYTES)
		return false;
	for (; len > 0 && strchr("\n> ", *at) != NULL; at++)
		len--;
	return memchr(at, '\n', len) == NULL;
}

static void
end_cell(struct html_layout *layout, const struct html_open *cell)
{
	struct html_open	*row;

	row = find_row(layout);
	if (row == NULL || layout->writer.out.len == cell->mark)
		return;
	row->is_flowing = is_one_line(layout, cell->mark);
	if (row->is_flowing) {
		layout->writer.breaks = 0;
		layout->writer.space = false;
	} else {
		html_write_break(&layout->writer, HTML_LINE);
	}
}

static size_t
read_start(const char *text)
{
	uint64_t	 number;

	if (text == NULL || !text_number(bytes_of(text), NUMBER_MOST, &number))
		return 0;
	return number == 0 ? 0 : (size_t)number - 1;
}

static void
begin_list(struct html_layout *layout, struct html_open *open,
    const struct html_token *token)
{
	html_layout_break(layout, layout->writer.lists == 0 ?
	    HTML_PARAGRAPH : HTML_LINE);
	layout->writer.lists++;
	open->count = read_start(token->attributes[HTML_START]);
}

static void
end_list(struct html_layout *layout)
{
	layout->writer.has_marker = false;
	layout->writer.lists--;
	html_layout_break(layout, layout->writer.lists == 0 ?
	    HTML_PARAGRAPH : HTML_LINE);
}

static void
begin_item(struct html_layout *layout)
{
	int32_t	 list;

	list = layout->stack->last[HTML_OL];
	if (list > layout->stack->last[HTML_UL])
		html_write_item(&layout->writer, text_format(layout->scratch,
		    "%zu. ", ++layout->stack->at[list].count));
	else
		html_write_item(&layout->writer, "- ");
}

static void
begin_link(struct html_layout *layout, struct html_open *open,
    const struct html_token *token)
{
	open->mark = layout->writer.out.len;
	open->href = html_link_target(layout->arena,
	    token->attributes[HTML_HREF]);
	if (open->href != NULL && layout->markdown)
		html_write_open(&layout->writer, &open->pair, "[");
}

/* A blank stands before it unless a line or cell begins. */
static void
put_target(struct html_layout *layout, const char *href)
{
	layout->writer.space = true;
	html_write_mark(&layout->writer, text_format(layout->scratch, "<%s>",
	    href));
}

static void
end_link(struct html_layout *layout, struct html_open *open)
{
	const char	*text;
	size_t		 len;

	if (open->href == NULL)
		return;
	len = layout->writer.out.len - open->mark;
	text = arena_copy(layout->scratch, layout->writer.out.at == NULL ? "" :
	    (const char *)layout->writer.out.at + open->mark,
	    len > HTML_LINK_TEXT_BYTES ? 0 : len);
	if (layout->markdown)
		html_write_close(&layout->writer, &open->pair, text_format(
		    layout->scratch, "](%s)", open->href));
	else if (len > 0 && !html_link_is_same(text, open->href))
		put_target(layout, open->href);
}

/* Within its like it adds nothing. */
static void
begin_emphasis(struct html_layout *layout, struct html_open *open)
{
	if (layout->markdown && open->same == HTML_NOWHERE &&
	    html_stack_is_seen(layout->stack))
		html_write_open(&layout->writer, &open->pair,
		    open->kind.id == HTML_BOLD ? "**" : "*");
}

/* What an element does where it starts, besides hiding its text. */
void
html_layout_begin(struct html_layout *layout, struct html_open *open,
    const struct html_token *token)
{
	unsigned	 id;

	id = open->kind.id;
	if ((open->kind.trades & HTML_IS_PARAGRAPH) != 0)
		html_layout_break(layout, HTML_PARAGRAPH);
	else if ((open->kind.trades & HTML_IS_LINE) != 0)
		html_layout_break(layout, HTML_LINE);
	if (id == HTML_CELL)
		begin_cell(layout, open);
	else if (id == HTML_UL || id == HTML_OL)
		begin_list(layout, open, token);
	else if (id == HTML_LI && html_stack_is_seen(layout->stack))
		begin_item(layout);
	else if (id == HTML_A && html_stack_is_seen(layout->stack))
		begin_link(layout, open, token);
	else if (id == HTML_BOLD || id == HTML_EMPHASIS)
		begin_emphasis(layout, open);
	else if (id == HTML_BLOCKQUOTE)
		layout->writer.quotes++;
	else if (id == HTML_PRE || id == HTML_XMP)
		layout->writer.pre = true;
	else if (id >= HTML_H1 && id <= HTML_H6 && layout->markdown)
		html_write_open(&layout->writer, &open->pair,
		    headings[id - HTML_H1]);
}

void
html_layout_end(struct html_layout *layout, struct html_open *open)
{
	unsigned	 id;

	id = open->kind.id;
	if (id == HTML_CELL)
		end_cell(layout, open);
	else if (id == HTML_UL || id == HTML_OL)
		end_list(layout);
	else if (id == HTML_LI)
		layout->writer.has_marker = false;
	else if (id == HTML_A)
		end_link(layout, open);
	else if (id == HTML_BLOCKQUOTE)
		layout->writer.quotes--;
	else if (id == HTML_PRE || id == HTML_XMP)
		layout->writer.pre = false;
	else if (id == HTML_BOLD || id == HTML_EMPHASIS)
		html_write_close(&layout->writer, &open->pair,
		    id == HTML_BOLD ? "**" : "*");
	else
		html_write_close(&layout->writer, &open->pair, "");
	if ((open->kind.trades & HTML_IS_PARAGRAPH) != 0)
		html_layout_break(layout, HTML_PARAGRAPH);
	else if ((open->kind.trades & HTML_IS_LINE) != 0)
		html_layout_break(layout, HTML_LINE);
}

static void
put_image(struct html_layout *layout, const struct html_token *token)
{
	const char	*alt;

	if (html_image_is_unseen(token) ||
	    !html_stack_is_seen(layout->stack)) {
		layout->trackers += html_image_is_remote(token);
		return;
	}
	alt = token->attributes[HTML_ALT];
	if (alt == NULL)
		return;
	alt = utf8_clean_line(layout->scratch, bytes_of(alt));
	alt += strspn(alt, " ");
	if (alt[0] != '\0')
		html_write_mark(&layout->writer, text_format(layout->scratch,
		    "[image: %s]", alt));
}

/* What a form shows in a field or on a button. */
static void
put_input(struct html_layout *layout, const struct html_token *token)
{
	const char	*type, *value;

	type = token->attributes[HTML_TYPE];
	value = token->attributes[HTML_VALUE];
	if (value == NULL || (type != NULL && text_equal_case(type, "hidden")))
		return;
	html_write_mark(&layout->writer, text_format(layout->scratch, "[%s]",
	    utf8_clean_line(layout->scratch, bytes_of(value))));
}

void
html_layout_void(struct html_layout *layout, unsigned id,
    const struct html_token *token)
{
	if (id == HTML_IMG) {
		put_image(layout, token);
		return;
	}
	if (!html_stack_is_seen(layout->stack))
		return;
	if (id == HTML_BR) {
		html_layout_break(layout, layout->writer.breaks > 0 ?
		    HTML_PARAGRAPH : HTML_LINE);
	} else if (id == HTML_HR) {
		html_write_break(&layout->writer, HTML_LINE);
		html_write_mark(&layout->writer, "---");
		html_write_break(&layout->writer, HTML_LINE);
	} else if (id == HTML_INPUT) {
		put_input(layout, token);
	}
}
