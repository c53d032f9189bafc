#ifndef OAUTH_RENEWAL_H
#define OAUTH_RENEWAL_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct card_found;
struct card_owner;
struct imap;

/*
 * When agents last renewed their access, as the records in the mailbox tell
 * (mail/ledger): an array as long as that of the cards, seconds since 1970, 0
 * where nothing is told, as of an agent whose records lie in another mailbox.
 * The folder that is open is another one then.  What fails is as if there were
 * no records.
 */
const int64_t	*renewal_read(struct imap *imap, struct arena *arena,
		    const struct card_owner *owner,
		    const struct card_found *cards, size_t len);

#endif
