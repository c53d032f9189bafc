#include "mail/html_stack.h"

#include <string.h>

#include "base/arena.h"

enum {
	FIRST_SIZE = 64,
	NORMAL_SIZE = 16 * HTML_SIZE_UNIT,
	SMALLEST_SEEN = HTML_SIZE_UNIT,	/* at most this is not */
	LARGEST = 100000 * HTML_SIZE_UNIT,
	SEEN_ALPHA = 12,	/* of 255: at most this is not */
	COVERS_ALPHA = 250,	/* of a background: at least this does */
	TINTS_ALPHA = 25
};

void
html_stack_start(struct html_stack *stack, struct arena *arena, bool unsure)
{
	size_t	 i;

	memset(stack, 0, sizeof(*stack));
	stack->arena = arena;
	stack->unsure = unsure;
	stack->scope = stack->special = HTML_NOWHERE;
	for (i = 0; i < HTML_IDS; i++)
		stack->last[i] = HTML_NOWHERE;
	stack->root.size = NORMAL_SIZE;
	stack->root.assumed = true;
	html_color_read("black", &stack->root.color);
	html_color_read("white", &stack->root.background);
}

struct html_open *
html_stack_top(struct html_stack *stack)
{
	return stack->len == 0 ? NULL : &stack->at[stack->len - 1];
}

static const struct html_sight *
sight_at(const struct html_stack *stack, int32_t index)
{
	return index == HTML_NOWHERE ? &stack->root : &stack->at[index].sight;
}

static int32_t
find_size(int32_t around, const struct html_style *style)
{
	int64_t	 size;

	if (!style->has_size)
		return around;
	size = style->size_relative ?
	    (int64_t)around * style->size / 100 : style->size;
	return size > LARGEST ? LARGEST : size < 0 ? 0 : (int32_t)size;
}

static void
set_background(struct html_sight *sight, struct html_color color)
{
	if (color.known && color.alpha < TINTS_ALPHA)
		return;
	if (color.alpha < COVERS_ALPHA)
		color.known = false;
	sight->background = color;
	sight->assumed = false;
}

/* How text looks in an element, from what is around it. */
static void
find_sight(struct html_open *open, const struct html_sight *around)
{
	const struct html_style	*style;
	struct html_sight	*sight;

	style = &open->style;
	sight = &open->sight;
	*sight = *around;
	if ((open->kind.trades & HTML_IS_UNSEEN) != 0 ||
	    html_style_is_gone(style))
		sight->gone = true;
	if ((style->set & HTML_INVISIBLE) != 0)
		sight->invisible = (style->traits & HTML_INVISIBLE) != 0;
	sight->size = find_size(around->size, style);
	if (style->has_color)
		sight->color = style->color;
	if (style->has_background)
		set_background(sight, style->background);
}

static void
grow(struct html_stack *stack)
{
	struct html_open	*at;

	if (stack->len < stack->size)
		return;
	stack->size = stack->size == 0 ? FIRST_SIZE : stack->size * 2;
	at = arena_array(stack->arena, (size_t)stack->size, sizeof(*at));
	if (stack->len > 0)
		memcpy(at, stack->at, (size_t)stack->len * sizeof(*at));
	stack->at = at;
}

struct html_open *
html_stack_push(struct html_stack *stack, struct html_kind_of kind,
    const struct html_style *style)
{
	struct html_open	*open;
	int32_t			 index;

	if (stack->len == HTML_DEPTH) {
		stack->beyond++;
		return NULL;
	}
	grow(stack);
	index = stack->len++;
	open = &stack->at[index];
	memset(open, 0, sizeof(*open));
	open->kind = kind;
	open->style = *style;
	open->same = stack->last[kind.id];
	open->scope = stack->scope;
	open->special = stack->special;
	stack->last[kind.id] = index;
	if ((kind.trades & HTML_IS_SCOPE) != 0)
		stack->scope = index;
	if ((kind.trades & HTML_IS_SPECIAL) != 0)
		stack->special = index;
	find_sight(open, sight_at(stack, index - 1));
	return open;
}

void
html_stack_pop(struct html_stack *stack)
{
	struct html_open	*open;

	open = &stack->at[--stack->len];
	/* One that was released is the last of its id no more. */
	if (stack->last[open->kind.id] == stack->len)
		stack->last[open->kind.id] = open->same;
	stack->scope = open->scope;
	stack->special = open->special;
}

int32_t
html_stack_find(const struct html_stack *stack, struct html_kind_of kind)
{
	int32_t	 index, limit;

	index = stack->last[kind.id];
	if (kind.id == HTML_TABLE || kind.id == HTML_ROW ||
	    kind.id == HTML_ROWS || kind.id == HTML_CELL)
		limit = kind.id == HTML_TABLE ? HTML_NOWHERE :
		    stack->last[HTML_TABLE];
	else if ((kind.trades & (HTML_IS_SPECIAL | HTML_IS_FORMAT)) != 0)
		limit = (kind.trades & HTML_IS_SCOPE) != 0 ? HTML_NOWHERE :
		    stack->scope;
	else
		limit = stack->special;
	return index > limit ? index : HTML_NOWHERE;
}

void
html_stack_release(struct html_stack *stack, int32_t index)
{
	struct html_open	*open;
	int32_t			 i;

	open = &stack->at[index];
	stack->last[open->kind.id] = open->same;
	open->kind.trades = 0;
	memset(&open->style, 0, sizeof(open->style));
	for (i = index; i < stack->len; i++)
		find_sight(&stack->at[i], sight_at(stack, i - 1));
}

bool
html_stack_is_seen(const struct html_stack *stack)
{
	const struct html_sight	*sight;

	sight = sight_at(stack, stack->len - 1);
	if (sight->gone || sight->invisible || sight->size <= SMALLEST_SEEN)
		return false;
	if (sight->color.known && sight->color.alpha <= SEEN_ALPHA)
		return false;
	if (sight->assumed && stack->unsure)
		return true;
	return !html_color_is_like(sight->color, sight->background);
}
