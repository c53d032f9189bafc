#ifndef MAIL_IMAP_FETCH_H
#define MAIL_IMAP_FETCH_H

#include <stdbool.h>

#include "mail/imap_reply.h"

struct arena;
struct imap_cursor;

/*
 * msg-att of RFC 9051 9, behind "n FETCH": what it says is added to message.
 * Items that are not known are skipped.  False: broken, or a UID that is 0 or
 * over 32 bits.
 */
bool	 imap_fetch_take(struct imap_cursor *cursor, struct arena *arena,
	    struct imap_message *message);

/* What a second FETCH of the same message told, added to the first; for what
 * both have the later one counts. */
void	 imap_fetch_merge(struct imap_message *message,
	    const struct imap_message *more);

/* flag-list: "(" [flag *(SP flag)] ")". Anything a server sends as a flag is
 * taken as one, also names with brackets and blanks (Gmail's keywords). */
bool	 imap_fetch_take_flags(struct imap_cursor *cursor,
	    struct arena *arena, struct texts *flags);

#endif
