#ifndef MAIL_IMAP_LISTING_H
#define MAIL_IMAP_LISTING_H

#include <stdbool.h>

#include "mail/imap_reply.h"

struct arena;
struct imap_cursor;

/*
 * Responses about folders and the account (RFC 9051 7.3, RFC 2087), behind
 * their word; what they say is added to replies.  False: broken.
 */

/* LIST and, from older servers, XLIST. */
bool	 imap_listing_list(struct imap_cursor *cursor, struct arena *arena,
	    struct imap_replies *replies);

bool	 imap_listing_lsub(struct imap_cursor *cursor, struct arena *arena,
	    struct imap_replies *replies);

/* Counts over their limits are as if not told. */
bool	 imap_listing_status(struct imap_cursor *cursor, struct arena *arena,
	    struct imap_replies *replies);

/* The first of the personal namespaces. */
bool	 imap_listing_namespace(struct imap_cursor *cursor,
	    struct arena *arena, struct imap_replies *replies);

bool	 imap_listing_quota(struct imap_cursor *cursor, struct arena *arena,
	    struct imap_replies *replies);

#endif
