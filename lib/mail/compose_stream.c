#include "mail/compose_stream.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
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
	bool		 coded;		/* they are given in base64 */
	const struct compose_reader	*reader;	/* instead, or NULL */
};

struct compose_stream {
	struct piece	 pieces[COMPOSE_PIECES_MOST];
	size_t		 len;
	uint64_t	 length;	/* of all */
	bool		 eight_bit;
	size_t		 at;		/* the piece being read */
	size_t		 taken;		/* of its bytes */
	unsigned char	 coded[BLOCK_LINES * LINE_CODED];
	unsigned char	 plain[BLOCK_LINES * LINE_PLAIN];	/* read */
	bool		 begun;		/* a reader was asked */
	bool		 spoiled;	/* and can't be asked again */
};

struct compose_stream *
compose_stream_make(struct arena *arena)
{
	return arena_take(arena, sizeof(struct compose_stream));
}

static void
add(struct compose_stream *stream, struct bytes bytes, bool coded)
{
	assert(stream->len < COMPOSE_PIECES_MOST);
	stream->pieces[stream->len++] = (struct piece){ bytes, coded, NULL };
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

/* Of base64 in lines. */
static uint64_t
coded_length(uint64_t plain)
{
	uint64_t	 digits = (plain + 2) / 3 * 4;

	return digits + (digits + 75) / 76 * 2;
}

void
compose_stream_add_file(struct compose_stream *stream, struct bytes content)
{
	add(stream, content, true);
	stream->length += coded_length(content.len);
}

void
compose_stream_add_reader(struct compose_stream *stream,
    const struct compose_reader *reader)
{
	add(stream, bytes_from(NULL, 0), true);
	stream->pieces[stream->len - 1].reader = reader;
	stream->length += coded_length(reader->length);
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

/* A whole block of what a reader gives, shorter only at its end; nothing of
 * what makes it longer or shorter than it was said to be. */
static const struct fault *
read_block(struct compose_stream *stream, const struct compose_reader *reader,
    struct bytes *block)
{
	const struct fault	*bad;
	size_t			 len, got = 0, all;

	stream->begun = true;
	for (len = 0; len < sizeof(stream->plain); len += got) {
		bad = reader->read(reader->state, stream->plain + len,
		    sizeof(stream->plain) - len, &got);
		if (bad != NULL)
			return bad;
		if (got == 0)
			break;
	}
	/* Base64 of a byte less may be as long. */
	all = stream->taken + len;
	stream->spoiled = all > reader->length ||
	    (got == 0 && all < reader->length);
	*block = bytes_from(stream->plain, stream->spoiled ? 0 : len);
	return NULL;
}

static const struct fault *
next_piece(void *state, struct bytes *piece)
{
	struct compose_stream	*stream = state;
	const struct piece	*at;
	const struct fault	*bad;

	*piece = bytes_from(NULL, 0);
	if (stream->spoiled)
		return NULL;

	for (; stream->at < stream->len; stream->at++, stream->taken = 0) {
		at = &stream->pieces[stream->at];
		*piece = bytes_slice(at->bytes, stream->taken, at->coded ?
		    BLOCK_LINES * LINE_PLAIN : SOURCE_PIECE_BYTES);
		if (at->reader != NULL &&
		    (bad = read_block(stream, at->reader, piece)) != NULL)
			return bad;
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
	stream->spoiled = stream->begun;
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
