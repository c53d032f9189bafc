#ifndef OAUTH_CLIENT_H
#define OAUTH_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "data/field.h"
#include "oauth/token.h"

struct arena;
struct authority;
struct config;
struct fault;

/*
 * A client is what its client_id says: nothing about it is stored here.  It
 * is sealed into the id itself, whether it registered (RFC 7591) or the
 * operator provisioned it, with its mail servers; or the id is the address of
 * a document that says it (oauth/document).
 */
enum client_kind {
	CLIENT_DYNAMIC,
	CLIENT_PROVISIONED,	/* made by postern client */
	CLIENT_DOCUMENT		/* never sealed */
};

enum {
	CLIENT_ID_CHARS = 1500,		/* of a sealed id, at most */
	CLIENT_NAME_CHARS = 64,		/* longer names are cut */
	CLIENT_REDIRECTS = 10,
	CLIENT_REDIRECT_CHARS = 400	/* of one redirect URI */
};

struct client {
	struct token_base	 base;
	const char		*id;		/* as the caller gave it */
	int64_t			 kind;		/* enum client_kind */
	const char		*name;		/* cleaned (client_name), or
						 * NULL; what it calls itself */
	struct texts		 redirects;	/* registered redirect URIs */
	const char		*method;	/* token_endpoint_auth_method */
	const char		*verifier;	/* SHA-256 of a provisioned
						 * client's secret, base64url */
	bool			 refresh;	/* may have refresh tokens */
	struct object		 imap;		/* struct mail_server, of a
						 * provisioned; or NULL */
	struct object		 smtp;		/* likewise */
};

/* Opens a client_id: what was sealed into it, or of an address that it could
 * be one, and nothing else. FAULT_CLIENT for any other. */
const struct fault	*client_open(struct arena *arena,
			    const struct authority *authority, const char *id,
			    struct client *client);

/* Seals a client into an id, and sets client->id. FAULT_METADATA when it
 * would be over CLIENT_ID_CHARS. */
const struct fault	*client_seal(struct arena *arena,
			    const struct authority *authority,
			    struct client *client);

/* SHA-256 of a text (a redirect URI) as base64url. */
const char		*client_hash(struct arena *arena, const char *text);

/* What codes and tokens are bound to, 43 characters: client_hash of the id;
 * of a provisioned client its verifier, so that its grants outlive an id that
 * is sealed anew (postern client --renew). */
const char		*client_binding(struct arena *arena,
			    const struct client *client);

/*
 * The URI to go back to. asked is the redirect_uri of the request, or NULL,
 * which is well when exactly one is registered.  Equal to a registered one
 * to the letter, but for the port of a loopback one (RFC 8252 7.3); a client
 * provisioned without any may use any loopback port and path.
 * FAULT_REDIRECT: show a page, never redirect.
 */
const struct fault	*client_redirect(struct arena *arena,
			    const struct config *config,
			    const struct client *client, const char *asked,
			    const char **uri);

/*
 * Whether a URI may be a redirect URI at all: https, http to this computer,
 * or one of ALLOWED_REDIRECT_SCHEMES; no fragment, user part, control or
 * backslash. FAULT_REDIRECT says which rule it breaks.
 */
const struct fault	*client_check_uri(struct arena *arena,
			    const struct config *config, const char *uri);

/* A name as it may be shown: no controls, no bidirectional or invisible
 * marks, no other forms of characters (data/nfkc.h), blanks single,
 * CLIENT_NAME_CHARS at most; NULL if nothing is left. */
const char		*client_name(struct arena *arena, const char *name);

/* Whether it must authenticate at the token endpoint. */
bool			 client_has_secret(const struct client *client);

/* The client_secret of a dynamic client: a MAC of its id. NULL when the key
 * its id was sealed with is gone. */
const char		*client_secret(struct arena *arena,
			    const struct authority *authority, const char *id);

/* Whether that is the client's secret, compared in constant time. */
bool			 client_proves(struct arena *arena,
			    const struct authority *authority,
			    const struct client *client, const char *secret);

#endif
