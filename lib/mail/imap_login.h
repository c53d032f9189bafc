#ifndef MAIL_IMAP_LOGIN_H
#define MAIL_IMAP_LOGIN_H

#include <stdbool.h>

#include "base/text.h"

struct arena;
struct buf;
struct fault;
struct imap;
struct imap_channel;
struct imap_response;
struct sasl_credentials;

/*
 * From a connection just made to the authenticated state (RFC 9051 3): the
 * greeting, what the server can do before login, AUTHENTICATE with the best
 * mechanism of mail/sasl.h, or LOGIN where none is offered.
 *
 * FAULT_LOGIN when it refuses the credentials, FAULT_UNAVAILABLE when it says
 * later, FAULT_UNSUPPORTED when no way to log in is common, the wire's faults.
 * One attempt is made, never a second: wrong passwords add up to a ban.
 */
struct imap_login;

/* Up to where the credentials are sent; all of it lives in the arena.  *login
 * is set once the server has been met. */
const struct fault	*imap_login_begin(struct imap *imap,
			    struct imap_channel *channel, struct arena *arena,
			    const struct sasl_credentials *credentials,
			    struct imap_login **login);

/* The rest.  *capabilities is empty where the server did not tell them after
 * login: what it said of them before is forgotten. */
const struct fault	*imap_login_run(struct imap_login *login,
			    struct texts *capabilities);

/*
 * Whether the rest may go ahead of the first flight, in the same bytes: with a
 * server that is known to read on behind it, so that a round trip is saved.
 * That is Dovecot by its greeting (any other may forget what it has read by
 * then, as Cyrus 3.6 and proxies do, and would wait for ever), over TLS, with
 * PLAIN, to which there is one answer.  Where it refuses the password it
 * works on nothing that stands behind.
 */
bool			 imap_login_can_go_ahead(
			    const struct imap_login *login);

/* What the server told before login. */
struct texts		 imap_login_offers(const struct imap_login *login);

/* Writes what is to be sent, then takes the server's answer to it, for one
 * that goes ahead. */
const struct fault	*imap_login_write(struct imap_login *login,
			    struct buf *out);
const struct fault	*imap_login_end(struct imap_login *login,
			    struct texts *capabilities);

/* The fault for an untagged BYE. */
const struct fault	*imap_login_bye(struct arena *arena,
			    const struct imap_response *response);

#endif
