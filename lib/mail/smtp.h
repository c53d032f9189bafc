#ifndef MAIL_SMTP_H
#define MAIL_SMTP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "data/field.h"
#include "mail/account.h"

struct arena;
struct config;
struct fault;

/*
 * Message submission (RFC 6409) in pipelined flights where the server has
 * PIPELINING, with a reply for each recipient.
 */
struct smtp;

enum { SMTP_REPLY_MS = 60 * 1000, SMTP_DATA_MS = 300 * 1000 };

/* Connects, says EHLO, logs in. As imap_open. */
const struct fault	*smtp_open(struct arena *arena,
			    const struct account *account,
			    const struct config *config, int64_t deadline,
			    struct smtp **smtp);
/* QUIT without awaiting the answer; NULL is allowed. */
void			 smtp_close(struct smtp *smtp);

/* What became of one recipient. */
struct smtp_recipient {
	const char	*address;
	bool		 accepted;
	const char	*reply;		/* the server's words, cleaned */
};

struct smtp_message {
	const char	*sender;	/* envelope address */
	struct texts	 recipients;	/* envelope addresses, checked */
	struct bytes	 content;	/* CRLF lines; dot-stuffed here */
	bool		 utf8;		/* SMTPUTF8 is needed */
};

/*
 * Sends one message. results gets struct smtp_recipient for each. NULL when
 * the server took the message for at least one. FAULT_LIMIT when SIZE says it
 * is too big (before the first byte), FAULT_UNSUPPORTED without SMTPUTF8,
 * FAULT_RECIPIENT when none was accepted, FAULT_REFUSED, and
 * FAULT_UNKNOWN_STATE when the connection broke behind the final dot.
 */
const struct fault	*smtp_send(struct smtp *smtp, struct arena *arena,
			    const struct smtp_message *message,
			    struct objects *results);

#endif
