#ifndef OAUTH_UPSTREAM_RENEW_H
#define OAUTH_UPSTREAM_RENEW_H

#include <stdbool.h>
#include <stdint.h>

#include "data/field.h"

struct fault;
struct request;

/*
 * New bearer tokens for the accounts of a grant that an upstream opens.  There
 * are upstreams that replace the refresh token too, and that take a second use
 * of the old one for theft: what was replaced must get to the client, or the
 * person has to sign in anew.
 */
struct upstream_renewal {
	struct objects		 accounts;	/* struct account, as they are
						 * now */
	bool			 replaced;	/* a refresh token is new */
	const struct fault	*ended;		/* FAULT_GRANT of the first
						 * account whose grant was
						 * ended there, or whose
						 * upstream is no longer
						 * configured here */
	const struct fault	*unasked;	/* FAULT_UNAVAILABLE of the
						 * first that could not be
						 * asked for: it waits
						 * (account_is_waiting) */
};

/*
 * Asks for each account; one that ended has neither bearer nor renewal then.
 * Where the first has a card and its mail server can't be reached nothing is
 * asked at all: what comes next needs it, and nothing shall be replaced in
 * vain.
 */
void		 upstream_renew(struct request *request,
		    struct objects accounts,
		    struct upstream_renewal *renewal);

/* When the first of their bearer tokens ends; INT64_MAX: there is none. */
int64_t		 upstream_end(struct objects accounts);

#endif
