#ifndef OAUTH_REFRESH_H
#define OAUTH_REFRESH_H

#include <stdint.h>

#include "base/text.h"
#include "data/field.h"
#include "oauth/token.h"

struct fault;
struct request;

/*
 * A refresh token: the grant, sealed for REFRESH_TOKEN_TTL, and where its last
 * use is recorded.
 */
struct refresh_claims {
	struct token_base	 base;
	const char		*client;	/* client_binding */
	const char		*grant;		/* random id of the grant */
	int64_t			 ends;		/* when it ends for good */
	struct texts		 scopes;
	struct texts		 withheld;	/* asked for, but not granted */
	struct objects		 accounts;	/* struct account, default
						 * first */
	struct object		 ledger;	/* struct ledger_place; absent:
						 * it may be used for as long
						 * as it lives */
	int64_t			 generation;	/* of its record */
	int64_t			 record;	/* UID */
};

/* Seals one; base is set here. Faults as those of token_seal. */
const struct fault	*refresh_seal(struct request *request,
			    struct refresh_claims *claims,
			    const char **token);

/* Opens one whose grant has not ended. FAULT_GRANT. */
const struct fault	*refresh_open(struct request *request,
			    const char *token, struct refresh_claims *claims);

#endif
