#ifndef MCP_DOWNLOAD_H
#define MCP_DOWNLOAD_H

#include <stdint.h>

#include "data/field.h"
#include "oauth/token.h"
#include "web/serve.h"

struct account;
struct arena;
struct config;
struct fault;
struct imap;
struct part;

/*
 * Sealed links to one attachment: BASE_URL/attachment/TOKEN.  The token holds
 * the mailbox and which part of which message; whoever has the link can fetch
 * that part, nothing else, for DOWNLOAD_SECONDS.
 */
enum { DOWNLOAD_SECONDS = 15 * 60 };

/*
 * A longer token stands in the query: BASE_URL/attachment/?t=TOKEN.  Where
 * Apache is told of Postern by .htaccess, it first makes a file's name of the
 * path, and refuses one of over 4,096 bytes.  A query without "=" it would
 * hand to a CGI program as an argument (RFC 3875 4.4), which all users of the
 * host see.
 */
enum { DOWNLOAD_PATH_CHARS = 2500 };

struct download {
	struct token_base	 base;
	const char		*grant;		/* whose it is */
	struct object		 account;	/* struct account: IMAP only */
	const char		*folder;	/* as on the wire */
	int64_t			 uidvalidity;
	int64_t			 uid;
	const char		*part;		/* "2.1" */
	const char		*filename;	/* cleaned, or NULL */
	const char		*content_type;	/* or NULL */
};

extern const struct field	 download_rows[];

/* The link for these claims; base is set here, but for an end (base.expires)
 * before DOWNLOAD_SECONDS are over. */
const struct fault	*download_seal(struct arena *arena,
			    const struct authority *authority,
			    struct download *claims, const char **url);

/* The URL of a token. */
const char		*download_place(struct arena *arena,
			    const struct config *config, const char *token);

/* The token of a request, in either place. */
const char		*download_token(const struct request *request);

/* Whether it may stand in a header as it is: type "/" subtype; NULL does
 * not. */
bool			 download_is_type(const char *type);

/* Whether a URL is below our own /attachment/; gives the token. */
bool			 download_is_ours(struct arena *arena,
			    const struct config *config, const char *url,
			    const char **token);

/* Opens a token. FAULT_TOKEN. */
const struct fault	*download_open(struct arena *arena,
			    const struct authority *authority,
			    const char *token, struct download *claims);

/* Opens the folder in the session and finds the part that a link names.
 * FAULT_CHANGED, FAULT_MESSAGE, the session's. */
const struct fault	*download_find(struct imap *imap, struct arena *arena,
			    const struct download *claims,
			    const struct part **part);

/* Guards the session of a link by its account's card (mail/card_guard): with
 * the grant ends what it has given out. */
void			 download_guard(struct request *request,
			    struct imap *imap, const struct account *account);

/* GET /attachment/TOKEN: streams the part with its length, so that what was
 * cut off can't be taken for the whole. */
endpoint_answer		 download_answer;

/* Faults as plain text. */
explain			 download_explain;

#endif
