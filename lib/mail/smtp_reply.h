#ifndef MAIL_SMTP_REPLY_H
#define MAIL_SMTP_REPLY_H

#include <stdbool.h>

#include "base/text.h"

struct arena;
struct fault;
struct wire;

/* What a server answers to one command: RFC 5321 4.2. */
enum {
	SMTP_REPLY_LINES = 128,
	SMTP_REPLY_BYTES = 64 * 1024,
	SMTP_WORDS_BYTES = 200		/* of its words that are shown */
};

struct smtp_reply {
	int		 code;		/* 200 to 599 */
	struct texts	 lines;		/* behind the code, cleaned */
	const char	*words;		/* code and lines in one, cut */
};

/* Adds a line to a reply that starts zeroed; *last tells whether it is whole.
 * False if it is no line of this reply, or one too many. */
bool	 smtp_reply_take(struct arena *arena, struct bytes line,
	    struct smtp_reply *reply, bool *last);

/* Reads a whole one. FAULT_PROTOCOL, or the wire's. */
const struct fault	*smtp_reply_read(struct arena *arena,
			    struct wire *wire, struct smtp_reply *reply);

/*
 * A refusal as a fault that says what was refused ("would not take ...") and
 * quotes the server: FAULT_UNAVAILABLE for 4xx, FAULT_LIMIT for 552,
 * FAULT_REFUSED for any other 5xx, FAULT_PROTOCOL for what is no refusal.
 */
const struct fault	*smtp_reply_fault(struct arena *arena,
			    const struct smtp_reply *reply, const char *what);

#endif
