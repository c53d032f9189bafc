#include "mail/imap_code.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "mail/imap_fetch.h"
#include "mail/imap_lex.h"
#include "mail/imap_set.h"

enum { CAPABILITIES_MOST = 500 };

struct reader {
	struct imap_cursor	*cursor;
	struct arena		*arena;
	struct imap_replies	*replies;	/* or NULL */
	struct imap_box		*box;		/* or NULL */
};

struct code {
	const char	*name;
	void		 (*take)(struct reader *reader);
};

static const char *
copy_upper(struct arena *arena, struct bytes word)
{
	struct buf	 buf;
	size_t		 i;

	buf_start(&buf, arena);
	for (i = 0; i < word.len; i++)
		buf_byte(&buf, text_upper(word.at[i]));
	return buf_string(&buf);
}

void
imap_code_capabilities(struct arena *arena, struct bytes words,
    struct imap_replies *replies)
{
	struct imap_cursor	 cursor;
	struct bytes		 word;

	if (replies == NULL)
		return;
	memset(&replies->capabilities, 0, sizeof(replies->capabilities));
	replies->has_capabilities = true;
	imap_lex_start(&cursor, words);
	imap_lex_blanks(&cursor);
	while (replies->capabilities.len < CAPABILITIES_MOST &&
	    imap_lex_atom(&cursor, &word)) {
		texts_add(arena, &replies->capabilities,
		    copy_upper(arena, word));
		imap_lex_blanks(&cursor);
	}
}

static void
take_capability(struct reader *reader)
{
	struct bytes	 rest = bytes_slice(reader->cursor->in,
			    reader->cursor->at, SIZE_MAX);
	size_t		 end = bytes_find(rest, ']');

	imap_code_capabilities(reader->arena, bytes_slice(rest, 0, end),
	    reader->replies);
}

static void
take_uidvalidity(struct reader *reader)
{
	uint32_t	 number;

	if (reader->box != NULL && imap_set_take_uid(reader->cursor, &number))
		reader->box->uidvalidity = number;
}

static void
take_uidnext(struct reader *reader)
{
	uint32_t	 number;

	if (reader->box != NULL && imap_set_take_uid(reader->cursor, &number))
		reader->box->uidnext = number;
}

static void
take_highestmodseq(struct reader *reader)
{
	uint64_t	 number;

	if (reader->box != NULL && imap_lex_number(reader->cursor, &number))
		reader->box->highestmodseq = number;
}

static void
take_permanentflags(struct reader *reader)
{
	struct texts	 flags = { NULL, 0 };

	if (reader->box == NULL ||
	    !imap_fetch_take_flags(reader->cursor, reader->arena, &flags))
		return;
	reader->box->permanent_flags = flags;
	reader->box->any_keyword = texts_have(flags, "\\*");
}

static void
take_read_only(struct reader *reader)
{
	if (reader->box != NULL)
		reader->box->writable = false;
}

/* APPENDUID uidvalidity SP uid-set, RFC 4315. */
static void
take_appenduid(struct reader *reader)
{
	struct imap_set	 set;
	uint32_t	 validity;

	imap_set_start(&set, reader->arena, (struct uids){ NULL, 0 });
	if (reader->replies == NULL ||
	    !imap_set_take_uid(reader->cursor, &validity))
		return;
	imap_lex_blanks(reader->cursor);
	if (!imap_set_take(reader->cursor, &set) || set.cut)
		return;
	reader->replies->copy_validity = validity;
	reader->replies->copy_to = set.uids;
}

