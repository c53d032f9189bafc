#ifndef MAIL_PART_STREAM_H
#define MAIL_PART_STREAM_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

struct arena;
struct fault;
struct imap;
struct part;

/*
 * The content of one part, decoded, read from the open folder while the server
 * sends it (mail/imap_stream), so that memory stays the same for a part of any
 * size and nobody waits for anybody.  A part that does not arrive whole ends
 * in a fault, never in an early end.
 */
enum {
	PART_STREAM_END_BYTES = 256 * 1024,	/* of either end, by which its
						 * length is told */
	PART_STREAM_STILL_MS = 30 * 1000,	/* longest wait for more */
	PART_STREAM_MS = 15 * 60 * 1000	/* all of it */
};

struct part_stream;

/* The part of the message with that UID in the session's open folder.  Asks
 * nothing yet.  part must live as long as the stream.  From its first byte to
 * its last the session does nothing else. */
void			 part_stream_open(struct imap *imap,
			    struct arena *arena, uint32_t uid,
			    const struct part *part,
			    struct part_stream **stream);

/*
 * How many bytes it decodes to, exactly: needed where a length must be told
 * before the first byte.  Costs one flight of at most three pieces where the
 * transfer encoding lets it be computed, else a pass over the whole part.  A
 * stream whose length was told ends in FAULT_PROTOCOL if it was another.
 * Only before the first part_stream_read.
 */
const struct fault	*part_stream_length(struct part_stream *stream,
			    int64_t *length);

/* The next bytes, at most size; *len is 0 only at the end.  FAULT_MESSAGE
 * when the part is not there, else the session's faults. */
const struct fault	*part_stream_read(struct part_stream *stream,
			    unsigned char *at, size_t size, size_t *len);

/* All of it, in arena; FAULT_LIMIT when it is over most bytes. */
const struct fault	*part_stream_whole(struct part_stream *stream,
			    struct arena *arena, size_t most,
			    struct bytes *content);

/* Gives back what it holds.  The session stays, unless this is in the midst of
 * the part: then it is of no more use. */
void			 part_stream_close(struct part_stream *stream);

#endif
