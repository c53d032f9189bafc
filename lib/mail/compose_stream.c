#include "mail/compose_stream.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"

enum {
	LINE_PLAIN = 57,	/* bytes a line stands for */
	LINE_CODED = 78,	/* with CRLF */
	BLOCK_LINES = 256	/* encoded at a time */
};

struct piece {
	struct bytes			 bytes;
	const struct compose_file	*file;	/* NULL: bytes */
};

struct compose_stream {
	struct arena	*arena;
	struct piece	 pieces[COMPOSE_PIECES_MOST];
	size_t		 len;
	int64_t		 length;	/* of all */
	size_t		 at;		/* the piece being read */
	struct bytes	 ready;		/* of it, not yet given out */
	bool		 begun;		/* ready is of the piece at */
	int64_t		 taken;		/* of its file */
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

static struct piece *
add(struct compose_stream *stream)
{
	assert(stream->len < COMPOSE_PIECES_MOST);
	return &stream->pieces[stream->len++];
}

void
compose_stream_add(struct compose_stream *stream, struct bytes bytes)
{
	add(stream)->bytes = bytes;
	stream->length += (int64_t)bytes.len;
}

static int64_t
file_size(const struct compose_file *file)
{
	return file->read != NULL ? file->size : (int64_t)file->content.len;
}

void
compose_stream_add_file(struct compose_stream *stream,
    const struct compose_file *file)
{
	int64_t	 digits;

	add(stream)->file = file;
	digits = (file_size(file) + 2) / 3 * 4;
	stream->length += digits + (digits + 75) / 76 * 2;
}

int64_t
compose_length(const struct compose_stream *stream)
{
	return stream->length;
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

/* The plain bytes as lines; how many bytes these are. */
static size_t
encode_block(struct compose_stream *stream, size_t len)
{
	unsigned char	*coded;
	size_t		 at;

	coded = stream->coded;
	for (at = 0; at < len; at += 3, coded += 4) {
		if (at > 0 && at % LINE_PLAIN == 0) {
			memcpy(coded, "\r\n", 2);
			coded += 2;
		}
		encode_quantum(stream->plain + at, len - at < 3 ? len - at : 3,
		    coded);
	}
	if (len > 0) {
		memcpy(coded, "\r\n", 2);
		coded += 2;
	}
	return (size_t)(coded - stream->coded);
}

static const struct fault *
read_some(struct compose_stream *stream, const struct compose_file *file,
    size_t have, size_t *len)
{
	struct bytes	 rest;

	if (file->read != NULL)
		return file->read(file->source, stream->plain + have,
		    sizeof(stream->plain) - have, len);
	rest = bytes_slice(file->content, (size_t)stream->taken,
	    sizeof(stream->plain) - have);
	if (rest.len > 0)
		memcpy(stream->plain + have, rest.at, rest.len);
	*len = rest.len;
	return NULL;
}

/* Fills a block of whole lines, or up to the file's end. */
static const struct fault *
fill_from_file(struct compose_stream *stream, const struct compose_file *file)
{
	const struct fault	*bad;
	size_t			 have, len;

	for (have = 0; have < sizeof(stream->plain); have += len) {
		if ((bad = read_some(stream, file, have, &len)) != NULL)
			return bad;
		stream->taken += (int64_t)len;
		if (stream->taken > file_size(file))
			break;
		if (len == 0)
			break;
	}
	if (stream->taken > file_size(file) ||
	    (have == 0 && stream->taken != file_size(file)))
		return fault_make(stream->arena, FAULT_PROTOCOL,
		    "an attachment is not as long as it was said to be");
	stream->ready = bytes_from(stream->coded, encode_block(stream, have));
	return NULL;
}

/* Makes ready what comes next; nothing ready means the end. */
static const struct fault *
fill(struct compose_stream *stream)
{
	const struct fault	*bad;
	const struct piece	*piece;

	for (; stream->at < stream->len; stream->at++) {
		piece = &stream->pieces[stream->at];
		if (piece->file == NULL && !stream->begun)
			stream->ready = piece->bytes;
		if (piece->file != NULL &&
		    (bad = fill_from_file(stream, piece->file)) != NULL)
			return bad;
		stream->begun = true;
		if (stream->ready.len > 0)
			return NULL;
		stream->begun = false;
		stream->taken = 0;
	}
	return NULL;
}

const struct fault *
compose_read(struct compose_stream *stream, unsigned char *at, size_t size,
    size_t *len)
{
	const struct fault	*bad;

	*len = 0;
	if (stream->ready.len == 0 && (bad = fill(stream)) != NULL)
		return bad;
	*len = stream->ready.len < size ? stream->ready.len : size;
	if (*len > 0)
		memcpy(at, stream->ready.at, *len);
	stream->ready = bytes_slice(stream->ready, *len, stream->ready.len);
	return NULL;
}
