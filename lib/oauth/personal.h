#ifndef OAUTH_PERSONAL_H
#define OAUTH_PERSONAL_H

#include <stdint.h>

struct account;
struct fault;
struct request;

/*
 * A personal access token: for programs that know no OAuth.  It is an access
 * token with a card of its own in the mailbox, by which it is seen and ended,
 * and it ends by itself with that card; nothing renews it.
 */
extern const char	 personal_client[];	/* access.client of such */

struct personal {
	const struct account	*account;	/* with scopes and limits */
	const char		*name;		/* on the card */
	int64_t			 ends;		/* seconds since 1970; 0: as
						 * late as may be */
};

/*
 * Makes one. FAULT_UNSUPPORTED where the mailbox does not keep the card: a
 * token that nobody can end is not made; nor one for a mailbox that a
 * provider's sign-in opens, since nothing would renew that.
 */
const struct fault	*personal_make(struct request *request,
			    const struct personal *personal,
			    const char **token);

#endif
