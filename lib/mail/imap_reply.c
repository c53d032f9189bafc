#include "mail/imap_reply.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "mail/imap_code.h"
#include "mail/imap_fetch.h"
#include "mail/imap_found.h"
#include "mail/imap_lex.h"
#include "mail/imap_listing.h"
#include "mail/imap_set.h"

enum {
	TAG_BYTES = 64,
	PAIRED_MOST = 1000	/* messages looked through for the same one */
};

/* One response being read. */
struct reader {
	struct imap_cursor	 cursor;
	struct arena		*arena;
	struct imap_replies	*replies;	/* never NULL */
	struct imap_box		*box;		/* or NULL */
	uint64_t		 number;	/* of "* 5 EXISTS" */
};

/* An untagged response: one of the three functions reads it. */
struct untagged {
	const char	*word;
	bool		 (*take)(struct imap_cursor *cursor,
			    struct arena *arena, struct imap_replies *replies);
	bool		 (*take_line)(struct reader *reader);
	bool		 (*take_number)(struct reader *reader);
};

static bool
take_capability(struct reader *reader)
{
	imap_code_capabilities(reader->arena, bytes_slice(reader->cursor.in,
	    reader->cursor.at, SIZE_MAX), reader->replies);
	return true;
}

/* FLAGS says which there are; without PERMANENTFLAGS all of them last. */
static bool
take_flags(struct reader *reader)
{
	struct texts	 flags = { NULL, 0 };

	if (!imap_fetch_take_flags(&reader->cursor, reader->arena, &flags))
		return false;
	if (reader->box != NULL && reader->box->permanent_flags.len == 0)
		reader->box->permanent_flags = flags;
	return true;
}

static bool
take_exists(struct reader *reader)
{
	if (reader->number > UINT32_MAX)
		return false;
	if (reader->box != NULL)
		reader->box->exists = (uint32_t)reader->number;
	return true;
}

static bool
take_expunge(struct reader *reader)
{
	if (reader->number > UINT32_MAX)
		return false;
	reader->replies->has_moved = true;
	if (reader->box != NULL && reader->number > 0 &&
	    reader->number <= reader->box->exists)
		reader->box->exists--;
	return true;
}

static bool
take_vanished(struct reader *reader)
{
	struct uids	*uids = &reader->replies->vanished;
	size_t		 before = uids->len, gone;
	bool		 earlier = imap_lex_peek(&reader->cursor) == '(';

	if (!imap_found_vanished(&reader->cursor, reader->arena,
	    reader->replies))
		return false;
	reader->replies->has_moved = true;
	gone = uids->len - before;
	/* VANISHED (EARLIER) tells of those EXISTS never counted. */
	if (reader->box != NULL && !earlier)
		reader->box->exists = gone < reader->box->exists ?
		    reader->box->exists - (uint32_t)gone : 0;
	return true;
}

/*
 * What is known of the message already: servers send its flags in a response
 * of their own, between others.  Of long lists only the start is looked at.
 */
static struct imap_message *
find_paired(struct imap_replies *replies, const struct imap_message *message)
{
	struct imap_message	*at = replies->messages;
	size_t			 i;

	if (at == NULL || message->sequence > replies->last_message->sequence)
		return NULL;
	for (i = 0; at != NULL && i < PAIRED_MOST; at = at->next, i++) {
		if (at->uid != 0 && message->uid != 0) {
			if (at->uid == message->uid)
				return at;
		} else if (at->sequence == message->sequence &&
		    !replies->has_moved) {
			return at;
		}
	}
	return NULL;
}

void
imap_reply_add(struct imap_replies *replies, struct imap_message *message)
{
	struct imap_message	*paired;

	if ((paired = find_paired(replies, message)) != NULL) {
		imap_fetch_merge(paired, message);
		return;
	}
	if (replies->last_message == NULL)
		replies->messages = message;
	else
		replies->last_message->next = message;
	replies->last_message = message;
}

/* A message 0 there can't be: such a response is read and dropped. */
static bool
take_fetch(struct reader *reader)
{
	struct imap_message	*message;

	if (reader->number > UINT32_MAX)
		return false;
	message = arena_take(reader->arena, sizeof(*message));
	message->sequence = (uint32_t)reader->number;
	if (!imap_fetch_take(&reader->cursor, reader->arena, message))
		return false;
	if (message->sequence != 0)
		imap_reply_add(reader->replies, message);
	return true;
}

static const struct untagged	 table[] = {
	{ "FETCH", NULL, NULL, take_fetch },
	{ "EXISTS", NULL, NULL, take_exists },
	{ "EXPUNGE", NULL, NULL, take_expunge },
	{ "CAPABILITY", NULL, take_capability, NULL },
	{ "FLAGS", NULL, take_flags, NULL },
	{ "VANISHED", NULL, take_vanished, NULL },
	{ "LIST", imap_listing_list, NULL, NULL },
	{ "XLIST", imap_listing_list, NULL, NULL },
	{ "LSUB", imap_listing_lsub, NULL, NULL },
	{ "STATUS", imap_listing_status, NULL, NULL },
	{ "NAMESPACE", imap_listing_namespace, NULL, NULL },
	{ "QUOTA", imap_listing_quota, NULL, NULL },
	{ "SEARCH", imap_found_search, NULL, NULL },
	{ "SORT", imap_found_search, NULL, NULL },
	{ "ESEARCH", imap_found_esearch, NULL, NULL },
	{ "THREAD", imap_found_thread, NULL, NULL }
};