/* COPYUID uidvalidity SP uid-set SP uid-set, RFC 4315; both as long. */
static void
take_copyuid(struct reader *reader)
{
	struct imap_set	 from, to;
	uint32_t	 validity;

	imap_set_start(&from, reader->arena, (struct uids){ NULL, 0 });
	imap_set_start(&to, reader->arena, (struct uids){ NULL, 0 });
	if (reader->replies == NULL ||
	    !imap_set_take_uid(reader->cursor, &validity))
		return;
	imap_lex_blanks(reader->cursor);
	if (!imap_set_take(reader->cursor, &from))
		return;
	imap_lex_blanks(reader->cursor);
	if (!imap_set_take(reader->cursor, &to))
		return;
	imap_lex_blanks(reader->cursor);
	if (from.cut || to.cut || from.uids.len != to.uids.len ||
	    imap_lex_peek(reader->cursor) != ']')
		return;
	reader->replies->copy_validity = validity;
	reader->replies->copy_from = from.uids;
	reader->replies->copy_to = to.uids;
}

static const struct code	 codes[] = {
	{ "CAPABILITY", take_capability },
	{ "UIDVALIDITY", take_uidvalidity },
	{ "UIDNEXT", take_uidnext },
	{ "HIGHESTMODSEQ", take_highestmodseq },
	{ "PERMANENTFLAGS", take_permanentflags },
	{ "READ-ONLY", take_read_only },
	{ "APPENDUID", take_appenduid },
	{ "COPYUID", take_copyuid }
};

/* Moves behind the bracket that closes the code: the first one that is in no
 * quoted string. False if there is none. */
static bool
skip_code(struct imap_cursor *cursor)
{
	struct imap_cursor	 ahead = *cursor;
	struct bytes		 string;

	while (!imap_lex_at_end(&ahead)) {
		if (imap_lex_byte(&ahead, ']')) {
			*cursor = ahead;
			return true;
		}
		if (!imap_lex_string(&ahead, NULL, &string))
			ahead.at++;
	}
	return false;
}

static void
read_code(struct reader *reader, struct imap_response *response)
{
	struct bytes	 word;
	size_t		 i;

	if (!imap_lex_word(reader->cursor, &word))
		return;
	response->code = copy_upper(reader->arena, word);
	imap_lex_blanks(reader->cursor);
	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (bytes_is_case(word, codes[i].name))
			codes[i].take(reader);
}

void
imap_code_read(struct arena *arena, struct bytes resp_text,
    struct imap_replies *replies, struct imap_box *box,
    struct imap_response *response)
{
	struct imap_cursor	 cursor, end;
	struct reader		 reader = { &cursor, arena, replies, box };

	imap_lex_start(&cursor, resp_text);
	imap_lex_blanks(&cursor);
	response->text = bytes_slice(resp_text, cursor.at, SIZE_MAX);
	end = cursor;
	if (!imap_lex_byte(&cursor, '[') || !skip_code(&end))
		return;
	read_code(&reader, response);
	/* Flags may hold brackets: the code ends behind what was read. */
	if (cursor.at > end.at && skip_code(&cursor))
		end = cursor;
	imap_lex_blanks(&end);
	response->text = bytes_slice(resp_text, end.at, SIZE_MAX);
}

struct meaning {
	const char	*code;
	enum fault_kind	 kind;
};

/* RFC 5530 3, RFC 9051 7.1. */
static const struct meaning	 meanings[] = {
	{ "NONEXISTENT", FAULT_FOLDER },
	{ "TRYCREATE", FAULT_FOLDER },
	{ "OVERQUOTA", FAULT_LIMIT },
	{ "LIMIT", FAULT_LIMIT },
	{ "TOOBIG", FAULT_LIMIT },
	{ "NOPERM", FAULT_PERMISSION },
	{ "READ-ONLY", FAULT_PERMISSION },
	{ "UNAVAILABLE", FAULT_UNAVAILABLE },
	{ "INUSE", FAULT_UNAVAILABLE },
	{ "SERVERBUG", FAULT_UNAVAILABLE }
};

enum fault_kind
imap_code_kind(const char *code)
{
	size_t	 i;

	for (i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		if (code != NULL && text_equal(code, meanings[i].code))
			return meanings[i].kind;
	return FAULT_REFUSED;
}
