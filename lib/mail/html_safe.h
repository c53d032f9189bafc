#ifndef MAIL_HTML_SAFE_H
#define MAIL_HTML_SAFE_H

#include <stddef.h>

#include "mail/html.h"

struct arena;

/*
 * HTML mail as HTML that does nothing: elements that structure a text, with
 * links and images of the message itself, and no other attribute; all is
 * closed that is opened.  Scripts, styles, forms and frames are left out, and
 * what nobody sees is dropped and counted as html_to_text does.  Images of
 * other servers keep their text only; images counts those that were meant to
 * be seen.
 */
struct html_safe {
	struct html_text	shown;
	size_t			images;
};

/* html is UTF-8 already; most in bytes, 0: 1 MiB, before what is open then is
 * closed. */
void		 html_safe(struct arena *arena, const char *html, size_t most,
		    struct html_safe *result);

/* Plain text as HTML that looks like it. */
const char	*html_safe_plain(struct arena *arena, const char *text);

#endif
