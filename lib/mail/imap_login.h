#ifndef MAIL_IMAP_LOGIN_H
#define MAIL_IMAP_LOGIN_H

struct arena;
struct fault;
struct imap;
struct imap_channel;
struct imap_response;
struct sasl_credentials;
struct texts;

/*
 * From a connection just made to the authenticated state (RFC 9051 3): the
 * greeting, what the server can do before login, AUTHENTICATE with the best
 * mechanism of mail/sasl.h, or LOGIN where none is offered.  What a server
 * said of its abilities before login is forgotten.
 *
 * FAULT_LOGIN when it refuses the credentials, FAULT_UNAVAILABLE when it says
 * later, FAULT_UNSUPPORTED when no way to log in is common, the wire's faults.
 * One attempt is made, never a second: wrong passwords add up to a ban.
 * *capabilities is empty where the server did not tell them after login.
 */
const struct fault	*imap_login(struct imap *imap,
			    struct imap_channel *channel, struct arena *arena,
			    const struct sasl_credentials *credentials,
			    struct texts *capabilities);

/* The fault for an untagged BYE. */
const struct fault	*imap_login_bye(struct arena *arena,
			    const struct imap_response *response);

#endif
