#ifndef MAIL_HTML_LINK_H
#define MAIL_HTML_LINK_H

#include <stdbool.h>

struct arena;

enum {
	HTML_LINK_BYTES = 2048,		/* a longer target is cut */
	HTML_LINK_TEXT_BYTES = 500	/* a longer text is not looked at */
};

/* The target of a link as it may be shown, in one word: http, https, mailto,
 * tel, and ftp only; NULL for any other and for none. */
const char	*html_link_target(struct arena *arena, const char *href);

/* Whether the text says the same as the target, so that one is enough. */
bool		 html_link_is_same(const char *text, const char *target);

#endif
