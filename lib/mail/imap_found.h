#ifndef MAIL_IMAP_FOUND_H
#define MAIL_IMAP_FOUND_H

#include <stdbool.h>

#include "mail/imap_reply.h"

struct arena;
struct imap_cursor;

/*
 * Responses that are lists of messages, behind their word: SEARCH, SORT,
 * ESEARCH (RFC 9051 7.3.4), THREAD (RFC 5256), VANISHED (RFC 7162).  What
 * they say is added to replies.  False: broken, which a number that is no
 * UID is too.
 */

/* SEARCH and SORT, with "(MODSEQ n)" behind. */
bool	 imap_found_search(struct imap_cursor *cursor, struct arena *arena,
	    struct imap_replies *replies);

bool	 imap_found_esearch(struct imap_cursor *cursor, struct arena *arena,
	    struct imap_replies *replies);

bool	 imap_found_thread(struct imap_cursor *cursor, struct arena *arena,
	    struct imap_replies *replies);

bool	 imap_found_vanished(struct imap_cursor *cursor, struct arena *arena,
	    struct imap_replies *replies);

#endif
