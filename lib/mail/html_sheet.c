#include "mail/html_sheet.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"

enum { CLASSES_MOST = 10 };	/* of one element */

struct rule {
	const char		*key;	/* ".class", "#id" or "tag" */
	const char		*tag;	/* with it, or "" */
	size_t			 order;
	const struct html_style	*normal, *important;
};

struct html_sheet {
	struct arena	*arena;
	struct rule	*rules;
	size_t		 len, room;
	bool		 settled;
	bool		 unsure;
};

struct html_sheet *
html_sheet_open(struct arena *arena)
{
	struct html_sheet	*sheet;

	sheet = arena_take(arena, sizeof(*sheet));
	sheet->arena = arena;
	return sheet;
}

bool
html_sheet_is_unsure(const struct html_sheet *sheet)
{
	return sheet->unsure;
}

static size_t
word_length(const char *text)
{
	size_t	 len;

	for (len = 0; text_is_alnum((unsigned char)text[len]) ||
	    text[len] == '-' || text[len] == '_'; len++)
		continue;
	return len;
}

/* "tag", ".class", "#id", "tag.class", "tag#id"; false for anything else. */
static bool
read_selector(struct html_sheet *sheet, const char *text, struct rule *rule)
{
	size_t	 tag, word;

	tag = word_length(text);
	rule->tag = arena_copy(sheet->arena, text, tag);
	rule->key = rule->tag;
	if (text[tag] == '\0')
		return tag > 0;
	if (text[tag] != '.' && text[tag] != '#')
		return false;
	word = word_length(text + tag + 1);
	rule->key = arena_copy(sheet->arena, text + tag, word + 1);
	return word > 0 && text[tag + 1 + word] == '\0';
}

static bool
says_nothing(const struct html_style *style)
{
	return style->set == 0 && !style->has_color &&
	    !style->has_background && !style->has_size;
}

static void
make_room(struct html_sheet *sheet)
{
	struct rule	*rules;

	if (sheet->len < sheet->room)
		return;
	sheet->room = sheet->room == 0 ? 64 : 2 * sheet->room;
	rules = arena_array(sheet->arena, sheet->room, sizeof(*rules));
	if (sheet->len > 0)
		memcpy(rules, sheet->rules, sheet->len * sizeof(*rules));
	sheet->rules = rules;
}

static void
add_rule(struct html_sheet *sheet, const char *selector,
    const struct html_style *normal, const struct html_style *important)
{
	struct rule	 rule = { 0 };

	if (says_nothing(normal) && says_nothing(important))
		return;
	if (!read_selector(sheet, selector, &rule) ||
	    sheet->len == HTML_RULES_MOST) {
		sheet->unsure |= normal->has_background ||
		    important->has_background;
		return;
	}
	make_room(sheet);
	rule.order = sheet->len;
	rule.normal = normal;
	rule.important = important;
	sheet->rules[sheet->len++] = rule;
}

/* Behind the block whose "{" stands at css. */
static const char *
skip_block(const char *css)
{
	size_t	 depth;

	for (depth = 0; *css != '\0'; css++) {
		if (*css == '{')
			depth++;
		else if (*css == '}' && --depth == 0)
			return css + 1;
	}
	return css;
}

/* A media rule for every screen is read on; all others are left out. */
static const char *
take_at_rule(struct html_sheet *sheet, const char *css, size_t len)
{
	const char	*head;

	if (css[len] == ';')
		return css + len + 1;
	if (css[len] == '\0')
		return css + len;
	head = arena_copy(sheet->arena, css, len);
	if (text_starts(head, "@media") && strchr(head, '(') == NULL &&
	    strstr(head, "print") == NULL)
		return css + len + 1;
	return skip_block(css + len);
}

/* Selectors and the declarations in braces behind them. */
static const char *
take_rule(struct html_sheet *sheet, const char *css, size_t len)
{
	struct html_style	*normal, *important;
	struct texts		 selectors;
	const char		*selector;
	size_t			 body, i, end;

	if (css[len] != '{')
		return css + len + (css[len] != '\0');
	body = strcspn(css + len, "}");
	normal = arena_take(sheet->arena, sizeof(*normal));
	important = arena_take(sheet->arena, sizeof(*important));
	html_style_read(sheet->arena, arena_copy(sheet->arena, css + len + 1,
	    body - 1), normal, important);
	selectors = text_split(sheet->arena, arena_copy(sheet->arena, css,
	    len), ",");
	for (i = 0; i < selectors.len; i++) {
		selector = selectors.at[i] + strspn(selectors.at[i], " ");
		for (end = strlen(selector); end > 0 &&
		    selector[end - 1] == ' '; end--)
			continue;
		add_rule(sheet, arena_copy(sheet->arena, selector, end),
		    normal, important);
	}
	return css + len + body + (css[len + body] == '}');
}

