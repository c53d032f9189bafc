#ifndef WEB_GATE_ADMIT_H
#define WEB_GATE_ADMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

/*
 * What a web server may say on a connection, looked at before libfcgi reads
 * it.  That ends the process where the length of a variable can't be had from
 * malloc, writes past its buffer where it is asked for its limits many times
 * (FCGI_GET_VALUES), and forgets memory at a second FCGI_BEGIN_REQUEST.
 *
 * So, of FastCGI 1.0, one request and nothing else passes: its beginning, its
 * variables to their end, its body to its end, all of one id; and that it was
 * given up.  What follows the body is not looked at, since nobody reads it.
 */
enum {
	GATE_ADMIT_BYTES = 1024 * 1024,	/* of all variables */
	GATE_ADMIT_VARIABLES = 4096,
	GATE_ADMIT_HEAD = 8		/* bytes of a record's head */
};

enum gate_admit_phase {
	GATE_ADMIT_BEGIN,
	GATE_ADMIT_PARAMS,
	GATE_ADMIT_BODY,
	GATE_ADMIT_DONE,
	GATE_ADMIT_REFUSED
};

/* How far a connection has come; zeroed is the start. */
struct gate_admit {
	enum gate_admit_phase	 phase;
	unsigned char		 head[GATE_ADMIT_HEAD];
	size_t			 have;		/* of the head */
	size_t			 content;	/* bytes left of the record */
	size_t			 padding;	/* likewise */
	unsigned		 id;		/* of the request */
	uint32_t		 length;	/* as far as it was read */
	unsigned		 missing;	/* bytes of that */
	bool			 named;		/* length is a value's */
	uint32_t		 name;		/* length of the name */
	size_t			 text;		/* bytes left of a variable */
	size_t			 bytes;		/* of all variables */
	size_t			 variables;
};

/* Whether this may come next; after a refusal nothing may. */
bool	 gate_admit(struct gate_admit *admit, struct bytes piece);

#endif
