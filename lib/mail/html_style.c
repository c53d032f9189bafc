#include "mail/html_style.h"

#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"

enum {
	FAR_OUT = -500 * HTML_SIZE_UNIT,
	TINY = HTML_SIZE_UNIT,		/* a box as small as this is none */
	NUMBER_MOST = 1000000,
	ESCAPE_DIGITS = 6
};

/* Behind an escape (CSS Syntax 4.3.7); only letters, digits and hyphens come
 * of it, for nothing else is part of a word we know. */
static size_t
take_escape(struct bytes css, size_t at, struct buf *out)
{
	unsigned int	 value;
	size_t		 digits;

	value = 0;
	at++;
	for (digits = 0; digits < ESCAPE_DIGITS && at < css.len &&
	    text_hex(css.at[at]) != -1; digits++, at++)
		value = value * 16 + (unsigned)text_hex(css.at[at]);
	if (digits == 0 && at < css.len)
		value = css.at[at++];
	else if (at < css.len && text_is_space(css.at[at]))
		at++;
	if (value < 0x80 && (text_is_alnum((unsigned char)value) ||
	    value == '-' || value == '_'))
		buf_byte(out, text_lower((unsigned char)value));
	else
		buf_byte(out, '?');
	return at;
}

/* Behind the comment or the string that starts at at. */
static size_t
skip_comment(struct bytes css, size_t at)
{
	for (at += 2; at < css.len; at++)
		if (css.at[at] == '*' && at + 1 < css.len &&
		    css.at[at + 1] == '/')
			return at + 2;
	return at;
}

static size_t
skip_string(struct bytes css, size_t at)
{
	unsigned char	 quote;

	quote = css.at[at];
	for (at++; at < css.len && css.at[at] != quote &&
	    css.at[at] != '\n'; at++)
		if (css.at[at] == '\\')
			at++;
	return at + 1;
}

const char *
html_style_plain(struct arena *arena, struct bytes css)
{
	struct buf	 buf;
	unsigned char	 c;
	size_t		 at;

	buf_start(&buf, arena);
	for (at = 0; at < css.len; ) {
		c = css.at[at];
		if (c == '/' && at + 1 < css.len && css.at[at + 1] == '*') {
			at = skip_comment(css, at);
			buf_byte(&buf, ' ');
		} else if (c == '"' || c == '\'') {
			at = skip_string(css, at);
			buf_byte(&buf, '"');
		} else if (c == '\\') {
			at = take_escape(css, at, &buf);
		} else {
			buf_byte(&buf, text_is_space(c) || c == '\0' ? ' ' :
			    text_lower(c));
			at++;
		}
	}
	return buf_string(&buf);
}

struct unit {
	const char	*name;
	int32_t		 parts;		/* of HTML_SIZE_UNIT */
};

static const struct unit units[] = {
	{ "px", 100 }, { "pt", 133 }, { "em", 1600 }, { "rem", 1600 },
	{ "ex", 800 }, { "in", 9600 }, { "cm", 3780 }, { "mm", 378 },
	{ "pc", 1600 }, { "vw", 800 }, { "vh", 800 }
};

/* A number in hundredths; what follows it in *rest. */
static bool
read_number(const char *text, int32_t *number, const char **rest)
{
	bool	 negative, any;
	int32_t	 unit;

	negative = *text == '-';
	text += *text == '-' || *text == '+';
	any = false;
	for (*number = 0; text_is_digit((unsigned char)*text); text++,
	    any = true)
		if (*number < NUMBER_MOST)
			*number = *number * 10 + (*text - '0') * 100;
	if (*text == '.')
		text++;
	for (unit = 10; text_is_digit((unsigned char)*text); text++,
	    any = true) {
		*number += (*text - '0') * unit;
		unit /= 10;
	}
	if (negative)
		*number = -*number;
	*rest = text;
	return any;
}

