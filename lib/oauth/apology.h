#ifndef OAUTH_APOLOGY_H
#define OAUTH_APOLOGY_H

#include "base/fault.h"

struct reply;
struct request;

/* What a person is told of a kind of fault; the last row of a table has kind
 * FAULT_KINDS and is for all else. */
struct apology {
	enum fault_kind	 kind;
	int		 status;	/* HTTP; 0: the fault's own */
	const char	*title;
	const char	*advice;
};

/* Writes the page that says it, as plain text where the page can't be
 * made. */
void	 apology_write(struct request *request, struct reply *reply,
	    const struct apology *rows, const struct fault *fault);

#endif
