#ifndef OAUTH_CODE_H
#define OAUTH_CODE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "data/field.h"
#include "oauth/token.h"

struct arena;
struct authority;
struct fault;

/*
 * An authorization code: the whole grant, sealed, for CODE_SECONDS.  The
 * resource is not in it because there is only one; its issuer is.
 */
enum { CODE_SECONDS = 60 };

struct code_claims {
	struct token_base	 base;
	const char		*client;	/* client_binding */
	const char		*redirect;	/* client_hash of the URI gone
						 * back to */
	const char		*challenge;	/* code_challenge, S256 */
	const char		*grant;		/* random id of the grant */
	int64_t			 ends;		/* when the grant ends for good,
						 * seconds since 1970 */
	bool			 refresh;	/* client may refresh */
	struct texts		 scopes;	/* granted, of all accounts */
	struct texts		 withheld;	/* asked for, but not granted */
	struct objects		 accounts;	/* struct account, default
						 * first */
	struct object		 ledger;	/* struct ledger_place; absent:
						 * nothing of its use is
						 * kept */
};

/*
 * Seals a code. base and grant are set here, and ends is brought within
 * GRANT_MAX_AGE (0: that). FAULT_LIMIT when the accounts are too many for one.
 */
const struct fault	*code_seal(struct arena *arena,
			    const struct authority *authority,
			    struct code_claims *claims, const char **code);

/* Opens one. FAULT_GRANT. */
const struct fault	*code_open(struct arena *arena,
			    const struct authority *authority,
			    const char *code, struct code_claims *claims);

#endif