/* A length in parts of a pixel, or a percentage as it is. */
static bool
read_length(const char *text, int32_t *length, bool *relative)
{
	const char	*rest;
	size_t		 i;

	*relative = false;
	if (!read_number(text, length, &rest))
		return false;
	if (*rest == '%') {
		*relative = true;
		*length /= 100;
		return true;
	}
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (text_starts(rest, units[i].name)) {
			*length = (int32_t)((int64_t)*length *
			    units[i].parts / 100);
			return true;
		}
	return *length == 0;
}

static bool
is_far(const char *value)
{
	int32_t	 length;
	bool	 relative;

	return read_length(value, &length, &relative) &&
	    length <= (relative ? -100 : FAR_OUT);
}

/* As CSS has it for margins: any of the four. */
static bool
is_any_far(const char *value)
{
	for (; *value != '\0'; value += strspn(value, " ")) {
		if (is_far(value))
			return true;
		value += strcspn(value, " ");
	}
	return false;
}

static bool
is_tiny(const char *value)
{
	int32_t	 length;
	bool	 relative;

	return read_length(value, &length, &relative) && length >= 0 &&
	    length <= (relative ? 0 : TINY);
}

static bool
is_clear(const char *value)
{
	const char	*rest;
	int32_t		 number;

	return read_number(value, &number, &rest) && number <= 5;
}

static bool
is_none(const char *value)
{
	return text_equal(value, "none");
}

static bool
is_invisible(const char *value)
{
	return text_equal(value, "hidden") || text_equal(value, "collapse");
}

static bool
is_cut(const char *value)
{
	return text_starts(value, "hidden") || text_starts(value, "clip");
}

static bool
is_placed(const char *value)
{
	return text_equal(value, "absolute") || text_equal(value, "fixed");
}

/* clip: rect(0,0,0,0) or of one pixel; clip-path: inset(50%), circle(0). */
static bool
is_clipped(const char *value)
{
	if (text_starts(value, "rect("))
		return strcspn(value, "23456789") == strlen(value);
	return text_starts(value, "inset(50%") ||
	    text_starts(value, "inset(100%") ||
	    text_starts(value, "circle(0") ||
	    text_starts(value, "polygon(0 0,0 0");
}

static bool
is_scaled(const char *value)
{
	return strstr(value, "scale(0)") != NULL ||
	    strstr(value, "scale(0,") != NULL ||
	    strstr(value, "scalex(0)") != NULL ||
	    strstr(value, "scaley(0)") != NULL ||
	    strstr(value, "translatex(-9") != NULL ||
	    strstr(value, "translate(-9") != NULL;
}

struct property {
	const char	*name;
	enum html_trait	 trait;
	bool		(*is)(const char *value);
};

static const struct property properties[] = {
	{ "display", HTML_NONE, is_none },
	{ "visibility", HTML_INVISIBLE, is_invisible },
	{ "opacity", HTML_CLEAR, is_clear },
	{ "text-indent", HTML_INDENTED, is_far },
	{ "clip", HTML_CLIPPED, is_clipped },
	{ "clip-path", HTML_CLIPPED, is_clipped },
	{ "transform", HTML_SCALED, is_scaled },
	{ "margin", HTML_MARGIN, is_any_far },
	{ "margin-left", HTML_MARGIN, is_far },
	{ "margin-top", HTML_MARGIN, is_far },
	{ "height", HTML_ZERO_HEIGHT, is_tiny },
	{ "width", HTML_ZERO_WIDTH, is_tiny },
	{ "max-height", HTML_ZERO_MOST, is_tiny },
	{ "overflow", HTML_CUT, is_cut },
	{ "position", HTML_PLACED, is_placed },
	{ "left", HTML_FAR, is_far },
	{ "right", HTML_FAR, is_far },
	{ "top", HTML_FAR, is_far },
	{ "bottom", HTML_FAR, is_far }
};

