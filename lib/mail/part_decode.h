#ifndef MAIL_PART_DECODE_H
#define MAIL_PART_DECODE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/bytes.h"

struct arena;

/* Content of a part with its transfer encoding undone (base64, qp,
 * 7bit/8bit/binary, uuencode); damaged input gives what could be read. */
struct bytes	 part_decode(struct arena *arena, const char *encoding,
		    struct bytes raw);

/*
 * The same piece by piece, for streams of any length: state carries what is
 * left over between calls; last flushes it.  Starts as zeros with encoding
 * set.
 */
struct part_decoder {
	const char	*encoding;	/* lower case */
	unsigned char	 held[80];	/* not yet decided upon */
	size_t		 len;		/* of held */
	bool		 begun;		/* uuencode: behind "begin" */
	bool		 ended;		/* uuencode: behind "end" */
};
void		 part_decode_piece(struct part_decoder *decoder,
		    struct bytes raw, bool last, struct buf *out);

#endif
