#ifndef MAIL_IMAP_ENVELOPE_H
#define MAIL_IMAP_ENVELOPE_H

#include <stdbool.h>

#include "base/bytes.h"
#include "mail/imap_reply.h"

struct arena;
struct imap_cursor;

/* Addresses of one header that are kept; a mail may name any number, and the
 * rest are counted in the last one's more. */
enum { ENVELOPE_ADDRESSES_MOST = 2000 };

/*
 * envelope of RFC 9051 9. NIL gives true and leaves *envelope.  Missing
 * members at its end are NIL, and what follows the tenth is skipped: there
 * are servers that send either.
 */
bool	 imap_envelope_take(struct imap_cursor *cursor, struct arena *arena,
	    struct imap_envelope **envelope);

/* date-time without its quotes: " 1-Feb-2026 09:30:00 +0100"; the first digit
 * of the day may be absent. */
bool	 imap_envelope_date(struct bytes text, struct moment *moment);

#endif
