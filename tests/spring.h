#ifndef SPRING_H
#define SPRING_H

#include "mail/source.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "mail/compose.h"

/* A source of bytes in memory, in pieces of that size. */
struct spring {
	struct arena	*arena;
	struct bytes	 bytes;
	size_t		 piece_bytes;
	size_t		 at;
};

static inline const struct fault *
spring_next(void *state, struct bytes *piece)
{
	struct spring	*spring = state;

	*piece = bytes_slice(spring->bytes, spring->at, spring->piece_bytes);
	spring->at += piece->len;
	return NULL;
}

static inline void
spring_rewind(void *state)
{
	struct spring	*spring = state;

	spring->at = 0;
}

static inline struct source *
spring_open(struct arena *arena, struct bytes bytes, size_t piece_bytes)
{
	struct spring	*spring;
	struct source	*source;
	size_t		 i;

	spring = arena_take(arena, sizeof(*spring));
	*spring = (struct spring){ .arena = arena, .bytes = bytes,
	    .piece_bytes = piece_bytes };
	source = arena_take(arena, sizeof(*source));
	*source = (struct source){ .next = spring_next,
	    .rewind = spring_rewind, .state = spring, .length = bytes.len };
	for (i = 0; i < bytes.len; i++)
		if (bytes.at[i] >= 0x80)
			source->eight_bit = true;
	return source;
}

/* All that a source gives, appended to out. */
static inline const struct fault *
spring_gather(struct arena *arena, struct source *source, struct buf *out)
{
	const struct fault	*bad;
	struct bytes		 piece;

	source_rewind(source);
	do {
		if ((bad = source_next(arena, source, &piece)) != NULL)
			return bad;
		buf_bytes(out, piece);
	} while (piece.len > 0);
	return NULL;
}

/* A whole composed message, appended to out. */
static inline const struct fault *
spring_compose(struct arena *arena, const struct compose *compose,
    struct buf *out)
{
	const struct fault	*bad;
	struct source		 source;

	if ((bad = compose_open(arena, compose, &source)) != NULL)
		return bad;
	return spring_gather(arena, &source, out);
}

#endif
