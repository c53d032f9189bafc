#ifndef OAUTH_AGREEMENT_H
#define OAUTH_AGREEMENT_H

#include <stdbool.h>
#include <stdint.h>

struct asked;
struct fault;
struct kept_list;
struct reply;
struct request;

/*
 * What a person granted, once each of the mailboxes proved to open: what is
 * kept in them is written, and the code goes back to the client.
 */
struct agreement {
	struct request		*request;
	struct reply		*reply;
	const struct asked	*asked;
	const struct kept_list	*mailboxes;	/* the default first */
	int64_t			 ends;		/* code_claims.ends */
	bool			 replaces;	/* oauth/replace */
};

/* Whether a code, and the tokens made of it, have room for these mailboxes
 * with all that will be kept of them. */
bool			 agreement_fits(const struct agreement *agreement);

/*
 * Keeps the grant (oauth/keep) and the signatures, ends what it replaces, and
 * answers the client.
 * FAULT_LIMIT: too many mailboxes for one code; nothing was done.
 */
const struct fault	*agreement_answer(const struct agreement *agreement);

#endif
