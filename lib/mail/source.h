#ifndef MAIL_SOURCE_H
#define MAIL_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

struct arena;
struct fault;

/*
 * A message on its way to a server, given piece by piece, so that memory
 * never holds it whole: SMTP's content, APPEND's literal.  It can be given
 * again from its start.
 */
enum { SOURCE_PIECE_BYTES = 32 * 1024 };

struct source {
	/* The next piece, at most SOURCE_PIECE_BYTES, valid until the one
	 * after; an empty one is the end. */
	const struct fault	*(*next)(void *state, struct bytes *piece);
	void			(*rewind)(void *state);
	void			*state;
	uint64_t		 length;	/* of all, exactly */
	bool			 eight_bit;	/* it is not all ASCII */
	uint64_t		 given;		/* since its start */
};

/* Goes back to the start: whoever reads it does so first. */
void			 source_rewind(struct source *source);

/* The next piece, an empty one at the end. What is longer or shorter than its
 * length was announced to a server with that length: FAULT_PROTOCOL, and no
 * piece goes over it. Else the fault of next. */
const struct fault	*source_next(struct arena *arena,
			    struct source *source, struct bytes *piece);

#endif
