#include "mail/imap_stream.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "mail/imap_flight.h"
#include "mail/imap_send.h"
#include "net/wire.h"

enum { REST_STEP_BYTES = 4096 };

static void
set_deadline(const struct imap_stream *stream)
{
	struct imap	*imap = stream->imap;
	int64_t		 until = clock_ms() + stream->still_ms;

	wire_set_deadline(imap->channel.wire, until < imap->deadline ? until :
	    imap->deadline);
}

/* Nobody who finds the session in the midst of it may use it. */
static void
take_session(struct imap_stream *stream)
{
	stream->command = stream->imap->first;
	stream->imap->broken = true;
}

static const struct fault *
free_session(struct imap_stream *stream, const struct fault *bad)
{
	stream->command = NULL;
	stream->imap->broken = false;
	return imap_flight_end(stream->imap, bad);
}

const struct fault *
imap_stream_start(struct imap_stream *stream, struct arena *arena)
{
	struct imap		*imap = stream->imap;
	const struct fault	*bad;
	struct buf		 text;

	assert(imap->first == NULL);
	if (imap->broken)
		return fault_make(imap->arena, FAULT_UNAVAILABLE,
		    "the session with the mail server is over");
	if ((bad = imap_prove(imap)) != NULL)
		return bad;
	stream->arena = arena;
	stream->literal = false;
	stream->rest = bytes_from(NULL, 0);
	buf_start(&text, arena);
	buf_format(&text, "UID FETCH %u (BODY.PEEK[%s])",
	    (unsigned)stream->uid, stream->section);
	(void)imap_queue(imap, arena, &text);
	imap_flight_start(imap);
	imap_channel_stream(&imap->channel, stream->section);
	take_session(stream);
	set_deadline(stream);
	bad = imap_send(imap, stream->command);
	if (bad == NULL)
		bad = imap_send_flush(imap);
	return bad == NULL ? NULL : free_session(stream, bad);
}

/* What came of the command when it has ended. */
static const struct fault *
settle(struct imap_stream *stream)
{
	struct imap			*imap = stream->imap;
	const struct imap_command	*command = &stream->command->command;
	const struct imap_message	*message;
	const struct imap_section	*section;
	const struct fault		*bad;

	if ((bad = free_session(stream, NULL)) != NULL ||
	    (bad = imap_command_fault(imap->arena, command,
	    "read the part")) != NULL)
		return bad;
	message = imap_find_message(&command->replies, stream->uid);
	section = message == NULL ? NULL :
	    imap_find_section(message, stream->section);
	if (section == NULL && stream->literal)
		return fault_make(imap->arena, FAULT_PROTOCOL,
		    "the mail server sent another message");
	if (section == NULL || section->is_nil)
		return fault_make(imap->arena, FAULT_MESSAGE,
		    "message %u has no part %s, or is gone",
		    (unsigned)stream->uid, stream->section);
	if (!stream->literal)
		stream->rest = section->content;
	return NULL;
}

/* Reads on until the literal has come, or else the command's end. */
static const struct fault *
advance(struct imap_stream *stream)
{
	struct imap		*imap = stream->imap;
	const struct fault	*bad;

	do {
		if ((bad = imap_flight_read(imap)) != NULL)
			return free_session(stream, bad);
	} while (imap->waiting != NULL && !imap->channel.amid);
	if (imap->waiting == NULL)
		return settle(stream);
	stream->literal = true;
	return NULL;
}

/* Some of the literal; behind the last of it the command's end. */
static const struct fault *
take(struct imap_stream *stream, unsigned char *at, size_t size, size_t *len)
{
	struct imap_channel	*channel = &stream->imap->channel;
	const struct fault	*bad;

	bad = imap_channel_take(channel, at, size, len);
	if (bad != NULL)
		return free_session(stream, bad);
	return channel->left == 0 ? advance(stream) : NULL;
}

const struct fault *
imap_stream_read(struct imap_stream *stream, unsigned char *at, size_t size,
    size_t *len)
{
	const struct fault	*bad;
	struct bytes		 piece;

	*len = 0;
	if (stream->command != NULL) {
		set_deadline(stream);
		if (!stream->literal && (bad = advance(stream)) != NULL)
			return bad;
		if (stream->command != NULL)
			return take(stream, at, size, len);
	}
	piece = bytes_slice(stream->rest, 0, size);
	if (piece.len > 0)
		memcpy(at, piece.at, piece.len);
	stream->rest = bytes_slice(stream->rest, piece.len,
	    stream->rest.len);
	*len = piece.len;
	return NULL;
}

void
imap_stream_give_up(struct imap_stream *stream)
{
	const struct imap_channel	*channel = &stream->imap->channel;
	unsigned char			 rest[REST_STEP_BYTES];
	const struct fault		*bad = NULL;
	size_t				 len;

	while (bad == NULL && stream->command != NULL && channel->amid &&
	    channel->left <= IMAP_STREAM_REST_BYTES)
		bad = imap_stream_read(stream, rest, sizeof(rest), &len);
}
