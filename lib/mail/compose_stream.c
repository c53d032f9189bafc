#include "mail/compose_stream.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "mail/source.h"

enum {
	LINE_PLAIN = 57,	/* bytes a line stands for */
	LINE_CODED = 78,	/* with CRLF */
	BLOCK_LINES = 256	/* encoded at a time: a piece */
};

static_assert(BLOCK_LINES * LINE_CODED <= SOURCE_PIECE_BYTES,
    "a block is a piece");

struct piece {
	struct bytes	 bytes;
	struct source	*source;	/* instead of bytes, or NULL */
	bool		 coded;		/* they are given in base64 */
};

struct compose_stream {
	struct arena	*arena;
	struct piece	 pieces[COMPOSE_PIECES_MOST];
	size_t		 len;
	uint64_t	 length;	/* of all */
	bool		 eight_bit;
	size_t		 at;		/* the piece being read */
	size_t		 taken;		/* of its bytes */
	struct bytes	 rest;		/* of what a source gave */
	bool		 opened;	/* the source being read */
	unsigned char	 plain[BLOCK_LINES * LINE_PLAIN];
	unsigned char	 coded[BLOCK_LINES * LINE_CODED];
};

struct compose_stream *
compose_stream_make(struct arena *arena)
{
	struct compose_stream	*stream;

	stream = arena_take(arena, sizeof(*stream));
	stream->arena = arena;
	return stream;
}

static void
add(struct compose_stream *stream, struct bytes bytes, bool coded)
{
	assert(stream->len < COMPOSE_PIECES_MOST);
	stream->pieces[stream->len++] = (struct piece){ .bytes = bytes,
	    .coded = coded };
}

static bool
is_eight_bit(struct bytes bytes)
{
	size_t	 i;

	for (i = 0; i < bytes.len; i++)
		if (bytes.at[i] >= 0x80)
			return true;
	return false;
}

void
compose_stream_add(struct compose_stream *stream, struct bytes bytes)
{
	add(stream, bytes, false);
	stream->length += bytes.len;
	stream->eight_bit = stream->eight_bit || is_eight_bit(bytes);
}

/* How long so many bytes are in lines of base64. */
static uint64_t
coded_length(uint64_t length)
{
	uint64_t	 digits;

	digits = (length + 2) / 3 * 4;
	return digits + (digits + 75) / 76 * 2;
}

void
compose_stream_add_file(struct compose_stream *stream, struct bytes content)
{
	add(stream, content, true);
	stream->length += coded_length(content.len);
}

void
compose_stream_add_source(struct compose_stream *stream,
    struct source *source, bool coded)
{
	add(stream, bytes_from(NULL, 0), coded);
	stream->pieces[stream->len - 1].source = source;
	stream->length += coded ? coded_length(source->length) :
	    source->length;
	stream->eight_bit = stream->eight_bit ||
	    (!coded && source->eight_bit);
}

/* A reader as a source, that gives nothing once it was begun. */
struct once {
	struct arena			*arena;
	const struct compose_reader	*reader;
	struct source			 source;
	bool				 begun, again;
	unsigned char			 piece[BLOCK_LINES * LINE_PLAIN];
};

static const struct fault *
next_once(void *state, struct bytes *piece)
{
	struct once		*once = state;
	const struct fault	*bad;
	size_t			 len;

	if (once->again)
		return fault_make(once->arena, FAULT_PROTOCOL,
		    "what was read once can't be given again");
	once->begun = true;
	bad = once->reader->read(once->reader->state, once->piece,
	    sizeof(once->piece), &len);
	if (bad == NULL)
		*piece = bytes_from(once->piece, len);
	return bad;
}

static void
go_back_once(void *state)
{
	struct once	*once = state;

	once->again = once->begun;
}

void
compose_stream_add_reader(struct compose_stream *stream,
    const struct compose_reader *reader)
{
	struct once	*once;

	once = arena_take(stream->arena, sizeof(*once));
	once->arena = stream->arena;
	once->reader = reader;
	once->source = (struct source){
		.next = next_once, .rewind = go_back_once, .state = once,
		.length = reader->length
	};
	compose_stream_add_source(stream, &once->source, true);
}

