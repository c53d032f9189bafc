#ifndef MAIL_COMPOSE_STREAM_H
#define MAIL_COMPOSE_STREAM_H

#include "base/bytes.h"
#include "mail/compose.h"

struct arena;

/*
 * A message in pieces: texts that are in memory, and files that are encoded
 * as base64 in lines of 76 while they are read.  compose.h says how such a
 * stream is read; this is how compose.c makes one.
 */
enum { COMPOSE_PIECES_MOST = 2 * COMPOSE_FILES_MOST + 1 };

struct compose_stream	*compose_stream_make(struct arena *arena);

/* Bytes that stay where they are. */
void			 compose_stream_add(struct compose_stream *stream,
			    struct bytes bytes);

/* A file's content in base64. */
void			 compose_stream_add_file(struct compose_stream *stream,
			    const struct compose_file *file);

#endif
