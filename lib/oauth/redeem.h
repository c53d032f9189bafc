#ifndef OAUTH_REDEEM_H
#define OAUTH_REDEEM_H

#include <stdint.h>

#include "data/field.h"

struct account;
struct fault;
struct ledger_place;
struct request;

/*
 * The use of a code or a refresh token, at most once on however many hosts:
 * its record is put into the mailbox of the grant's first account, whose card
 * is looked at in the same flight; oauth/grant decides.
 */
struct redeem {
	struct objects			 accounts;	/* struct account; the
							 * first has a card */
	const struct ledger_place	*place;
	int64_t				 generation;	/* 0: a code */
	int64_t				 record;	/* UID of a refresh
							 * token's record */
};

/*
 * Uses it: then generation and record are those of the next refresh token.
 * FAULT_GRANT where it may not be used, where the card is gone, and where the
 * mail server refuses the password; a second use may have ended the grant.
 * FAULT_UNAVAILABLE where the mail server can't be asked, or can't keep the
 * record: nothing was used, and it may be tried again.
 */
const struct fault	*redeem_use(struct request *request,
			    struct redeem *redeem);

/*
 * For a mailbox that holds a card but no records: whether the card is there
 * still, which is all that can be known.  account: the grant's first, with a
 * card.  Faults as those of redeem_use.
 */
const struct fault	*redeem_look(struct request *request,
			    const struct account *account);

#endif
