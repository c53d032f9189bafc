#ifndef OAUTH_TOKEN_H
#define OAUTH_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "data/field.h"

struct arena;
struct config;
struct fault;
struct keys;
struct tally;

/*
 * Sealed tokens: the only caller of crypt/jwe.  Each kind has its own sub-key
 * and typ, so that none can stand in for another.  What a token holds is a
 * struct with rows; every such struct starts with struct token_base, and its
 * rows with TOKEN_BASE_ROWS.
 */
enum token_kind {
	TOKEN_ACCESS,		/* mcp-at+jwe */
	TOKEN_REFRESH,		/* mcp-rt+jwe */
	TOKEN_CODE,		/* mcp-code+jwe */
	TOKEN_CLIENT,		/* mcp-client+jwe */
	TOKEN_DOWNLOAD,		/* mcp-dl+jwe */
	TOKEN_COOKIE,		/* mcp-cookie+jwe */
	TOKEN_STATE,		/* mcp-state+jwe */
	TOKEN_CURSOR,		/* mcp-cursor+jwe */
	TOKEN_UNDO,		/* mcp-undo+jwe */
	TOKEN_UPLOAD,		/* mcp-up+jwe */
	TOKEN_MAILBOX,		/* mcp-box+jwe: oauth/kept */
	TOKEN_PROBE,		/* mcp-probe+jwe: oauth/probe */
	TOKEN_KINDS
};

struct token_base {
	const char	*issuer;	/* "iss" */
	int64_t		 issued;	/* "iat", seconds since 1970 */
	int64_t		 expires;	/* "exp"; 0 in a client_id: never */
	const char	*route;		/* the header's r, or NULL; it is
					 * sealed only, so not in the rows */
};

#define TOKEN_BASE_ROWS							\
	{ FIELD_AS(struct token_base, issuer, "iss"), .required = true },\
	{ FIELD_AS(struct token_base, issued, "iat"), .required = true,	\
	  .present = true, .most = INT64_MAX },				\
	{ FIELD_AS(struct token_base, expires, "exp"), .required = true,\
	  .present = true, .most = INT64_MAX }

enum { TOKEN_LEEWAY_SECONDS = 60 };	/* on iat only */

/* Whose tokens they are: what a process that seals or opens them keeps. */
struct authority {
	const struct config	*config;	/* base_url is the issuer */
	const struct keys	*keys;
	struct tally		*counts;	/* this process's own, of
						 * oauth/pace; or NULL */
};

/* What one sort of token is called and holds; there is one constant of each
 * sort, beside its rows. */
struct token_sort {
	enum token_kind		 kind;
	const struct field	*rows;
};

/* typ of a kind. */
const char		*token_typ(enum token_kind kind);

/*
 * Seals a struct; base.issuer and base.issued are set here. FAULT_LIMIT when
 * it would be over the kind's size: 7,168 characters, a code 3,000, a
 * client_id 1,500.
 */
const struct fault	*token_seal(struct arena *arena,
			    const struct authority *authority,
			    const struct token_sort *sort, void *claims,
			    const char **token);

/* Whether another program, that has the key, could seal it with a route:
 * FAULT_LIMIT.  The length of a token is the same with any key. */
const struct fault	*token_fits(struct arena *arena,
			    const struct authority *authority,
			    const struct token_sort *sort, void *claims);

/*
 * Opens one of that sort and checks issuer, times and rows.
 * FAULT_TOKEN, with the rule broken: callers hand on or translate;
 * FAULT_UNAVAILABLE for one of ours that this host's clock has yet to reach:
 * whoever threw it away would have to sign in again for nothing.
 */
const struct fault	*token_open(struct arena *arena,
			    const struct authority *authority,
			    const struct token_sort *sort, const char *token,
			    void *claims);

/* Whether it says that it is one of that kind; it may be anybody's. */
bool			 token_is(struct arena *arena, enum token_kind kind,
			    const char *token);

/* A short MAC of the first account's identity, for r; NULL where the program
 * has no key for it. */
const char		*token_route(struct arena *arena,
			    const struct keys *keys, const char *identity);

#endif
