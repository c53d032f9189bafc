#ifndef MAIL_SASL_H
#define MAIL_SASL_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/text.h"

struct arena;
struct fault;

/*
 * Client side of SASL for IMAP and SMTP: OAUTHBEARER (RFC 7628), XOAUTH2,
 * SCRAM-SHA-256 and SCRAM-SHA-1 (RFC 5802, 7677, no channel binding), PLAIN
 * (RFC 4616), LOGIN, CRAM-MD5 (RFC 2195).
 */
struct sasl_credentials {
	const char	*username;
	const char	*password;	/* or */
	const char	*bearer;
	const char	*host;		/* for OAUTHBEARER */
	int		 port;
	const char	*client;	/* the address of whoever asks us, to be
					 * told to the server, or NULL */
	bool		 encrypted;	/* what shows the password only then,
					 * unless nothing else is offered */
};

struct sasl;

/*
 * The best mechanism among those the server offers: encrypted, that is PLAIN,
 * which costs one round trip and works with any hash the server keeps; else
 * SCRAM.  FAULT_UNSUPPORTED names what the server does offer; FAULT_LOGIN for
 * a control character in the user name or token.
 */
const struct fault	*sasl_start(struct arena *arena,
			    const struct sasl_credentials *credentials,
			    struct texts offered, struct sasl **sasl);

/* As IMAP and SMTP name it: "SCRAM-SHA-256". */
const char		*sasl_mechanism(const struct sasl *sasl);

/* Whether the client speaks first, and can do so in the command (SASL-IR). */
bool			 sasl_speaks_first(const struct sasl *sasl);

/* Whether the first message is so long that it goes on a line of its own: at
 * many servers a command has 4,000 characters, and an answer 8,000. */
bool			 sasl_is_long(const struct sasl_credentials
			    *credentials);

/* Our next message for the server's challenge (both decoded). The first call
 * of a mechanism that speaks first is given an empty challenge. A challenge
 * out of turn or a wrong server signature: FAULT_PROTOCOL. */
const struct fault	*sasl_step(struct sasl *sasl, struct bytes challenge,
			    struct bytes *response);

/* Whether the server has proved itself, where the mechanism has a proof;
 * success before that is refused by the caller. */
bool			 sasl_is_done(const struct sasl *sasl);

/* A server's words to a refused login, for a fault: ': "words"', or nothing
 * where they are empty or repeat the password or token they were given. */
const char		*sasl_words(struct arena *arena,
			    const struct sasl_credentials *credentials,
			    const char *words);

#endif
