#ifndef MAIL_IMAP_KEYS_H
#define MAIL_IMAP_KEYS_H

#include <stddef.h>

#include "base/buf.h"

/*
 * SEARCH keys of which one must hold.  OR takes two keys (RFC 9051 6.4.4), so
 * they are halved again and again: servers that descend into them then go no
 * deeper than the logarithm of their number.
 */
struct imap_key {
	const char	*name;		/* "FROM", "HEADER References" */
	const char	*value;		/* without control characters */
};

/* Writes them; none of them is an assertion. */
void	 imap_keys_any(struct buf *buf, const struct imap_key *keys,
	    size_t len);

#endif
