#ifndef MAIL_SMTP_H
#define MAIL_SMTP_H

#include <stdbool.h>
#include <stdint.h>

#include "data/field.h"
#include "mail/account.h"

struct arena;
struct config;
struct fault;
struct source;
struct watch;

/*
 * Message submission (RFC 6409) in pipelined flights where the server has
 * PIPELINING, with a reply for each recipient.
 */
struct smtp;

enum {
	SMTP_REPLY_MS = 60 * 1000,
	SMTP_DATA_MS = 300 * 1000,	/* for the answer to the final dot */
	SMTP_STALL_MS = 30 * 1000,	/* without progress of the content */
	SMTP_STREAM_MS = 900 * 1000	/* for all of the content */
};

/*
 * Connects, says EHLO, logs in. As imap_open; SMTP_TIMEOUT of the
 * configuration may end this, and every wait below, sooner.
 * FAULT_UNSUPPORTED where the account has no server for sending.  A server
 * that the operator named and that offers no AUTH is a relay that asks for
 * none.
 */
const struct fault	*smtp_open(struct arena *arena,
			    const struct account *account,
			    const struct config *config, int64_t deadline,
			    struct smtp **smtp);
/* QUIT without awaiting the answer; NULL is allowed. */
void			 smtp_close(struct smtp *smtp);

/*
 * Every wait from here on looks after it, as net/wire does: FAULT_GONE cuts
 * the connection, so that nothing is delivered.  With the final dot it is held
 * (net/watch): what is sent then is sent, and is to be told and filed.
 */
void			 smtp_set_watch(struct smtp *smtp,
			    struct watch *watch);

/* What became of one recipient. */
struct smtp_recipient {
	const char	*address;
	bool		 accepted;
	const char	*reply;		/* the server's words, cleaned */
};

struct smtp_message {
	const char	*sender;	/* envelope address */
	struct texts	 recipients;	/* envelope addresses, checked */
	bool		 utf8;		/* SMTPUTF8 is needed */
	int64_t		 hold_until;	/* seconds since 1970: the server is
					 * to keep it so long; 0: at once */
	struct source	*source;	/* dot-stuffed here, lines made CRLF;
					 * its fault cuts the connection, so
					 * that nothing is delivered */
};

/*
 * Sends one message. results gets struct smtp_recipient for each. NULL when
 * the server took the message for at least one. FAULT_LIMIT when SIZE says it
 * is too big (before the first byte), FAULT_UNSUPPORTED without SMTPUTF8,
 * 8BITMIME or FUTURERELEASE where it is needed, FAULT_ARGUMENT for an address
 * that can't stand in a command and for a time the server holds no message
 * until, FAULT_RECIPIENT when none was accepted, FAULT_REFUSED for a 5xx,
 * FAULT_UNAVAILABLE for a 4xx, the source's fault, and FAULT_UNKNOWN_STATE
 * when the connection broke behind the final dot: only then may the message
 * have been sent although a fault is returned.
 */
const struct fault	*smtp_send(struct smtp *smtp, struct arena *arena,
			    const struct smtp_message *message,
			    struct objects *results);

#endif