static void
set_size(struct html_style *style, const char *value)
{
	int32_t	 size;
	bool	 relative;

	if (!read_length(value, &size, &relative))
		return;
	/* An em is the size around it. */
	if (!relative && strstr(value, "em") != NULL &&
	    strstr(value, "rem") == NULL) {
		relative = true;
		size /= 16;
	}
	style->has_size = true;
	style->size_relative = relative;
	style->size = size;
}

/* font: the first length is the size. */
static void
set_font(struct html_style *style, const char *value)
{
	for (; *value != '\0'; value += strspn(value, " ")) {
		set_size(style, value);
		if (style->has_size)
			return;
		value += strcspn(value, " ");
	}
}

/* An image, a gradient or an unread word is a background not known. */
static void
set_background(struct arena *arena, struct html_style *style,
    const char *value)
{
	struct html_color	 color;
	const char		*word;

	if (is_none(value) || text_equal(value, "transparent"))
		return;
	style->has_background = true;
	memset(&style->background, 0, sizeof(style->background));
	if (strstr(value, "url") != NULL || strstr(value, "gradient") != NULL)
		return;
	if (html_color_read(value, &style->background))
		return;
	for (; *value != '\0'; value += strspn(value, " ")) {
		word = arena_copy(arena, value, strcspn(value, " "));
		if (html_color_read(word, &color))
			style->background = color;
		value += strlen(word);
	}
}

static void
set_one(struct arena *arena, struct html_style *style, const char *name,
    const char *value)
{
	size_t	 i;

	for (i = 0; i < sizeof(properties) / sizeof(properties[0]); i++)
		if (text_equal(name, properties[i].name)) {
			style->set |= properties[i].trait;
			style->traits &= ~(unsigned)properties[i].trait;
			if (properties[i].is(value))
				style->traits |= properties[i].trait;
			return;
		}
	if (text_equal(name, "color"))
		style->has_color = html_color_read(value, &style->color) ||
		    style->has_color;
	else if (text_equal(name, "font-size"))
		set_size(style, value);
	else if (text_equal(name, "font"))
		set_font(style, value);
	else if (text_starts(name, "background") &&
	    (name[10] == '\0' || text_equal(name, "background-color") ||
	    text_equal(name, "background-image")))
		set_background(arena, style, value);
}

void
html_style_read(struct arena *arena, const char *plain,
    struct html_style *normal, struct html_style *important)
{
	const char	*name, *value;
	size_t		 len, colon, mark;

	for (; *plain != '\0'; plain += len + (plain[len] == ';')) {
		len = strcspn(plain, ";");
		colon = strcspn(plain, ":;");
		if (colon == len)
			continue;
		mark = colon + 1 + strcspn(plain + colon + 1, "!;");
		name = bytes_text(arena, bytes_trim(bytes_from(plain, colon)));
		value = bytes_text(arena, bytes_trim(bytes_from(plain +
		    colon + 1, mark - colon - 1)));
		set_one(arena, mark < len ? important : normal, name, value);
	}
}

void
html_style_merge(struct html_style *style, const struct html_style *later)
{
	style->traits = (style->traits & ~later->set) | later->traits;
	style->set |= later->set;
	if (later->has_color) {
		style->has_color = true;
		style->color = later->color;
	}
	if (later->has_background) {
		style->has_background = true;
		style->background = later->background;
	}
	if (later->has_size) {
		style->has_size = true;
		style->size = later->size;
		style->size_relative = later->size_relative;
	}
}

bool
html_style_is_gone(const struct html_style *style)
{
	const unsigned	 zero = HTML_ZERO_HEIGHT | HTML_ZERO_WIDTH |
			    HTML_ZERO_MOST;

	if ((style->traits & (HTML_NONE | HTML_CLEAR | HTML_INDENTED |
	    HTML_SCALED | HTML_MARGIN | HTML_CLIPPED)) != 0)
		return true;
	if ((style->traits & HTML_CUT) != 0 && (style->traits & zero) != 0)
		return true;
	return (style->traits & HTML_PLACED) != 0 &&
	    (style->traits & HTML_FAR) != 0;
}
