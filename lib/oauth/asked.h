#ifndef OAUTH_ASKED_H
#define OAUTH_ASKED_H

#include "base/text.h"
#include "data/field.h"
#include "oauth/client.h"

struct arena;
struct authority;
struct fault;

/*
 * What a client asks for at the authorization endpoint: RFC 6749 4.1.1 with
 * PKCE (RFC 7636) and a resource indicator (RFC 8707).
 */
struct asked {
	struct client	 client;
	const char	*redirect;	/* where to answer; NULL: not proven,
					 * so nowhere but to the person */
	const char	*state;		/* to be echoed, or NULL */
	const char	*challenge;	/* code_challenge, S256 */
	struct texts	 scopes;	/* known ones asked for; never none */
};

/*
 * Reads and checks the query.  A client that is known by a document is what
 * known says (document_seal, or NULL), else its document is fetched.  A fault
 * that leaves asked->redirect NULL is for the person (unknown client,
 * redirect_uri not the client's, either given twice); any other goes back to
 * the client.
 */
const struct fault	*asked_read(struct arena *arena,
			    const struct authority *authority,
			    struct pairs query, const char *known,
			    struct asked *asked);

#endif
