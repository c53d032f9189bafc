#ifndef MAIL_QUOTING_H
#define MAIL_QUOTING_H

#include <stdbool.h>

#include "base/clock.h"
#include "data/field.h"

struct arena;

/* A message as it is put below another one's text. */
struct quoting {
	struct objects	 from, to, cc;	/* struct address, read leniently */
	const char	*subject;	/* decoded, or NULL */
	struct moment	 date;
	bool		 has_date;
	const char	*text;		/* UTF-8, LF */
	const char	*html;		/* harmless HTML, or NULL */
};

/*
 * The texts of an answer and of a forwarded message: own text, then who said
 * it and what.  Lines of a quotation begin with ">", and none is broken.  own
 * may be "".  Of HTML, own may be a whole document: what is added stands
 * within its body.
 */
const char	*quoting_reply(struct arena *arena, const char *own,
		    const struct quoting *quoting);
const char	*quoting_reply_html(struct arena *arena, const char *own,
		    const struct quoting *quoting);
const char	*quoting_forward(struct arena *arena, const char *own,
		    const struct quoting *quoting);
const char	*quoting_forward_html(struct arena *arena, const char *own,
		    const struct quoting *quoting);

/* Plain text as HTML that keeps its lines and blanks. */
const char	*quoting_html(struct arena *arena, const char *text);

/* Puts more behind what the document shows. */
const char	*quoting_insert(struct arena *arena, const char *document,
		    const char *more);

#endif
