#include "mail/imap_fetch.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "mail/imap_envelope.h"
#include "mail/imap_lex.h"
#include "mail/imap_set.h"
#include "mail/imap_structure.h"

enum { SECTION_BYTES = 8 * 1024 };

/* One FETCH being read; section is of the item at hand, NULL without one. */
struct reader {
	struct imap_cursor	*cursor;
	struct arena		*arena;
	struct imap_message	*message;
	struct imap_section	**section_tail;
	const char		*section;
	uint32_t		 origin;
};

struct item {
	const char	*name;
	bool		 (*take)(struct reader *reader);
	const char	*section;	/* RFC822 forms mean a section */
};

bool
imap_fetch_take_flags(struct imap_cursor *cursor, struct arena *arena,
    struct texts *flags)
{
	struct bytes	 flag;

	if (!imap_lex_byte(cursor, '('))
		return false;
	for (;;) {
		imap_lex_blanks(cursor);
		if (imap_lex_byte(cursor, ')'))
			return true;
		if (!imap_lex_astring(cursor, arena, &flag))
			return false;
		texts_add(arena, flags, bytes_text(arena, flag));
	}
}

static bool
take_uid(struct reader *reader)
{
	return imap_set_take_uid(reader->cursor, &reader->message->uid);
}

static bool
take_flags(struct reader *reader)
{
	reader->message->has_flags = true;
	memset(&reader->message->flags, 0, sizeof(reader->message->flags));
	return imap_fetch_take_flags(reader->cursor, reader->arena,
	    &reader->message->flags);
}

static bool
take_size(struct reader *reader)
{
	uint64_t	 number;

	if (!imap_lex_number(reader->cursor, &number))
		return imap_lex_is(reader->cursor, "NIL");
	reader->message->size = number > UINT32_MAX ? UINT32_MAX :
	    (uint32_t)number;
	return true;
}

/* A date that can't be read is as one that was not told. */
static bool
take_received(struct reader *reader)
{
	struct bytes	 string;

	if (!imap_lex_nstring(reader->cursor, reader->arena, &string))
		return false;
	reader->message->has_received = imap_envelope_date(string,
	    &reader->message->received);
	return true;
}

static bool
take_envelope(struct reader *reader)
{
	return imap_envelope_take(reader->cursor, reader->arena,
	    &reader->message->envelope);
}

/* content of a section: nstring. */
static bool
take_section(struct reader *reader)
{
	struct imap_section	*section;
	struct bytes		 content;

	/* Some servers say nothing at all where a part is empty. */
	content = bytes_from(NULL, 0);
	if (!imap_lex_nstring(reader->cursor, reader->arena, &content) &&
	    imap_lex_peek(reader->cursor) != ')')
		return false;
	section = arena_take(reader->arena, sizeof(*section));
	section->section = reader->section;
	section->origin = reader->origin;
	section->is_nil = content.at == NULL;
	if (content.len > 0)
		section->content = bytes_from(arena_copy(reader->arena,
		    content.at, content.len), content.len);
	*reader->section_tail = section;
	reader->section_tail = &section->next;
	return true;
}

/* BODY without a section is a BODYSTRUCTURE without its extensions.  One that
 * makes no sense is as one that was not told. */
static bool
take_body(struct reader *reader)
{
	struct imap_cursor	 start;

	if (reader->section != NULL)
		return take_section(reader);
	start = *reader->cursor;
	if (imap_structure_take(reader->cursor, reader->arena,
	    &reader->message->body, &reader->message->body_cut))
		return true;
	*reader->cursor = start;
	reader->message->body = NULL;
	return imap_lex_skip(reader->cursor);
}

/* BINARY[n] comes with its transfer encoding undone, so it must not pass for
 * BODY[n]; nothing here asks for it. */
static bool
take_skipped(struct reader *reader)
{
	return imap_lex_skip(reader->cursor);
}

/* PREVIEW nstring; drafts of RFC 8970 had (algorithm text). */
static bool
take_preview(struct reader *reader)
{
	struct bytes	 algorithm, text;
	bool		 listed = imap_lex_byte(reader->cursor, '(');

	if (listed) {
		imap_lex_atom(reader->cursor, &algorithm);
		imap_lex_blanks(reader->cursor);
	}
	if (!imap_lex_nstring(reader->cursor, reader->arena, &text))
		return false;
	if (text.at != NULL)
		reader->message->preview = bytes_text(reader->arena, text);
	return !listed || imap_lex_skip_rest(reader->cursor);
}

/* "(" mod-sequence ")", RFC 7162. */
static bool
take_modseq(struct reader *reader)
{
	return imap_lex_byte(reader->cursor, '(') &&
	    imap_lex_number(reader->cursor, &reader->message->modseq) &&
	    imap_lex_byte(reader->cursor, ')');
}

/* X-GM-THRID number, or THREADID (objectid) / NIL of RFC 8474; Cyrus without
 * conversations says (NIL). */