/* "<!--" and "-->" may stand around it all. */
static const char *
skip_between(const char *css)
{
	for (;;) {
		css += strspn(css, " }");
		if (text_starts(css, "<!--"))
			css += 4;
		else if (text_starts(css, "-->"))
			css += 3;
		else
			return css;
	}
}

void
html_sheet_add(struct html_sheet *sheet, struct bytes css)
{
	const char	*at;
	size_t		 len;

	at = skip_between(html_style_plain(sheet->arena, css));
	while (*at != '\0') {
		len = strcspn(at, *at == '@' ? "{;" : "{}");
		if (*at == '@')
			at = take_at_rule(sheet, at, len);
		else
			at = take_rule(sheet, at, len);
		at = skip_between(at);
	}
	sheet->settled = false;
}

static int
compare_to(const struct rule *rule, const char *key, const char *tag)
{
	int	 order;

	order = strcmp(rule->key, key);
	return order != 0 ? order : strcmp(rule->tag, tag);
}

static int
compare(const void *a, const void *b)
{
	const struct rule	*one, *other;
	int			 order;

	one = a;
	other = b;
	if ((order = strcmp(one->key, other->key)) != 0 ||
	    (order = strcmp(one->tag, other->tag)) != 0)
		return order;
	return one->order < other->order ? -1 : 1;
}

/* After settle there is one rule of a key and tag. */
static void
apply(const struct html_sheet *sheet, const char *key, const char *tag,
    struct html_style *normal, struct html_style *important)
{
	size_t	 low, high, middle;

	low = 0;
	high = sheet->len;
	while (low < high) {
		middle = (low + high) / 2;
		if (compare_to(&sheet->rules[middle], key, tag) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == sheet->len ||
	    compare_to(&sheet->rules[low], key, tag) != 0)
		return;
	html_style_merge(normal, sheet->rules[low].normal);
	html_style_merge(important, sheet->rules[low].important);
}

/* A class's or id's rules, and then those for this tag only. */
static void
apply_both(const struct html_sheet *sheet, const char *key, const char *tag,
    struct html_style *normal, struct html_style *important)
{
	apply(sheet, key, "", normal, important);
	apply(sheet, key, tag, normal, important);
}

static bool
is_same(const struct rule *a, const struct rule *b)
{
	return text_equal(a->key, b->key) && text_equal(a->tag, b->tag);
}

static const struct html_style *
join(struct html_sheet *sheet, const struct html_style *style,
    const struct html_style *later)
{
	struct html_style	*joined;

	joined = arena_take(sheet->arena, sizeof(*joined));
	*joined = *style;
	html_style_merge(joined, later);
	return joined;
}

/* Sorts the rules and makes one of those with one selector, so that to look
 * for an element's is quick whatever the sheet. */
static void
settle(struct html_sheet *sheet)
{
	struct rule	*rules;
	size_t		 i, last;

	if (sheet->settled)
		return;
	sheet->settled = true;
	rules = sheet->rules;
	qsort(rules, sheet->len, sizeof(*rules), compare);
	for (last = 0, i = 1; i < sheet->len; i++) {
		if (!is_same(&rules[last], &rules[i])) {
			rules[++last] = rules[i];
			continue;
		}
		rules[last].normal = join(sheet, rules[last].normal,
		    rules[i].normal);
		rules[last].important = join(sheet, rules[last].important,
		    rules[i].important);
	}
	sheet->len = last + 1;
}

void
html_sheet_find(struct html_sheet *sheet, struct arena *scratch,
    const struct html_element *element, struct html_style *normal,
    struct html_style *important)
{
	struct texts	 classes = { 0 };
	size_t		 i;

	if (sheet->len == 0)
		return;
	settle(sheet);
	apply(sheet, element->tag, element->tag, normal, important);
	if (element->classes != NULL)
		classes = text_split(scratch, text_lower_copy(scratch,
		    element->classes), " \t\r\n\f");
	for (i = 0; i < classes.len && i < CLASSES_MOST; i++)
		apply_both(sheet, text_format(scratch, ".%s", classes.at[i]),
		    element->tag, normal, important);
	if (element->id != NULL)
		apply_both(sheet, text_format(scratch, "#%s", text_lower_copy(
		    scratch, element->id)), element->tag, normal, important);
}
