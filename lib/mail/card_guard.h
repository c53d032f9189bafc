#ifndef MAIL_CARD_GUARD_H
#define MAIL_CARD_GUARD_H

#include "base/fault.h"
#include "mail/card.h"
#include "mail/imap_guard.h"

struct arena;
struct imap;
struct imap_command;

/*
 * The guard of a session for which an account's card must be there: opened
 * and looked at in the session's next flight; where the session has seen it
 * before, and the server counts changes (CONDSTORE), one STATUS tells whether
 * anything happened in its folder since.  A card that is gone, marked \Deleted
 * (it is expunged then), another's, or in a folder that was made anew ends
 * what the session is for: a fault of the kind given.  A mail server that
 * can't tell is FAULT_UNAVAILABLE.
 */
struct card_guard {
	struct imap_guard		 guard;
	struct arena			*arena;
	struct card_owner		 owner;
	enum fault_kind			 kind;
	const struct fault		**verdict;	/* where the caller
							 * wants it, or NULL */
	/* The flight's. */
	const struct imap_command	*status;
	const struct imap_command	*opened;
	const struct imap_command	*fetched;
};

/*
 * Sets it; an account without a card needs none, and NULL is returned.  It
 * lives in the arena, and must be taken off the session before that goes
 * (imap_set_guard; imap_cache_put does so).
 */
struct card_guard	*card_guard(struct imap *imap, struct arena *arena,
			    const struct card_owner *owner,
			    enum fault_kind kind);

#endif
