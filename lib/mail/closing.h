#ifndef MAIL_CLOSING_H
#define MAIL_CLOSING_H

struct arena;

/*
 * A text with the writer's signature at its end, behind a line "-- " by which
 * other programs know it (RFC 3676 4.3).  A text that ends with it already
 * stays as it is: a model that knows the user's name may have written it.
 */
const char	*closing_text(struct arena *arena, const char *text,
		    const char *signature);

/* The same in HTML, within the document's body; signature is HTML that is
 * fit to stand there. */
const char	*closing_html(struct arena *arena, const char *document,
		    const char *signature);

#endif
