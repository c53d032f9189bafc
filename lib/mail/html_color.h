#ifndef MAIL_HTML_COLOR_H
#define MAIL_HTML_COLOR_H

#include <stdbool.h>

/* Colours of HTML and CSS, as far as mail uses them. */
struct html_color {
	bool		 known;		/* not an image or an unread word */
	unsigned char	 red, green, blue;
	unsigned char	 alpha;		/* 255: opaque */
};

/* Reads "#fff", "#ffffff", with alpha too, "rgb(…)", "rgba(…)", "white" and
 * the other common names, "transparent"; lower case, no blanks around. False
 * and not known: something else. */
bool	 html_color_read(const char *text, struct html_color *color);

/* Whether somebody could not tell them apart. */
bool	 html_color_is_like(struct html_color a, struct html_color b);

#endif
