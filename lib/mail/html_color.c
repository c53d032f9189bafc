#include "mail/html_color.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"

enum {
	OPAQUE = 255,
	ALIKE = 20	/* of 255, in each of red, green, blue */
};

static const struct {
	const char	*name;
	uint32_t	 value;
} names[] = {
	{ "aqua", 0x00FFFF }, { "azure", 0xF0FFFF }, { "beige", 0xF5F5DC },
	{ "black", 0x000000 }, { "blue", 0x0000FF }, { "brown", 0xA52A2A },
	{ "cyan", 0x00FFFF }, { "darkblue", 0x00008B },
	{ "darkgray", 0xA9A9A9 }, { "darkgreen", 0x006400 },
	{ "darkgrey", 0xA9A9A9 }, { "darkred", 0x8B0000 },
	{ "dimgray", 0x696969 }, { "floralwhite", 0xFFFAF0 },
	{ "fuchsia", 0xFF00FF }, { "ghostwhite", 0xF8F8FF },
	{ "gold", 0xFFD700 }, { "gray", 0x808080 }, { "green", 0x008000 },
	{ "grey", 0x808080 }, { "ivory", 0xFFFFF0 }, { "lightgray", 0xD3D3D3 },
	{ "lightgrey", 0xD3D3D3 }, { "lime", 0x00FF00 },
	{ "magenta", 0xFF00FF }, { "maroon", 0x800000 },
	{ "mintcream", 0xF5FFFA }, { "navy", 0x000080 }, { "olive", 0x808000 },
	{ "orange", 0xFFA500 }, { "pink", 0xFFC0CB }, { "purple", 0x800080 },
	{ "red", 0xFF0000 }, { "silver", 0xC0C0C0 }, { "snow", 0xFFFAFA },
	{ "teal", 0x008080 }, { "white", 0xFFFFFF },
	{ "whitesmoke", 0xF5F5F5 }, { "windowtext", 0x000000 },
	{ "yellow", 0xFFFF00 }
};

static void
set(struct html_color *color, uint32_t value)
{
	color->known = true;
	color->red = (unsigned char)(value >> 16);
	color->green = (unsigned char)(value >> 8 & 0xFF);
	color->blue = (unsigned char)(value & 0xFF);
	color->alpha = OPAQUE;
}

/* Three or four digits stand for twice as many. */
static bool
read_hex(const char *text, struct html_color *color)
{
	unsigned char	 parts[4] = { 0, 0, 0, OPAQUE };
	size_t		 len, i, width;
	int		 high, low;

	len = strlen(text);
	if (len != 3 && len != 4 && len != 6 && len != 8)
		return false;
	width = len > 4 ? 2 : 1;
	for (i = 0; i < len / width; i++) {
		high = text_hex((unsigned char)text[i * width]);
		low = text_hex((unsigned char)text[i * width + width -
		    1]);
		if (high == -1 || low == -1)
			return false;
		parts[i] = (unsigned char)(high * 16 + low);
	}
	*color = (struct html_color){ true, parts[0], parts[1], parts[2],
	    parts[3] };
	return true;
}

/* A number in thousandths; NULL if there is none. */
static const char *
take_number(const char *at, long *number)
{
	long	 unit;
	bool	 any;

	*number = 0;
	any = false;
	at += strspn(at, " ,/");
	for (; *at >= '0' && *at <= '9'; at++, any = true)
		if (*number < 1000000)
			*number = *number * 10 + (*at - '0') * 1000L;
	if (*at == '.')
		at++;
	for (unit = 100; *at >= '0' && *at <= '9'; at++, any = true) {
		*number += (*at - '0') * unit;
		unit /= 10;
	}
	return any ? at : NULL;
}

/* Numbers to 255, or percents; alpha to 1, or a percent. */
static bool
read_function(const char *text, struct html_color *color)
{
	unsigned char	 parts[4] = { 0, 0, 0, OPAQUE };
	long		 number;
	size_t		 i;

	for (i = 0; i < 4; i++) {
		text += strspn(text, " ");
		if (i == 3 && *text == ')')
			break;
		if ((text = take_number(text, &number)) == NULL)
			return false;
		if (*text == '%')
			number = number * OPAQUE / 100;
		else if (i == 3)
			number *= OPAQUE;
		text += *text == '%';
		number /= 1000;
		parts[i] = number > OPAQUE ? OPAQUE : (unsigned char)number;
	}
	*color = (struct html_color){ true, parts[0], parts[1], parts[2],
	    parts[3] };
	return true;
}

bool
html_color_read(const char *text, struct html_color *color)
{
	size_t	 i;

	memset(color, 0, sizeof(*color));
	if (text_equal(text, "transparent")) {
		color->known = true;
		return true;
	}
	if (text[0] == '#')
		return read_hex(text + 1, color);
	if (text_starts(text, "rgb(") || text_starts(text, "rgba("))
		return read_function(strchr(text, '(') + 1, color);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (text_equal(text, names[i].name)) {
			set(color, names[i].value);
			return true;
		}
	/* HTML attributes may leave the "#" out. */
	return strlen(text) == 6 && read_hex(text, color);
}

static bool
is_near(unsigned char a, unsigned char b)
{
	return (a > b ? a - b : b - a) <= ALIKE;
}

bool
html_color_is_like(struct html_color a, struct html_color b)
{
	return a.known && b.known && is_near(a.red, b.red) &&
	    is_near(a.green, b.green) && is_near(a.blue, b.blue);
}
