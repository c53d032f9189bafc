#include "mail/imap_channel.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/text.h"
#include "data/utf8.h"
#include "mail/imap_lex.h"
#include "mail/imap_session.h"
#include "net/wire.h"

enum {
	KEPT_BYTES = 64 * 1024,		/* of a buffer used again */
	WORDS_MOST = 200		/* characters of a server's text */
};

void
imap_channel_open(struct imap_channel *channel, struct wire *wire)
{
	channel->wire = wire;
	channel->scratch = arena_open();
	buf_start(&channel->whole, channel->scratch);
	imap_channel_begin(channel);
}

void
imap_channel_close(struct imap_channel *channel)
{
	wire_close(channel->wire);
	arena_close(channel->scratch);
}

void
imap_channel_rest(struct imap_channel *channel)
{
	arena_wipe(channel->scratch);
	buf_start(&channel->whole, channel->scratch);
	wire_forget(channel->wire);
}

void
imap_channel_begin(struct imap_channel *channel)
{
	channel->before = wire_received(channel->wire);
	channel->responses = 0;
	channel->streamed = NULL;
	channel->amid = false;
}

void
imap_channel_stream(struct imap_channel *channel, const char *section)
{
	channel->streamed = section;
}

/* Whether so many octets more may come in this flight. */
static const struct fault *
check_size(const struct imap_channel *channel, struct arena *arena,
    uint64_t len)
{
	uint64_t	 so_far;

	so_far = wire_received(channel->wire) - channel->before;
	if (len > IMAP_LITERAL_BYTES)
		return fault_make(arena, FAULT_LIMIT, "the mail server wants "
		    "to send %llu bytes at once, more than %u",
		    (unsigned long long)len, (unsigned)IMAP_LITERAL_BYTES);
	if (so_far + len > IMAP_FLIGHT_BYTES + (uint64_t)KEPT_BYTES)
		return fault_make(arena, FAULT_LIMIT,
		    "the mail server's answer is over %u bytes",
		    (unsigned)IMAP_FLIGHT_BYTES);
	return NULL;
}

/* Whether bytes end so, in any case; then that end is cut off. */
static bool
cut_end(struct bytes *bytes, const char *end)
{
	size_t	 len = strlen(end);

	if (bytes->len < len || !bytes_is_case(bytes_slice(*bytes,
	    bytes->len - len, len), end))
		return false;
	bytes->len -= len;
	return true;
}

/*
 * Whether what was read so far ends with BODY[section] and a literal's "{n}",
 * that of the section to be streamed.  Some servers say from which octet on,
 * also unasked.  The length becomes 0, as it is when the literal was taken.
 */
static bool
leave_literal(struct imap_channel *channel, struct arena *arena, uint64_t len)
{
	struct bytes	 head = buf_view(&channel->whole);
	size_t		 end;

	/* What stands behind a literal may be somebody else's words. */
	if (channel->streamed == NULL ||
	    bytes_find(head, '\n') < head.len)
		return false;
	for (end = head.len; head.at[end - 1] != '{'; end--)
		continue;
	head.len = end - 1;
	while (cut_end(&head, " "))
		continue;
	(void)cut_end(&head, "<0>");
	if (!cut_end(&head, text_format(arena, "BODY[%s]",
	    channel->streamed)))
		return false;
	buf_cut(&channel->whole, end);
	buf_text(&channel->whole, "0}\r\n");
	channel->streamed = NULL;
	channel->amid = true;
	channel->left = len;
	return true;
}

const struct fault *
imap_channel_take(struct imap_channel *channel, unsigned char *at,
    size_t size, size_t *len)
{
	const struct fault	*bad;

	assert(channel->amid);
	*len = 0;
	if (channel->left == 0)
		return NULL;
	bad = wire_read_some(channel->wire, at, channel->left < size ?
	    (size_t)channel->left : size, len);
	channel->left -= *len;
	/* The limits are of what is held in memory, and of what came in this
	 * flight: some of it may have been there before. */
	channel->before += *len;
	if (channel->before > wire_received(channel->wire))
		channel->before = wire_received(channel->wire);
	return bad;
}

/* response = *(line literal) line */
static const struct fault *
read_whole(struct imap_channel *channel, struct arena *arena)
{
	const struct fault	*bad;
	uint64_t		 len;

	bad = wire_read_line(channel->wire, &channel->whole);
	while (bad == NULL &&
	    imap_lex_literal_follows(buf_view(&channel->whole), &len)) {
		if (leave_literal(channel, arena, len))
			return NULL;
		if ((bad = check_size(channel, arena, len)) != NULL ||
		    (bad = check_size(channel, arena,
		    channel->whole.len)) != NULL)
			return bad;
		buf_text(&channel->whole, "\r\n");
		bad = wire_read(channel->wire, &channel->whole, (size_t)len);
		if (bad == NULL)
			bad = wire_read_line(channel->wire, &channel->whole);
	}
	return bad != NULL ? bad : check_size(channel, arena, 0);
}

static const struct fault *
start_response(struct imap_channel *channel, struct arena *arena)
{
	if (++channel->responses > IMAP_UNTAGGED_MOST)
		return fault_make(arena, FAULT_LIMIT,
		    "the mail server's answer has over %u lines",
		    (unsigned)IMAP_UNTAGGED_MOST);
	if (channel->whole.size > KEPT_BYTES) {
		arena_wipe(channel->scratch);
		buf_start(&channel->whole, channel->scratch);
	}
	buf_cut(&channel->whole, 0);
	return NULL;
}

const struct fault *
imap_channel_next(struct imap_channel *channel, struct arena *arena,
    struct bytes *whole)
{
	const struct fault	*bad;

	if (channel->amid) {
		assert(channel->left == 0);
		channel->amid = false;
	} else if ((bad = start_response(channel, arena)) != NULL)
		return bad;
	bad = read_whole(channel, arena);
	*whole = buf_view(&channel->whole);
	return bad;
}

const struct fault *
imap_channel_read(struct imap_channel *channel, struct arena *arena,
    struct imap_replies *replies, struct imap_box *box,
    struct imap_response *response)
{
	const struct fault	*bad;
	struct bytes		 whole;

	assert(channel->streamed == NULL);
	if ((bad = imap_channel_next(channel, arena, &whole)) != NULL)
		return bad;
	return imap_reply_read(arena, whole, replies, box, response);
}

const char *
imap_channel_words(struct arena *arena, const struct imap_response *response)
{
	const char	*text;
	size_t		 end;

	text = utf8_visible(arena, utf8_clean_line(arena, response->text),
	    NULL);
	end = utf8_offset(text, WORDS_MOST);
	return bytes_text(arena, bytes_from(text, end));
}
