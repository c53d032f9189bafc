#ifndef MAIL_VERDICT_H
#define MAIL_VERDICT_H

#include <stdbool.h>

#include "data/field.h"

struct arena;

/* What the receiving server found out about a message's sender: words of RFC
 * 8601 as "pass", "fail", "none"; NULL where it did not say. */
struct verdict {
	const char	*server;	/* authserv-id */
	const char	*spf;
	const char	*dkim;
	const char	*dmarc;
	struct objects	 signatures;	/* struct verdict_signature: those of
					 * DKIM that hold; not written */
};

/* One by what it is known by: members of DKIM-Signature, NULL where the server
 * did not say. */
struct verdict_signature {
	const char	*domain;	/* d= */
	const char	*selector;	/* s= */
	const char	*start;		/* how b= starts */
};

extern const struct field	 verdict_rows[];

/*
 * Reads the topmost Authentication-Results of a message's fields (in their
 * order, Received among them).  It counts only where every hop above it is of
 * the site that it names itself of: a sender can write the field too, but
 * not above our server's own lines.  False where there is none to believe.
 */
bool	 verdict_read(struct arena *arena, struct pairs fields,
	    struct verdict *verdict);

#endif
