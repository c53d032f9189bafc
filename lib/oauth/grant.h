#ifndef OAUTH_GRANT_H
#define OAUTH_GRANT_H

#include <stdbool.h>
#include <stdint.h>

#include "mail/imap_reply.h"
#include "mail/ledger.h"

struct arena;

/*
 * Whether a code or a refresh token may be used, decided from what stands in
 * the user's mailbox after a record of this use was appended there: no clock
 * and no lock, only the order of the records.  The decision needs no
 * connection; oauth/redeem makes the flight, and does what was decided.
 *
 * A code is generation 0; whoever redeems it makes the record of generation 1,
 * a refresh token of generation g makes g + 1.  The record that a refresh
 * token was made with stays until the next use but one.
 */
struct grant_claim {
	const char	*grant;		/* of the first account's card */
	int64_t		 generation;	/* 0: a code */
	int64_t		 record;	/* UID of a refresh token's record */
	int64_t		 uidvalidity;	/* of the folder they are in */
};

/* How long what matters, in seconds. */
struct grant_terms {
	int64_t	 soft;		/* a second use of a code that only loses */
	int64_t	 grace;		/* that of a refresh token that is served */
	int64_t	 keep;		/* records of any grant */
};

enum { GRANT_SOFT_SECONDS = 2 };

/* What was seen. */
struct grant_view {
	bool				 has_card;	/* it proves, and is
							 * not \Deleted */
	const struct ledger_look	*look;
};

enum grant_verdict {
	GRANT_WINS,		/* the first use */
	GRANT_SHARES,		/* gets what the first use got */
	GRANT_LOSES,		/* nothing else has changed */
	GRANT_ENDS,		/* the grant ends: it was used twice */
	GRANT_WAITS		/* nobody can tell: try again */
};

struct grant_decision {
	enum grant_verdict	 verdict;
	const char		*why;		/* for the client */
	uint32_t		 successor;	/* UID; of what is won or
						 * shared */
	struct uids		 drop;		/* records to be removed */
};

struct grant_decision	 grant_decide(struct arena *arena,
			    const struct grant_claim *claim,
			    const struct grant_view *view,
			    const struct grant_terms *terms);

#endif
