#ifndef OAUTH_DOCUMENT_H
#define OAUTH_DOCUMENT_H

#include <stdbool.h>

#include "base/bytes.h"

struct arena;
struct authority;
struct client;
struct config;
struct fault;

/*
 * Client ID Metadata Documents, of the IETF's draft
 * client-id-metadata-document-00: the client_id is an https URL, and a JSON
 * document there says who the client is.  It is fetched when a person is
 * asked, by net/fetch with all its guards, never from an address that is not
 * public unless ALLOWED_CLIENT_HOSTS names the host; what counts of it then
 * travels sealed in the page, and in the code as client_binding, so that the
 * token endpoint fetches nothing.
 */
enum {
	DOCUMENT_BYTES = 64 * 1024,
	DOCUMENT_MS = 5000,
	DOCUMENT_URL_CHARS = 500,
	DOCUMENT_FETCHES = 10,		/* a minute, from one host */
	DOCUMENT_LEAST_SECONDS = 60,	/* in the cache, */
	DOCUMENT_USUAL_SECONDS = 3600,	/* where nothing is told, */
	DOCUMENT_MOST_SECONDS = 86400	/* whatever is told */
};

/* Whether an id is an address rather than one that was sealed here. */
bool			 document_is_url(const char *id);

/* https, a path without dot segments, no user part and no fragment.
 * FAULT_CLIENT. */
const struct fault	*document_check_url(struct arena *arena,
			    const char *url);

/*
 * Reads a document into a client of that id.  FAULT_METADATA where it is not
 * JSON, names another client_id, has no client_name or no redirect URI that
 * is acceptable here, or holds a secret or a method that needs one.  A client
 * that would authenticate by a key (private_key_jwt) is taken as public where
 * it lists "none" too.
 */
const struct fault	*document_read(struct arena *arena,
			    const struct config *config, const char *url,
			    struct bytes text, struct client *client);

/* The same from the cache of RUN_DIR, else from the network; only what could
 * be read is cached.  FAULT_METADATA, fit to be shown. */
const struct fault	*document_fetch(struct arena *arena,
			    const struct config *config, const char *url,
			    struct client *client);

/* What counts of it for a page that answers to one of its redirect URIs,
 * sealed for a day. */
const struct fault	*document_seal(struct arena *arena,
			    const struct authority *authority,
			    const struct client *client, const char *redirect,
			    const char **sealed);

/* Opens what was sealed for this id; false for anything else. */
bool			 document_open(struct arena *arena,
			    const struct authority *authority,
			    const char *sealed, const char *id,
			    struct client *client);

#endif
