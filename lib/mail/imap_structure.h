#ifndef MAIL_IMAP_STRUCTURE_H
#define MAIL_IMAP_STRUCTURE_H

#include <stdbool.h>

#include "mail/part.h"

struct arena;
struct imap_cursor;

/*
 * BODYSTRUCTURE and BODY (RFC 9051 7.5.2, "body") as a tree of struct part.
 *
 * Who writes a mail chooses its structure, so no structure that is well
 * formed may end a session: what is deeper than PART_DEPTH, more than
 * PARTS_MOST or PART_PARAMETERS_MOST is left out and *cut is set.  Servers
 * err here too: members missing at a part's end, NIL for a type or a size, a
 * multipart without parts are read as what they most likely mean.
 *
 * Numbers: the root of a multipart is "", another root "1"; a part inside a
 * message/rfc822 numbered P is P.1 and so on.  A multipart that is the body
 * of such a message has the message's own number, P: IMAP has none for it.
 *
 * NIL gives true with *part NULL; false: broken.
 */
bool	 imap_structure_take(struct imap_cursor *cursor, struct arena *arena,
	    struct part **part, bool *cut);

#endif
