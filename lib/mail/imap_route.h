#ifndef MAIL_IMAP_ROUTE_H
#define MAIL_IMAP_ROUTE_H

#include "mail/imap_flight.h"

/*
 * Which command of a flight an untagged response is for.  Servers may work on
 * pipelined commands side by side and end them later or in another order (RFC
 * 9051 5.5): Dovecot holds the ends of UID FETCH, STORE and MOVE back until
 * it has seen them all, so order alone does not tell.
 */

/* By the words a response starts with; the oldest command that waits where
 * they fit no other.  Not for FETCH. */
struct queued	*imap_route_line(const struct imap *imap,
		    struct bytes whole);

/* Whether it is a FETCH. */
bool		 imap_route_is_fetch(struct bytes whole);

/* By what a FETCH told: the first command that asked for that of this
 * message, and has not got it. */
struct queued	*imap_route_fetch(const struct imap *imap,
		    const struct imap_message *message);

/* The command with that tag among those that wait, or NULL. */
struct queued	*imap_route_tag(const struct imap *imap, const char *tag);

#endif
