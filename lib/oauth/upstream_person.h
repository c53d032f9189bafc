#ifndef OAUTH_UPSTREAM_PERSON_H
#define OAUTH_UPSTREAM_PERSON_H

struct fault;
struct request;
struct upstream_place;
struct upstream_tokens;

/*
 * The address of who signed in, by the id_token (OpenID Connect Core 3.1.3.7;
 * it comes straight from the token endpoint over TLS, which stands for its
 * signature, so that no key is fetched; it has to be signed, for us, by the
 * issuer, for this sign-in, and not have expired) or the userinfo endpoint.
 * Whose mailbox it is, the mail server says: it opens it to the token, or does
 * not.  FAULT_DENIED where they tell none, or are not for us.
 */
const struct fault	*upstream_person(struct request *request,
			    const struct upstream_place *place,
			    const struct upstream_tokens *tokens,
			    const char *nonce, const char **address);

#endif
