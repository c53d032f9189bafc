#ifndef OAUTH_KEEP_H
#define OAUTH_KEEP_H

#include <stdint.h>

#include "data/field.h"

struct arena;
struct asked;
struct code_claims;
struct config;
struct fault;
struct request;

/*
 * Keeps a grant in the mailboxes that it is for, so that whose they are can
 * see and end it: in each a card (mail/card), in the first the folder of its
 * records.  A mailbox that can't is connected all the same: what is not kept
 * is left out of the claims, sealed, and can't be taken out of others.
 */
enum {
	KEEP_ACCESS_CARD = 8 * 3600,	/* seconds of an access token, */
	KEEP_ACCESS_STATELESS = 3600	/* unless ACCESS_TOKEN_TTL says */
};

/*
 * Keeps what can be kept, and gives the claims accounts that know their cards,
 * the ledger, and when the grant ends.  *trouble is what to tell the person of
 * a mailbox that kept nothing, or NULL; where the configuration has no such
 * folder there is none.
 */
void		 keep_grant(struct request *request,
		    const struct asked *asked, struct code_claims *claims,
		    const char **trouble);

/* Nothing came of the grant after all: removes its cards, where that can be
 * done now. */
void		 keep_undo(struct request *request,
		    const struct code_claims *claims);

/* Removes the cards of these accounts (struct account), all of them; the
 * first fault, such as of a mail server that can't be reached. */
const struct fault	*keep_revoke(struct request *request,
			    struct objects accounts);

/* Where the answers of a sign-in go, as a card says it: a host, or the scheme
 * of a program with its colon; NULL for what is no address. */
const char	*keep_target(struct arena *arena, const char *redirect);

/* How long an access token to these accounts lives, in seconds. */
int64_t		 keep_access_seconds(const struct config *config,
		    struct objects accounts);

#endif
