#ifndef MAIL_UNSUBSCRIBE_H
#define MAIL_UNSUBSCRIBE_H

#include <stdbool.h>

#include "data/field.h"

struct arena;

/*
 * How a message lets its reader leave a list: List-Unsubscribe (RFC 2369), and
 * List-Unsubscribe-Post (RFC 8058), which is believed only where a signature
 * that holds covers both and DMARC passed, by the word of the server that
 * received it.  All of it is the sender's text.
 */
enum {
	UNSUBSCRIBE_URL_BYTES = 2000,
	UNSUBSCRIBE_SUBJECT_CHARS = 200,
	UNSUBSCRIBE_BODY_CHARS = 500
};

struct unsubscribe_ways {
	bool		 offered;	/* there is such a field */
	bool		 forged;	/* DMARC failed: none is to be used */
	const char	*post;		/* https, may be asked; or NULL */
	const char	*why_not;	/* what it lacks for that, or NULL */
	const char	*link;		/* URL for a person, or NULL */
	const char	*address;	/* to write to, or NULL */
	const char	*subject;	/* of that mail, one line */
	const char	*body;
};

/* Reads the fields of a message, in their order: Received,
 * Authentication-Results, DKIM-Signature and the two of the list. */
void	 unsubscribe_read(struct arena *arena, struct pairs fields,
	    struct unsubscribe_ways *ways);

#endif