static const char *const	 conditions[] = { "OK", "NO", "BAD", "BYE",
    "PREAUTH" };

/* The condition of a status response, or NULL. */
static const char *
find_condition(struct bytes word)
{
	size_t	 i;

	for (i = 0; i < sizeof(conditions) / sizeof(conditions[0]); i++)
		if (bytes_is_case(word, conditions[i]))
			return conditions[i];
	return NULL;
}

static const struct fault *
broken(struct arena *arena, const char *what)
{
	return fault_make(arena, FAULT_PROTOCOL,
	    "the mail server sent %s that can't be read (RFC 9051 9)", what);
}

static void
read_code(struct reader *reader, struct imap_response *response)
{
	imap_code_read(reader->arena, bytes_slice(reader->cursor.in,
	    reader->cursor.at, SIZE_MAX), reader->replies, reader->box,
	    response);
}

/* Whether the row is of a response with a number before it, and there was
 * one: "* 99 NOOP" and "* EXISTS" are neither. */
static bool
take_row(struct reader *reader, const struct untagged *row, bool numbered)
{
	if (row->take_number != NULL)
		return numbered && row->take_number(reader);
	if (numbered)
		return false;
	if (row->take_line != NULL)
		return row->take_line(reader);
	return row->take(&reader->cursor, reader->arena, reader->replies);
}

static const struct fault *
read_untagged(struct reader *reader, struct imap_response *response)
{
	struct bytes	 word;
	bool		 numbered;
	size_t		 i;

	response->line = IMAP_LINE_UNTAGGED;
	imap_lex_blanks(&reader->cursor);
	numbered = imap_lex_number(&reader->cursor, &reader->number);
	imap_lex_blanks(&reader->cursor);
	if (!imap_lex_word(&reader->cursor, &word))
		return broken(reader->arena, "an untagged response");
	response->word = find_condition(word);
	if (response->word != NULL && !numbered) {
		read_code(reader, response);
		return NULL;
	}
	imap_lex_blanks(&reader->cursor);
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (!bytes_is_case(word, table[i].word))
			continue;
		response->word = table[i].word;
		if (!take_row(reader, &table[i], numbered))
			return broken(reader->arena, text_format(
			    reader->arena, "a %s response", table[i].word));
		return NULL;
	}
	/* Extensions nobody asked for. */
	response->word = bytes_text(reader->arena, word);
	return NULL;
}

/* tag SP ("OK" / "NO" / "BAD") SP resp-text */
static const struct fault *
read_tagged(struct reader *reader, struct imap_response *response)
{
	struct bytes	 tag, word;

	response->line = IMAP_LINE_TAGGED;
	if (!imap_lex_atom(&reader->cursor, &tag) || tag.len > TAG_BYTES)
		return broken(reader->arena, "a line");
	imap_lex_blanks(&reader->cursor);
	if (!imap_lex_atom(&reader->cursor, &word))
		return broken(reader->arena, "a line");
	response->tag = bytes_text(reader->arena, tag);
	response->word = find_condition(word);
	if (response->word == NULL || response->word[0] == 'P' ||
	    text_equal(response->word, "BYE"))
		return broken(reader->arena, "a tagged response");
	read_code(reader, response);
	return NULL;
}

const struct fault *
imap_reply_read(struct arena *arena, struct bytes whole,
    struct imap_replies *replies, struct imap_box *box,
    struct imap_response *response)
{
	struct reader		 reader = { .arena = arena, .box = box };
	struct imap_replies	 unwanted = { .count = -1 };

	memset(response, 0, sizeof(*response));
	reader.replies = replies != NULL ? replies : &unwanted;
	imap_lex_start(&reader.cursor, whole);
	if (imap_lex_byte(&reader.cursor, '+')) {
		response->line = IMAP_LINE_CONTINUE;
		imap_lex_blanks(&reader.cursor);
		response->text = bytes_slice(whole, reader.cursor.at,
		    SIZE_MAX);
		return NULL;
	}
	if (imap_lex_byte(&reader.cursor, '*'))
		return read_untagged(&reader, response);
	/* Exchange has sent "[COPYUID ...]" without "* OK" before it. */
	if (imap_lex_peek(&reader.cursor) == '[') {
		response->line = IMAP_LINE_UNTAGGED;
		response->word = "OK";
		read_code(&reader, response);
		return NULL;
	}
	return read_tagged(&reader, response);
}

const struct imap_message *
imap_find_message(const struct imap_replies *replies, uint32_t uid)
{
	const struct imap_message	*message;

	for (message = replies->messages; message != NULL;
	    message = message->next)
		if (message->uid == uid)
			return message;
	return NULL;
}

const struct imap_section *
imap_find_piece(const struct imap_message *message, const char *name,
    uint64_t origin)
{
	const struct imap_section	*section;

	for (section = message->sections; section != NULL;
	    section = section->next)
		if (text_equal_case(section->section, name) &&
		    (section->origin == origin || section->origin == 0))
			return section;
	return NULL;
}

const struct imap_section *
imap_find_section(const struct imap_message *message, const char *name)
{
	return imap_find_piece(message, name, 0);
}

bool
imap_has_flag(struct texts flags, const char *flag)
{
	size_t	 i;

	for (i = 0; i < flags.len; i++)
		if (text_equal_case(flags.at[i], flag))
			return true;
	return false;
}
