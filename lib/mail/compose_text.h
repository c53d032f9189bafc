#ifndef MAIL_COMPOSE_TEXT_H
#define MAIL_COMPOSE_TEXT_H

#include "base/buf.h"

/*
 * A text as a MIME entity: its Content-Type ("text/" subtype, in UTF-8), its
 * Content-Transfer-Encoding, the empty line, and the text with CRLF ends,
 * encoded by RFC 2045 where it is not short lines of ASCII.  Nothing in it
 * can be a boundary that holds "=_", an end of the message in SMTP, or a
 * "From " line.  Controls but TAB are left out.
 */
void	 compose_text_write(struct buf *out, const char *subtype,
	    const char *text);

#endif
