#ifndef MAIL_COMPOSE_STREAM_H
#define MAIL_COMPOSE_STREAM_H

#include "base/bytes.h"
#include "mail/compose.h"

struct arena;
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

/* All that was added. The source lives as long as the stream. */
void			 compose_stream_source(struct compose_stream *stream,
			    struct source *source);

#endif
