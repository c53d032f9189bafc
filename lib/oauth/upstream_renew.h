#ifndef OAUTH_UPSTREAM_RENEW_H
#define OAUTH_UPSTREAM_RENEW_H

#include <stdint.h>

#include "data/field.h"

struct fault;
struct request;

/*
 * Gives the accounts (struct account) that an upstream opens a new bearer
 * token, and the refresh token that it may send in place of the old one.
 * FAULT_GRANT: it has ended the grant, or is no longer configured here.
 * FAULT_UNAVAILABLE: it can't be asked; try again.
 */
const struct fault	*upstream_renew(struct request *request,
			    struct objects *accounts);

/* When the first of their bearer tokens ends; INT64_MAX: there is none. */
int64_t			 upstream_end(struct objects accounts);

#endif
