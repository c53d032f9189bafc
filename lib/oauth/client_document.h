#ifndef OAUTH_CLIENT_DOCUMENT_H
#define OAUTH_CLIENT_DOCUMENT_H

#include <stdint.h>

#include "oauth/client.h"

/*
 * Clients whose id is the https URL of a document that describes them
 * (draft-ietf-oauth-client-id-metadata-document-00).  Apart from client.c,
 * because it brings in libcurl: only the authorization page needs it.
 */
enum {
	CLIENT_DOCUMENT_BYTES = 64 * 1024,
	CLIENT_DOCUMENT_MS = 5 * 1000
};

/*
 * The client of an id: opened when it is sealed, fetched when it is a URL,
 * by the deadline (clock_ms). FAULT_CLIENT: show a page, never redirect.
 */
const struct fault	*client_find(struct arena *arena,
			    const struct authority *authority, const char *id,
			    int64_t deadline, struct client *client);

/* The client a fetched document describes; id is its URL. FAULT_CLIENT. */
const struct fault	*client_document_read(struct arena *arena,
			    const struct config *config, const char *id,
			    struct bytes document, struct client *client);

#endif