static bool
take_thread(struct reader *reader)
{
	struct bytes	 id;
	bool		 listed = imap_lex_byte(reader->cursor, '(');

	if (!imap_lex_astring(reader->cursor, reader->arena, &id))
		return false;
	if (!bytes_is_case(id, "NIL"))
		reader->message->thread_id = bytes_text(reader->arena, id);
	return !listed || imap_lex_byte(reader->cursor, ')');
}

static const struct item	 items[] = {
	{ "UID", take_uid, NULL },
	{ "FLAGS", take_flags, NULL },
	{ "RFC822.SIZE", take_size, NULL },
	{ "INTERNALDATE", take_received, NULL },
	{ "ENVELOPE", take_envelope, NULL },
	{ "BODYSTRUCTURE", take_body, NULL },
	{ "BODY", take_body, NULL },
	{ "BINARY", take_skipped, NULL },
	{ "RFC822", take_section, "" },
	{ "RFC822.HEADER", take_section, "HEADER" },
	{ "RFC822.TEXT", take_section, "TEXT" },
	{ "PREVIEW", take_preview, NULL },
	{ "MODSEQ", take_modseq, NULL },
	{ "X-GM-THRID", take_thread, NULL },
	{ "THREADID", take_thread, NULL }
};

/* The section in upper case, without the quotes some servers put round the
 * names of headers, so that what was asked for compares equal. */
static const char *
copy_section(struct arena *arena, struct bytes section)
{
	struct buf	 buf;
	size_t		 i;

	buf_start(&buf, arena);
	for (i = 0; i < section.len; i++)
		if (section.at[i] != '"' && section.at[i] != '\0')
			buf_byte(&buf, text_upper(section.at[i]));
	return buf_string(&buf);
}

/* ["[" section "]" ["<" number ">"]] */
static bool
take_section_name(struct reader *reader)
{
	struct imap_cursor	*cursor = reader->cursor;
	struct bytes		 rest;
	size_t			 len;
	uint64_t		 origin;

	if (!imap_lex_byte(cursor, '['))
		return true;
	rest = bytes_slice(cursor->in, cursor->at, SECTION_BYTES);
	len = bytes_find(rest, ']');
	if (len == rest.len)
		return false;
	cursor->at += len + 1;
	reader->section = copy_section(reader->arena,
	    bytes_slice(rest, 0, len));
	if (!imap_lex_byte(cursor, '<'))
		return true;
	if (!imap_lex_number(cursor, &origin) || origin > UINT32_MAX)
		return false;
	reader->origin = (uint32_t)origin;
	return imap_lex_byte(cursor, '>');
}

static bool
take_item(struct reader *reader)
{
	struct bytes	 name;
	size_t		 i;

	reader->section = NULL;
	reader->origin = 0;
	if (!imap_lex_word(reader->cursor, &name) ||
	    !take_section_name(reader))
		return false;
	imap_lex_blanks(reader->cursor);
	for (i = 0; i < sizeof(items) / sizeof(items[0]); i++) {
		if (!bytes_is_case(name, items[i].name))
			continue;
		if (items[i].section != NULL)
			reader->section = items[i].section;
		return items[i].take(reader);
	}
	return imap_lex_skip(reader->cursor);
}

bool
imap_fetch_take(struct imap_cursor *cursor, struct arena *arena,
    struct imap_message *message)
{
	struct reader	 reader = { .cursor = cursor, .arena = arena,
			    .message = message };
	unsigned	 depth = 0;

	reader.section_tail = &message->sections;
	/* Domino puts single items into parentheses of their own. */
	do {
		imap_lex_blanks(cursor);
		if (depth < 2 && imap_lex_byte(cursor, '('))
			depth++;
		else if (depth > 0 && imap_lex_byte(cursor, ')'))
			depth--;
		else if (depth == 0 || !take_item(&reader))
			return false;
	} while (depth > 0);
	return true;
}

void
imap_fetch_merge(struct imap_message *message, const struct imap_message *more)
{
	struct imap_section	**tail = &message->sections;

	while (*tail != NULL)
		tail = &(*tail)->next;
	*tail = more->sections;
	if (more->uid != 0)
		message->uid = more->uid;
	if (more->has_flags) {
		message->flags = more->flags;
		message->has_flags = true;
	}
	if (more->size != 0)
		message->size = more->size;
	if (more->has_received) {
		message->received = more->received;
		message->has_received = true;
	}
	if (more->envelope != NULL)
		message->envelope = more->envelope;
	if (more->body != NULL)
		message->body = more->body;
	message->body_cut = message->body_cut || more->body_cut;
	if (more->preview != NULL)
		message->preview = more->preview;
	if (more->modseq != 0)
		message->modseq = more->modseq;
	if (more->thread_id != NULL)
		message->thread_id = more->thread_id;
}
