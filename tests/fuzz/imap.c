#include "fuzz.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "mail/header.h"
#include "mail/imap_ability.h"
#include "mail/imap_channel.h"
#include "mail/imap_envelope.h"
#include "mail/imap_lex.h"
#include "mail/imap_quote.h"
#include "mail/imap_reply.h"
#include "mail/imap_route.h"
#include "mail/imap_set.h"

enum { RESPONSES_MOST = 1000, NEWEST = 20, SET_MOST = 1000 };

/* The next response of a stream, as mail/imap_channel cuts them: lines with
 * the literals that they announce, without the last CRLF. */
static bool
take_whole(struct bytes *rest, struct bytes *whole)
{
	struct bytes	 line;
	uint64_t	 literal;
	size_t		 at = 0, end;

	for (;;) {
		line = bytes_slice(*rest, at, SIZE_MAX);
		end = at + bytes_find(line, '\n');
		if (end == rest->len)
			return false;
		*whole = bytes_slice(*rest, 0, end);
		if (whole->len > at && whole->at[whole->len - 1] == '\r')
			whole->len--;
		if (!imap_lex_literal_follows(*whole, &literal))
			break;
		if (literal > rest->len - end - 1)
			return false;
		at = end + 1 + (size_t)literal;
	}
	*rest = bytes_slice(*rest, end + 1, SIZE_MAX);
	return true;
}

static void
check_addresses(struct arena *arena, const struct imap_address *address)
{
	size_t	 n;

	for (n = 0; address != NULL; address = address->next, n++)
		fuzz_is_line(header_decode(arena, address->name));
	assert(n <= ENVELOPE_ADDRESSES_MOST);
}

/* What is told of an octet on is found from there, or by who says nothing of
 * where it starts; a piece from the middle is nobody's start. */
static void
check_section(const struct imap_message *message,
    const struct imap_section *section)
{
	const struct imap_section	*piece, *start;

	piece = imap_find_piece(message, section->section, section->origin);
	start = imap_find_section(message, section->section);
	assert(piece != NULL && (piece->origin == section->origin ||
	    piece->origin == 0));
	assert(start == NULL || start->origin == 0);
	assert(!section->is_nil || section->content.len == 0);
}

static void
check_message(struct arena *arena, const struct imap_message *message)
{
	const struct imap_section	*section;
	const struct imap_envelope	*envelope = message->envelope;

	assert(message->sequence != 0);
	assert(message->uid == 0 || message->flags.len == 0 ||
	    message->has_flags);
	for (section = message->sections; section != NULL;
	    section = section->next)
		check_section(message, section);
	if (envelope == NULL)
		return;
	fuzz_is_line(header_decode(arena, envelope->subject));
	check_addresses(arena, envelope->from);
	check_addresses(arena, envelope->to);
	check_addresses(arena, envelope->bcc);
}

/* What was found is written into a command to the same numbers. */
static void
check_set(struct arena *arena, struct uids uids)
{
	struct imap_cursor	 cursor;
	struct imap_set		 set;
	struct buf		 text;
	size_t			 i;

	uids.len = uids.len < SET_MOST ? uids.len : SET_MOST;
	if (uids.len == 0)
		return;
	buf_start(&text, arena);
	imap_uid_set(&text, uids);
	imap_lex_start(&cursor, buf_view(&text));
	imap_set_start(&set, arena, (struct uids){ 0 });
	assert(imap_set_take(&cursor, &set) && imap_lex_at_end(&cursor));
	assert(set.uids.len == uids.len);
	for (i = 0; i < uids.len; i++)
		assert(set.uids.at[i] == uids.at[i]);
}

static void
check_uids(struct arena *arena, struct uids uids)
{
	struct uids	 newest;
	size_t		 i;

	assert(uids.len <= IMAP_UIDS_MOST);
	for (i = 0; i < uids.len; i++)
		assert(uids.at[i] != 0);
	newest = imap_set_newest(arena, uids, NEWEST);
	assert(newest.len <= NEWEST && newest.len <= uids.len);
	for (i = 1; i < newest.len; i++)
		assert(newest.at[i - 1] >= newest.at[i]);
	assert(newest.len == 0 || newest.at[0] == imap_set_highest(uids));
	check_set(arena, uids);
}

static void
check_replies(struct arena *arena, const struct imap_replies *replies)
{
	const struct imap_message	*message, *last = NULL;
	const struct imap_listing	*listing;
	const struct imap_status	*status;
	const struct imap_thread	*thread;

	for (message = replies->messages; message != NULL;
	    last = message, message = message->next)
		check_message(arena, message);
	assert(last == replies->last_message);
	for (listing = replies->listings; listing != NULL;
	    listing = listing->next)
		assert(listing->name != NULL);
	for (status = replies->statuses; status != NULL; status = status->next)
		assert(status->name != NULL && status->messages >= -1 &&
		    status->unseen >= -1 && status->uidvalidity >= -1);
	for (thread = replies->threads; thread != NULL; thread = thread->next)
		check_uids(arena, thread->uids);
	check_uids(arena, replies->found);
	check_uids(arena, replies->vanished);
	assert(replies->copy_from.len == replies->copy_to.len ||
	    replies->copy_from.len == 0);
	imap_ability_read(replies->capabilities);
}

static void
check_response(struct arena *arena, const struct imap_response *response)
{
	assert(response->line == IMAP_LINE_CONTINUE || response->word != NULL);
	assert(response->line != IMAP_LINE_TAGGED || response->tag != NULL);
	fuzz_is_line(imap_channel_words(arena, response));
}

/* What a mail server says, response by response. */
int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct imap_replies	 replies = { .count = -1 };
	struct imap_response	 response;
	struct imap_box		 box = { .name = "INBOX", .exists = 10 };
	struct arena		*arena;
	struct bytes		 rest = bytes_from(at, len), whole;
	size_t			 n;

	arena = arena_open();
	for (n = 0; n < RESPONSES_MOST && take_whole(&rest, &whole); n++) {
		imap_route_is_fetch(whole);
		if (imap_reply_read(arena, whole, &replies, &box, &response) !=
		    NULL)
			break;
		check_response(arena, &response);
		/* Nobody who wants it is no other answer. */
		assert(imap_reply_read(arena, whole, NULL, NULL, &response) ==
		    NULL);
	}
	check_replies(arena, &replies);
	arena_close(arena);
	return 0;
}
