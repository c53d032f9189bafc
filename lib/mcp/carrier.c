#include "mcp/carrier.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "mail/compose.h"
#include "mail/compose_check.h"
#include "mail/compose_form.h"
#include "mail/imap_session.h"
#include "mail/part.h"
#include "mail/part_stream.h"
#include "mail/source.h"
#include "mcp/call.h"

struct carrier {
	struct call	*call;
	unsigned char	 piece[SOURCE_PIECE_BYTES];	/* of who is read */
};

/* A part while it is given. */
struct carrying {
	struct carrier		*carrier;
	struct carried		 from;
	const struct part	*part;
	struct part_stream	*stream;	/* NULL: not opened */
	bool			 ended;
	bool			 shortened;	/* its last byte is left out */
	struct source		 source;
};

struct carrier *
carrier_make(struct call *call)
{
	struct carrier	*carrier;

	carrier = arena_take(call->arena, sizeof(*carrier));
	carrier->call = call;
	return carrier;
}

/* Opens the folder in the second session, unless it is open there. */
static const struct fault *
try_folder(const struct carrying *carrying)
{
	struct call			*call = carrying->carrier->call;
	const struct imap_command	*opened;
	const struct imap_box		*box;
	const struct fault		*bad;
	struct imap			*imap;

	if ((bad = call_reader(call, &imap)) != NULL)
		return bad;
	imap_begin(imap, call->arena, clock_ms() + IMAP_FLIGHT_MS);
	opened = imap_queue_open(imap, call->arena, carrying->from.wire,
	    false);
	if ((bad = imap_run(imap)) != NULL || (opened != NULL &&
	    (bad = imap_command_fault(call->arena, opened,
	    "open the folder")) != NULL))
		return bad;
	box = imap_box(imap);
	if (box == NULL || box->uidvalidity != carrying->from.uidvalidity)
		return fault_make(call->arena, FAULT_CHANGED,
		    "uidvalidity of the folder has changed");
	return NULL;
}

/* A session that was kept may have been closed meanwhile. */
static const struct fault *
open_folder(const struct carrying *carrying)
{
	struct call		*call = carrying->carrier->call;
	const struct fault	*bad;

	bad = try_folder(carrying);
	if (bad == NULL || call->reader == NULL ||
	    imap_is_usable(call->reader))
		return bad;
	call_end_reader(call);
	return try_folder(carrying);
}

static const struct fault *
open_stream(struct carrying *carrying)
{
	struct call		*call = carrying->carrier->call;
	const struct fault	*bad;

	if ((bad = open_folder(carrying)) != NULL)
		return bad;
	part_stream_open(call->reader, call->arena, carrying->from.uid,
	    carrying->part, &carrying->stream);
	return NULL;
}

static const struct fault *
next_piece(void *state, struct bytes *piece)
{
	struct carrying		*carrying = state;
	const struct fault	*bad;
	size_t			 len;

	if (carrying->ended)
		return NULL;
	if (carrying->stream == NULL && (bad = open_stream(carrying)) != NULL)
		return bad;
	bad = part_stream_read(carrying->stream, carrying->carrier->piece,
	    SOURCE_PIECE_BYTES, &len);
	*piece = bytes_from(carrying->carrier->piece, len);
	if (carrying->shortened && carrying->source.given + len ==
	    carrying->source.length + 1)
		piece->len--;
	if (bad != NULL || len == 0) {
		carrying->ended = true;
		part_stream_close(carrying->stream);
	}
	return bad;
}

static void
go_back(void *state)
{
	struct carrying	*carrying = state;

	if (carrying->stream != NULL)
		part_stream_close(carrying->stream);
	carrying->stream = NULL;
	carrying->ended = false;
}

/* Finds out how long it is, by which it can be announced. */
static const struct fault *
measure(struct carrying *carrying)
{
	const struct fault	*bad;
	int64_t			 length;

	if ((bad = open_stream(carrying)) != NULL)
		return bad;
	bad = part_stream_length(carrying->stream, &length);
	go_back(carrying);
	call_extend(carrying->carrier->call);
	if (bad == NULL)
		carrying->source.length = (uint64_t)length;
	return bad;
}

static bool
is_message(const struct part *part)
{
	return text_equal(part->type, "message") &&
	    text_equal(part->subtype, "rfc822");
}

static const struct fault *
read_form(struct arena *arena, struct source *source,
    struct compose_form_reader *reader)
{
	const struct fault	*bad;
	struct bytes		 piece;

	source_rewind(source);
	do {
		if ((bad = source_next(arena, source, &piece)) != NULL)
			return bad;
		compose_form_add(reader, piece);
	} while (piece.len > 0);
	return NULL;
}

/* Messages go as they stand if they can. */
static const struct fault *
name_message(struct carrying *carrying, struct compose_file *file)
{
	struct call			*call = carrying->carrier->call;
	struct compose_form_reader	 reader = { 0 };
	enum compose_form		 form;
	const struct fault		*bad;

	bad = read_form(call->arena, &carrying->source, &reader);
	call_extend(call);
	if (bad != NULL)
		return bad;
	/* Courier gives half of the line's end before a boundary, too. */
	if (reader.last == '\r') {
		reader.last = '\0';
		carrying->source.length--;
		carrying->shortened = true;
	}
	form = compose_form_end(&reader);
	file->content_type = form == COMPOSE_CODED ?
	    "application/octet-stream" : "message/rfc822";
	carrying->source.eight_bit = form == COMPOSE_MESSAGE_8BIT;
	return NULL;
}

static void
name_part(struct call *call, const struct part *part,
    struct compose_file *file)
{
	const char	*type, *charset;

	type = text_format(call->arena, "%s/%s", part->type, part->subtype);
	file->content_type = compose_check_type(type) ? type : NULL;
	charset = part_parameter(call->arena, part, "charset");
	if (charset != NULL && compose_check_charset(charset))
		file->charset = charset;
}

const struct fault *
carrier_part(struct carrier *carrier, const struct carried *from,
    const struct part *part, struct compose_file *file)
{
	struct carrying		*carrying;
	const struct fault	*bad;

	carrying = arena_take(carrier->call->arena, sizeof(*carrying));
	carrying->carrier = carrier;
	carrying->from = *from;
	carrying->part = part;
	carrying->source.next = next_piece;
	carrying->source.rewind = go_back;
	carrying->source.state = carrying;
	*file = (struct compose_file){ .source = &carrying->source };
	if ((bad = measure(carrying)) != NULL)
		return bad;
	if (is_message(part))
		return name_message(carrying, file);
	name_part(carrier->call, part, file);
	return NULL;
}

const struct fault *
carrier_message(struct carrier *carrier, const struct carried *from,
    uint32_t size, struct compose_file *file)
{
	struct part	*whole;

	/* The whole of a message is its part without a number. */
	whole = arena_take(carrier->call->arena, sizeof(*whole));
	whole->number = "";
	whole->type = "message";
	whole->subtype = "rfc822";
	whole->encoding = "8bit";
	whole->size = size;
	return carrier_part(carrier, from, whole, file);
}
