#ifndef OAUTH_BEARER_H
#define OAUTH_BEARER_H

#include <stdint.h>

#include "base/text.h"
#include "data/field.h"
#include "mail/account.h"
#include "oauth/token.h"

struct account;
struct arena;
struct config;
struct fault;
struct request;

/* What an access token says; all that mcp knows of OAuth. */
struct access {
	struct token_base	 base;
	const char		*audience;	/* "aud": the MCP URL */
	const char		*client;	/* client_binding */
	const char		*grant;		/* random id of the grant */
	int64_t			 ends;		/* when it ends for good; 0:
						 * not told */
	struct texts		 scopes;	/* of the whole grant */
	struct texts		 withheld;	/* asked for, but the user kept
						 * them back */
	struct objects		 accounts;	/* default first */
};

extern const struct token_sort	 access_sort;

/* start() of the programs that open or seal tokens: *process becomes a
 * struct authority. Refuses, with what to do, where there is no good key. */
const struct fault	*bearer_start(struct arena *arena,
			    const struct config *config, const void **process);

/* Reads Authorization, or what oauth/plain.h allows instead. FAULT_TOKEN. */
const struct fault	*bearer_read(struct request *request,
			    const struct access **access);

/* The account of the same grant and mailbox as one that was sealed earlier,
 * whose bearer token may have ended since; else that one. */
const struct account	*bearer_account(struct arena *arena,
			    const struct access *access,
			    const struct account *sealed);

/* The WWW-Authenticate value for a fault (FAULT_TOKEN, FAULT_SCOPE; with NULL
 * for a request without a token), protocol.md 5.1. */
const char		*bearer_challenge(struct arena *arena,
			    const struct config *config,
			    const struct fault *fault, struct texts scopes);

/* The public URL of the MCP endpoint. */
const char		*bearer_audience(struct arena *arena,
			    const struct config *config);

#endif
