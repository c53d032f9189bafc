#include "mail/imap_send.h"

#include <assert.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/text.h"
#include "mail/imap_flight.h"
#include "mail/source.h"
#include "net/wire.h"

enum {
	BATCH_BYTES = 32 * 1024,	/* of commands written at once */
	MINUS_BYTES = 4096	/* of a LITERAL-, RFC 7888 */
};

const struct fault *
imap_send_flush(struct imap *imap)
{
	const struct fault	*bad;

	bad = wire_write(imap->channel.wire, buf_view(&imap->out));
	buf_cut(&imap->out, 0);
	return bad;
}

static const struct fault *
put(struct imap *imap, struct bytes bytes)
{
	const struct fault	*bad;

	if (imap->out.len + bytes.len <= BATCH_BYTES) {
		buf_bytes(&imap->out, bytes);
		return NULL;
	}
	if ((bad = imap_send_flush(imap)) != NULL)
		return bad;
	return wire_write(imap->channel.wire, bytes);
}

/*
 * Cuts off the command's text up to the next literal's mark, "{n}" CRLF
 * (imap_quote.c), and the literal itself.  False: there is none.
 */
static bool
cut_literal(struct bytes *rest, struct bytes *before, struct bytes *literal)
{
	uint64_t	 len = 0;
	size_t		 end, at;

	end = bytes_find(*rest, '\r');
	if (end == rest->len)
		return false;
	at = end;
	while (at > 0 && rest->at[at - 1] != '{')
		at--;
	assert(at > 0 && rest->at[end - 1] == '}');
	if (!text_number(bytes_slice(*rest, at, end - 1 - at),
	    rest->len - end - 2, &len))
		assert(false);
	*before = bytes_slice(*rest, 0, at - 1);
	*literal = bytes_slice(*rest, end + 2, (size_t)len);
	*rest = bytes_slice(*rest, end + 2 + (size_t)len, rest->len);
	return true;
}

/* Whether a literal of that length must wait for the server's go-ahead. */
static bool
must_wait(const struct imap *imap, uint64_t len)
{
	if (imap_can(imap, IMAP_CAN_LITERAL_PLUS))
		return false;
	return !imap_can(imap, IMAP_CAN_LITERAL_MINUS) || len > MINUS_BYTES;
}

/* Waits for the go-ahead; the command may have ended instead. */
static const struct fault *
await_go_ahead(struct imap *imap, struct queued *at)
{
	const struct fault	*bad;

	if ((bad = imap_send_flush(imap)) != NULL)
		return bad;
	imap->literal = at;
	while (imap->literal != NULL && at->command.outcome == IMAP_WAITING)
		if ((bad = imap_flight_read(imap)) != NULL)
			return bad;
	imap->literal = NULL;
	return NULL;
}

/* "{n+}" CRLF, or "{n}" CRLF and the go-ahead. */
static const struct fault *
put_mark(struct imap *imap, struct queued *at, uint64_t len)
{
	bool	 wait = must_wait(imap, len);

	buf_format(&imap->out, "{%llu%s}\r\n", (unsigned long long)len,
	    wait ? "" : "+");
	return wait ? await_go_ahead(imap, at) : NULL;
}

/* The last literal of a command, which is nowhere in memory. */
static const struct fault *
put_source(struct imap *imap, struct queued *at)
{
	const struct fault	*bad;
	struct bytes		 piece;

	if ((bad = put_mark(imap, at, at->source->length)) != NULL ||
	    at->command.outcome != IMAP_WAITING)
		return bad;
	source_rewind(at->source);
	do {
		bad = source_next(at->arena, at->source, &piece);
		if (bad == NULL)
			bad = put(imap, piece);
	} while (bad == NULL && piece.len > 0);
	return bad;
}

const struct fault *
imap_send(struct imap *imap, struct queued *at)
{
	const struct fault	*bad;
	struct bytes		 rest = at->text, before, literal;

	imap->in_flight++;
	at->sent = true;
	buf_format(&imap->out, "A%u ", at->tag);
	while (cut_literal(&rest, &before, &literal)) {
		if ((bad = put(imap, before)) != NULL ||
		    (bad = put_mark(imap, at, literal.len)) != NULL)
			return bad;
		if (at->command.outcome != IMAP_WAITING)
			return NULL;
		if ((bad = put(imap, literal)) != NULL)
			return bad;
	}
	if ((bad = put(imap, rest)) != NULL)
		return bad;
	if (at->source != NULL && (bad = put_source(imap, at)) != NULL)
		return bad;
	if (at->command.outcome == IMAP_WAITING)
		buf_text(&imap->out, "\r\n");
	return NULL;
}
