#ifndef MAIL_COMPOSE_STREAM_H
#define MAIL_COMPOSE_STREAM_H

#include <stdbool.h>

#include "base/bytes.h"
#include "mail/compose.h"

struct arena;
struct fault;
struct source;

/*
 * A message in pieces that stay where they are: bytes as they stand, and
 * files that are encoded as base64 in lines of 76 while they are read.  This
 * is how compose.c makes a source.
 */
enum { COMPOSE_PIECES_MOST = 2 * COMPOSE_FILES_MOST + 1 };

struct compose_stream;

struct compose_stream	*compose_stream_make(struct arena *arena);

/* Bytes as they stand. */
void			 compose_stream_add(struct compose_stream *stream,
			    struct bytes bytes);

/* A file's content, to be given in base64. */
void			 compose_stream_add_file(struct compose_stream *stream,
			    struct bytes content);

/* What a source gives, as it stands or in base64; it is read anew each time,
 * and belongs to the caller. */
void			 compose_stream_add_source(
			    struct compose_stream *stream,
			    struct source *source, bool coded);

/* Who gives a file's content once, in any pieces; *len 0 at its end. */
struct compose_reader {
	const struct fault	*(*read)(void *state, unsigned char *at,
				    size_t size, size_t *len);
	void			*state;
	uint64_t		 length;	/* of all it gives */
};

/* A file that is read while it is given, in base64.  A stream with one can't
 * be given again: that ends in FAULT_PROTOCOL. */
void			 compose_stream_add_reader(
			    struct compose_stream *stream,
			    const struct compose_reader *reader);

/* All that was added. The source lives as long as the stream. */
void			 compose_stream_source(struct compose_stream *stream,
			    struct source *source);

#endif
