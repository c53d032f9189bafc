#include "mail/part_stream.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/text.h"
#include "data/base64_length.h"
#include "mail/imap_session.h"
#include "mail/imap_stream.h"
#include "mail/part.h"

enum {
	LENGTH_UNKNOWN = -1,
	RAW_BYTES = 16 * 1024,		/* a TLS record holds no more */
	READY_BYTES = 64 * 1024,	/* decoded before any is handed out */
	HELD_BYTES = 80,		/* a decoder's */
	WHOLE_STEP_BYTES = 64 * 1024
};

struct part_stream {
	struct imap		*imap;
	struct arena		*arena;		/* the request's */
	struct arena		*scratch;	/* of what the server says */
	const struct part	*part;
	uint32_t		 uid;
	struct imap_stream	 wire;
	bool			 started;	/* it was asked for */
	bool			 ended;		/* all of it has come */
	unsigned char		 raw[RAW_BYTES];
	struct part_decoder	 decoder;
	struct buf		 ready;		/* decoded, in scratch */
	size_t			 taken;		/* of ready */
	int64_t			 given;		/* bytes handed out */
	int64_t			 length;	/* told, or LENGTH_UNKNOWN */
	int64_t			 deadline;	/* clock_ms, of all */
};

static void
close_scratch(void *scratch)
{
	arena_close(scratch);
}

static void
rewind_stream(struct part_stream *stream)
{
	stream->started = stream->ended = false;
	memset(&stream->decoder, 0, sizeof(stream->decoder));
	stream->decoder.encoding = stream->part->encoding;
	arena_wipe(stream->scratch);
	buf_start(&stream->ready, stream->scratch);
	stream->taken = 0;
	stream->given = 0;
}

void
part_stream_open(struct imap *imap, struct arena *arena, uint32_t uid,
    const struct part *part, struct part_stream **stream)
{
	struct part_stream	*made;

	made = arena_take(arena, sizeof(*made));
	made->imap = imap;
	made->arena = arena;
	made->part = part;
	made->uid = uid;
	made->length = LENGTH_UNKNOWN;
	made->deadline = clock_ms() + PART_STREAM_MS;
	made->scratch = arena_open();
	/* A wipe of the request's arena ends it where nobody closes it. */
	arena_defer(arena, close_scratch, made->scratch);
	rewind_stream(made);
	*stream = made;
}

static struct imap_command *
queue_piece(struct part_stream *stream, uint64_t offset)
{
	struct buf	 text;

	buf_start(&text, stream->scratch);
	buf_format(&text, "UID FETCH %u (BODY.PEEK[%s]<%llu.%u>)",
	    (unsigned)stream->uid, stream->part->number,
	    (unsigned long long)offset, (unsigned)PART_STREAM_END_BYTES);
	return imap_queue(stream->imap, stream->scratch, &text);
}

/* What a command brought. Behind the end some servers say NIL for "". */
static const struct fault *
read_piece(struct part_stream *stream, const struct imap_command *command,
    uint64_t offset, struct bytes *piece)
{
	const struct imap_message	*message;
	const struct imap_section	*section;
	const struct fault		*bad;

	bad = imap_command_fault(stream->arena, command, "read the part");
	if (bad != NULL)
		return bad;
	message = imap_find_message(&command->replies, stream->uid);
	section = message == NULL ? NULL :
	    imap_find_piece(message, stream->part->number, offset);
	if (section == NULL || (section->is_nil && offset == 0))
		return fault_make(stream->arena, FAULT_MESSAGE,
		    "message %u has no part %s, or is gone",
		    (unsigned)stream->uid, stream->part->number);
	if (section->content.len > PART_STREAM_END_BYTES)
		return fault_make(stream->arena, FAULT_PROTOCOL,
		    "the mail server sent more than was asked for");
	*piece = section->content;
	if (section->is_nil)
		piece->len = 0;
	return NULL;
}

static const struct fault *
start(struct part_stream *stream)
{
	stream->wire = (struct imap_stream){
		.imap = stream->imap, .uid = stream->uid,
		.section = stream->part->number,
		.still_ms = PART_STREAM_STILL_MS
	};
	imap_begin(stream->imap, stream->arena, stream->deadline);
	stream->started = true;
	return imap_stream_start(&stream->wire, stream->scratch);
}

/* Reads and decodes up to READY_BYTES, or to the end. */
static const struct fault *
fill(struct part_stream *stream)
{
	const struct fault	*bad;
	size_t			 len;

	if (!stream->started && (bad = start(stream)) != NULL)
		return bad;
	if (stream->ready.size == 0)
		buf_room(&stream->ready, READY_BYTES);
	buf_cut(&stream->ready, 0);
	stream->taken = 0;
	while (!stream->ended && stream->ready.len + RAW_BYTES + HELD_BYTES <
	    READY_BYTES) {
		bad = imap_stream_read(&stream->wire, stream->raw,
		    sizeof(stream->raw), &len);
		if (bad != NULL)
			return bad;
		stream->ended = len == 0;
		part_decode_piece(&stream->decoder, bytes_from(stream->raw,
		    len), stream->ended, &stream->ready);
	}
	return NULL;
}

