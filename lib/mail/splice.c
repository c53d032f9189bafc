#include "mail/splice.h"

#include "base/arena.h"
#include "base/fault.h"
#include "mail/part.h"
#include "mail/part_stream.h"
#include "mail/source.h"

/* The whole of a message is its part without a number. */
struct state {
	struct arena		*arena;
	struct splice		 splice;
	struct part		 whole;
	struct part_stream	*stream;
	size_t			 given;		/* of splice.start */
	size_t			 skipped;
	unsigned char		 piece[SOURCE_PIECE_BYTES];
};

static void
open_stream(struct state *state)
{
	part_stream_open(state->splice.imap, state->arena, state->splice.uid,
	    &state->whole, &state->stream);
	state->given = state->skipped = 0;
}

static void
rewind_splice(void *thing)
{
	struct state	*state = thing;

	part_stream_close(state->stream);
	open_stream(state);
}

static const struct fault *
skip(struct state *state)
{
	const struct fault	*bad;
	size_t			 most, len;

	while (state->skipped < state->splice.skip) {
		most = state->splice.skip - state->skipped;
		if (most > sizeof(state->piece))
			most = sizeof(state->piece);
		bad = part_stream_read(state->stream, state->piece, most,
		    &len);
		if (bad != NULL)
			return bad;
		if (len == 0)
			return fault_make(state->arena, FAULT_PROTOCOL,
			    "the message is shorter than it was");
		state->skipped += len;
	}
	return NULL;
}

static const struct fault *
next(void *thing, struct bytes *piece)
{
	struct state		*state = thing;
	const struct fault	*bad;
	size_t			 len;

	*piece = bytes_slice(state->splice.start, state->given,
	    SOURCE_PIECE_BYTES);
	state->given += piece->len;
	if (piece->len > 0)
		return NULL;
	if ((bad = skip(state)) != NULL)
		return bad;
	bad = part_stream_read(state->stream, state->piece,
	    sizeof(state->piece), &len);
	*piece = bytes_from(state->piece, len);
	return bad;
}

const struct fault *
splice_open(struct arena *arena, const struct splice *splice,
    struct source *source)
{
	const struct fault	*bad;
	struct state		*state;
	int64_t			 length;

	state = arena_take(arena, sizeof(*state));
	state->arena = arena;
	state->splice = *splice;
	state->whole = (struct part){
		.number = "", .type = "message", .subtype = "rfc822",
		.encoding = "8bit", .size = splice->size
	};
	open_stream(state);
	if ((bad = part_stream_length(state->stream, &length)) != NULL)
		return bad;
	if (length < 0 || (uint64_t)length < splice->skip)
		return fault_make(arena, FAULT_PROTOCOL,
		    "the message is shorter than it was");
	*source = (struct source){
		.next = next, .rewind = rewind_splice, .state = state,
		.length = (uint64_t)length - splice->skip +
		    splice->start.len
	};
	return NULL;
}