/* Up to three bytes as four digits (RFC 2045 6.8). */
static void
encode_quantum(const unsigned char *plain, size_t len, unsigned char *coded)
{
	static const char	 digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned int		 bits;
	size_t			 i;

	bits = (unsigned)plain[0] << 16;
	if (len > 1)
		bits |= (unsigned)plain[1] << 8;
	if (len > 2)
		bits |= plain[2];
	for (i = 0; i < 4; i++)
		coded[i] = i <= len ?
		    (unsigned char)digits[bits >> (18 - 6 * i) & 0x3F] : '=';
}

/* A block of the file as lines, the last of which may be short. */
static struct bytes
encode_block(struct compose_stream *stream, struct bytes plain)
{
	unsigned char	*coded;
	size_t		 at;

	coded = stream->coded;
	for (at = 0; at < plain.len; at += 3, coded += 4) {
		if (at > 0 && at % LINE_PLAIN == 0) {
			memcpy(coded, "\r\n", 2);
			coded += 2;
		}
		encode_quantum(plain.at + at,
		    plain.len - at < 3 ? plain.len - at : 3, coded);
	}
	memcpy(coded, "\r\n", 2);
	coded += 2;
	return bytes_from(stream->coded, (size_t)(coded - stream->coded));
}

/* Whole lines of what the source gives, fewer only at its end. */
static const struct fault *
fill_block(struct compose_stream *stream, struct source *source,
    struct bytes *block)
{
	const struct fault	*bad;
	struct bytes		 some;
	size_t			 len = 0;

	while (len < sizeof(stream->plain)) {
		if (stream->rest.len == 0 && (bad = source_next(stream->arena,
		    source, &stream->rest)) != NULL)
			return bad;
		if (stream->rest.len == 0)
			break;
		some = bytes_slice(stream->rest, 0,
		    sizeof(stream->plain) - len);
		memcpy(stream->plain + len, some.at, some.len);
		stream->rest = bytes_slice(stream->rest, some.len,
		    stream->rest.len);
		len += some.len;
	}
	*block = bytes_from(stream->plain, len);
	return NULL;
}

/* The next of a source: an empty piece is its end. */
static const struct fault *
next_of_source(struct compose_stream *stream, const struct piece *at,
    struct bytes *piece)
{
	const struct fault	*bad;

	if (!stream->opened)
		source_rewind(at->source);
	stream->opened = true;
	if (!at->coded)
		return source_next(stream->arena, at->source, piece);
	if ((bad = fill_block(stream, at->source, piece)) != NULL)
		return bad;
	if (piece->len > 0)
		*piece = encode_block(stream, *piece);
	return NULL;
}

static const struct fault *
next_piece(void *state, struct bytes *piece)
{
	struct compose_stream	*stream = state;
	const struct fault	*bad;
	const struct piece	*at;

	for (; stream->at < stream->len; stream->at++, stream->taken = 0) {
		at = &stream->pieces[stream->at];
		if (at->source != NULL) {
			bad = next_of_source(stream, at, piece);
			if (bad != NULL || piece->len > 0)
				return bad;
			stream->opened = false;
			continue;
		}
		*piece = bytes_slice(at->bytes, stream->taken, at->coded ?
		    BLOCK_LINES * LINE_PLAIN : SOURCE_PIECE_BYTES);
		stream->taken += piece->len;
		if (piece->len == 0)
			continue;
		if (at->coded)
			*piece = encode_block(stream, *piece);
		return NULL;
	}
	return NULL;
}

static void
go_back(void *state)
{
	struct compose_stream	*stream = state;

	stream->at = stream->taken = 0;
	stream->rest.len = 0;
	stream->opened = false;
}

void
compose_stream_source(struct compose_stream *stream, struct source *source)
{
	*source = (struct source){
		.next = next_piece,
		.rewind = go_back,
		.state = stream,
		.length = stream->length,
		.eight_bit = stream->eight_bit
	};
}