const struct fault *
part_stream_read(struct part_stream *stream, unsigned char *at, size_t size,
    size_t *len)
{
	const struct fault	*bad;

	*len = 0;
	while (stream->taken == stream->ready.len && !stream->ended)
		if ((bad = fill(stream)) != NULL)
			return bad;
	*len = stream->ready.len - stream->taken;
	if (*len > size)
		*len = size;
	if (*len > 0)
		memcpy(at, stream->ready.at + stream->taken, *len);
	stream->taken += *len;
	stream->given += (int64_t)*len;
	if (stream->length == LENGTH_UNKNOWN)
		return NULL;
	if (stream->given > stream->length ||
	    (*len == 0 && size > 0 && stream->given != stream->length))
		return fault_make(stream->arena, FAULT_PROTOCOL,
		    "the part is not as long as the mail server said");
	return NULL;
}

/* The length by reading all of it once. */
static const struct fault *
count_all(struct part_stream *stream, int64_t *length)
{
	const struct fault	*bad;

	*length = 0;
	while (!stream->ended) {
		if ((bad = fill(stream)) != NULL)
			return bad;
		*length += (int64_t)stream->ready.len;
	}
	return NULL;
}

static bool
is_identity(const char *encoding)
{
	return text_equal(encoding, "7bit") || text_equal(encoding, "8bit") ||
	    text_equal(encoding, "binary");
}

/* What three pieces tell: the first, that before the end, and that behind. */
static void
judge(struct part_stream *stream, const struct bytes pieces[3],
    uint64_t tail_at, int64_t *length)
{
	struct part_decoder	 decoder;
	struct buf		 all;

	*length = LENGTH_UNKNOWN;
	if (pieces[0].len < PART_STREAM_END_BYTES) {
		if (pieces[1].len > 0 || pieces[2].len > 0)
			return;
		memset(&decoder, 0, sizeof(decoder));
		decoder.encoding = stream->part->encoding;
		buf_start(&all, stream->scratch);
		part_decode_piece(&decoder, pieces[0], true, &all);
		*length = (int64_t)all.len;
		return;
	}
	/* The size told was wrong: Exchange is known to. */
	if (pieces[1].len == 0 || pieces[2].len > 0)
		return;
	if (is_identity(stream->part->encoding))
		*length = (int64_t)(tail_at + pieces[1].len);
	else if (text_equal(stream->part->encoding, "base64") &&
	    !base64_length_predict(pieces[0], pieces[1], tail_at, length))
		*length = LENGTH_UNKNOWN;
}

static const struct fault *
probe(struct part_stream *stream, int64_t *length)
{
	struct imap_command	*commands[3];
	const struct fault	*bad;
	struct bytes		 pieces[3];
	uint64_t		 offsets[3], tail_at;
	size_t			 i;

	tail_at = PART_STREAM_END_BYTES;
	if (stream->part->size > 2 * PART_STREAM_END_BYTES)
		tail_at = (stream->part->size - 1) / PART_STREAM_END_BYTES *
		    PART_STREAM_END_BYTES;
	offsets[0] = 0;
	offsets[1] = tail_at;
	offsets[2] = tail_at + PART_STREAM_END_BYTES;
	imap_begin(stream->imap, stream->arena, stream->deadline);
	for (i = 0; i < 3; i++)
		commands[i] = queue_piece(stream, offsets[i]);
	if ((bad = imap_run(stream->imap)) != NULL)
		return bad;
	for (i = 0; i < 3; i++) {
		bad = read_piece(stream, commands[i], offsets[i], &pieces[i]);
		if (bad != NULL)
			return bad;
	}
	judge(stream, pieces, tail_at, length);
	return NULL;
}

const struct fault *
part_stream_length(struct part_stream *stream, int64_t *length)
{
	const struct fault	*bad;

	if ((bad = probe(stream, length)) != NULL)
		return bad;
	rewind_stream(stream);
	if (*length == LENGTH_UNKNOWN) {
		if ((bad = count_all(stream, length)) != NULL)
			return bad;
		rewind_stream(stream);
	}
	stream->length = *length;
	return NULL;
}

static const struct fault *
too_long(struct part_stream *stream, size_t most)
{
	if (stream->started)
		imap_stream_give_up(&stream->wire);
	return fault_make(stream->arena, FAULT_LIMIT,
	    "the attachment is larger than %zu bytes", most);
}

const struct fault *
part_stream_whole(struct part_stream *stream, struct arena *arena,
    size_t most, struct bytes *content)
{
	const struct fault	*bad;
	struct buf		 all;
	int64_t			 length;
	size_t			 start, len;

	buf_start(&all, arena);
	/* A large one gets its memory at once: growing would take it twice. */
	if (stream->part->size > 2 * PART_STREAM_END_BYTES) {
		if ((bad = part_stream_length(stream, &length)) != NULL)
			return bad;
		if ((uint64_t)length > most)
			return too_long(stream, most);
		buf_room(&all, (size_t)length + WHOLE_STEP_BYTES);
		buf_cut(&all, 0);
	}
	do {
		start = all.len;
		bad = part_stream_read(stream, buf_room(&all, WHOLE_STEP_BYTES),
		    WHOLE_STEP_BYTES, &len);
		if (bad != NULL)
			return bad;
		buf_cut(&all, start + len);
		if (all.len > most)
			return too_long(stream, most);
	} while (len > 0);
	*content = buf_view(&all);
	return NULL;
}

void
part_stream_close(struct part_stream *stream)
{
	arena_wipe(stream->scratch);
}
