#ifndef OAUTH_AUTHENTICATE_H
#define OAUTH_AUTHENTICATE_H

struct client;
struct fault;
struct request;

/*
 * Which client speaks at the token endpoint, and that it is the one (RFC 6749
 * 2.3): none, client_secret_post or client_secret_basic, whatever of the last
 * two it registered.  id and secret are those of the form, or NULL.
 * FAULT_REQUEST for two ways at once or none; FAULT_CLIENT for an unknown
 * client, a wrong or missing secret, or a secret of a client that has none.
 */
const struct fault	*authenticate(struct request *request, const char *id,
			    const char *secret, struct client *client);

#endif
