#include "mail/draft.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "data/utf8.h"
#include "mail/compose_header.h"
#include "mail/header.h"

enum {
	NAME_BYTES = 100,	/* a longer one is no field's name */
	SHOWN_CHARS = 100	/* of an address that is none */
};

/* What is done with a field. */
enum treatment {
	COPY_TEXT,	/* as it stands, else as unstructured text */
	COPY_ONCE,	/* likewise, the first of them */
	COPY_MIME,	/* as it stands, its parameters untouched */
	LEAVE_OUT,
	FROM, TO, CC, BCC, DATE, MESSAGE_ID, RESENT
};

static const struct {
	const char	*name;
	enum treatment	 treatment;
} treatments[] = {
	{ "From", FROM }, { "To", TO }, { "Cc", CC }, { "Bcc", BCC },
	{ "Date", DATE }, { "Message-ID", MESSAGE_ID },
	{ "Subject", COPY_ONCE }, { "References", COPY_ONCE },
	{ "In-Reply-To", COPY_ONCE },
	/* There is one author, so nobody else sends it. */
	{ "Sender", LEAVE_OUT }, { "Return-Path", LEAVE_OUT },
	/* Between a program and its own drafts. */
	{ "Fcc", LEAVE_OUT }, { "X-Identity-Key", LEAVE_OUT },
	{ "X-Account-Key", LEAVE_OUT }, { "Status", LEAVE_OUT },
	{ "X-Status", LEAVE_OUT }, { "X-UID", LEAVE_OUT },
	{ "X-Keywords", LEAVE_OUT }
};

/* Names that start so. */
static const struct {
	const char	*start;
	enum treatment	 treatment;
} families[] = {
	{ "Content-", COPY_MIME }, { "Resent-", RESENT },
	{ "X-Mozilla-", LEAVE_OUT }, { "X-Postern-", LEAVE_OUT },
	{ "X-KMail-", LEAVE_OUT }, { "X-Evolution-", LEAVE_OUT }
};

static enum treatment
treat(const char *name)
{
	size_t	 i;

	for (i = 0; i < sizeof(treatments) / sizeof(treatments[0]); i++)
		if (text_equal_case(name, treatments[i].name))
			return treatments[i].treatment;
	for (i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		if (text_starts_case(name, families[i].start))
			return families[i].treatment;
	return COPY_TEXT;
}

/* Takes the next field off the block: *raw as it stands, and its name and
 * value; false at the end. What is no field has a NULL name. */
static bool
take_field(struct arena *arena, struct bytes *block, struct bytes *raw,
    struct pair *field)
{
	struct pairs	 one;

	*raw = bytes_slice(*block, 0, header_field_length(*block));
	*block = bytes_slice(*block, raw->len, block->len);
	one = header_fields(arena, *raw);
	*field = one.len == 1 && strlen(one.at[0].name) <= NAME_BYTES ?
	    one.at[0] : (struct pair){ NULL, NULL };
	return raw->len > 0;
}

static void
add_recipient(struct arena *arena, struct draft *draft, const char *address)
{
	size_t	 i;

	draft->utf8 = draft->utf8 || !text_is_ascii(address);
	for (i = 0; i < draft->recipients.len; i++)
		if (address_equal(draft->recipients.at[i], address))
			return;
	texts_add(arena, &draft->recipients, address);
}

/* Adds a field's addresses, each as one that can be written to. */
static const struct fault *
add_addresses(struct arena *arena, const struct pair *field,
    struct objects *all)
{
	const struct address	*read;
	const struct fault	*bad;
	const char		*wrong;
	struct address		*joined;
	struct objects		 found, strict;
	size_t			 i;

	found = address_read_lenient(arena, field->value);
	if (found.len + all->len >= ADDRESSES_MOST)
		return fault_make(arena, FAULT_LIMIT,
		    "the draft's %s has too many addresses", field->name);
	joined = arena_array(arena, all->len + found.len, sizeof(*joined));
	if (all->len > 0)
		memcpy(joined, all->at, all->len * sizeof(*joined));
	read = found.at;
	for (i = 0; i < found.len; i++) {
		strict = (struct objects){ 0 };
		bad = address_read(arena, read[i].address, &strict);
		wrong = read[i].address[0] != '\0' || read[i].name == NULL ?
		    read[i].address : read[i].name;
		if (bad != NULL || strict.len != 1)
			return fault_make(arena, FAULT_ARGUMENT, "the draft's "
			    "%s holds what is no address: \"%s\"",
			    field->name, utf8_start(arena, wrong,
			    SHOWN_CHARS));
		joined[all->len] = *(const struct address *)strict.at;
		joined[all->len++].name = read[i].name;
	}
	all->at = joined;
	return NULL;
}

static bool
is_eight_bit(struct bytes raw)
{
	size_t	 i;

	for (i = 0; i < raw.len; i++)
		if (raw.at[i] >= 0x80)
			return true;
	return false;
}

static const struct fault *
read_field(struct arena *arena, struct bytes raw, const struct pair *field,
    struct draft *draft, struct objects *from)
{
	struct texts	 ids;

	switch (treat(field->name)) {
	case FROM:
		return add_addresses(arena, field, from);
	case TO:
		return add_addresses(arena, field, &draft->to);
	case CC:
		return add_addresses(arena, field, &draft->cc);
	case BCC:
		return add_addresses(arena, field, &draft->bcc);
	case MESSAGE_ID:
		ids = header_ids(arena, field->value);
		if (draft->message_id == NULL && ids.len > 0 &&
		    strlen(ids.at[0]) <= COMPOSE_ID_BYTES &&
		    text_is_ascii(ids.at[0]))
			draft->message_id = ids.at[0];
		return NULL;
	case RESENT:
		return fault_make(arena, FAULT_ARGUMENT, "it is a message that "
		    "was resent (%.50s), not a draft", field->name);
	case COPY_MIME:
		draft->eight_bit = draft->eight_bit || is_eight_bit(raw);
		return NULL;
	default:
		return NULL;
	}
}

/* The header ends with an empty line, or with the message. */
static const struct fault *
measure(struct arena *arena, struct bytes start, struct draft *draft)
{
	size_t	 at, len, fields;

	for (at = fields = 0; (len = header_field_length(bytes_slice(start, at,
	    start.len))) > 0; at += len)
		if (++fields > HEADER_FIELDS_MOST)
			return fault_make(arena, FAULT_LIMIT,
			    "the draft has too many header fields");
	if (at < start.len)
		at += bytes_find(bytes_slice(start, at, start.len), '\n') + 1;
	else if (start.len >= DRAFT_START_BYTES)
		return fault_make(arena, FAULT_LIMIT,
		    "the draft's header is over %d bytes", DRAFT_START_BYTES);
	draft->header = bytes_slice(start, 0, at);
	return NULL;
}

static void
gather(struct arena *arena, struct draft *draft)
{
	const struct objects	 lists[] = { draft->to, draft->cc,
				    draft->bcc };
	const struct address	*addresses;
	size_t			 i, j;

	draft->utf8 = !text_is_ascii(draft->from.address);
	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		for (addresses = lists[i].at, j = 0; j < lists[i].len; j++)
			add_recipient(arena, draft, addresses[j].address);
}

const struct fault *
draft_read(struct arena *arena, struct bytes start, struct draft *draft)
{
	const struct fault	*bad;
	struct objects		 from = { 0 };
	struct bytes		 block, raw;
	struct pair		 field;

	*draft = (struct draft){ 0 };
	if ((bad = measure(arena, start, draft)) != NULL)
		return bad;
	block = draft->header;
	while (take_field(arena, &block, &raw, &field))
		if (field.name != NULL && (bad = read_field(arena, raw,
		    &field, draft, &from)) != NULL)
			return bad;
	if (from.len != 1)
		return fault_make(arena, FAULT_ARGUMENT,
		    "a draft must have one From address to be sent; this one "
		    "has %zu", from.len);
	draft->from = *(const struct address *)from.at;
	gather(arena, draft);
	if (draft->recipients.len == 0)
		return fault_make(arena, FAULT_ARGUMENT,
		    "the draft has no recipient: give it To, Cc or Bcc first");
	return NULL;
}

/* A field's lines as they stand, without those that are blank and with blanks
 * for controls; false where one is too long. */
static bool
copy_lines(struct buf *out, struct bytes raw)
{
	struct bytes	 line;
	size_t		 i, before = out->len;

	for (; raw.len > 0; raw = bytes_slice(raw, line.len + 1, raw.len)) {
		line = bytes_slice(raw, 0, bytes_find(raw, '\n'));
		if (line.len > DRAFT_LINE_BYTES) {
			buf_cut(out, before);
			return false;
		}
		if (bytes_trim(line).len == 0)
			continue;
		for (i = 0; i < line.len; i++)
			if (line.at[i] != '\r' || i + 1 < line.len)
				buf_byte(out, line.at[i] != '\t' &&
				    text_is_control(line.at[i]) ? ' ' :
				    line.at[i]);
		buf_text(out, "\r\n");
	}
	return true;
}

/* What only folding can explain may stand as it is. */
static bool
is_plain(struct bytes raw)
{
	size_t	 i;

	for (i = 0; i < raw.len; i++)
		if (raw.at[i] >= 0x7F || (raw.at[i] < ' ' &&
		    raw.at[i] != '\t' && raw.at[i] != '\n' &&
		    (raw.at[i] != '\r' || i + 1 == raw.len ||
		    raw.at[i + 1] != '\n')))
			return false;
	return true;
}

/* A header while it is written. */
struct writer {
	struct arena			*arena;
	const struct draft		*draft;
	const struct draft_start	*start;
	struct buf			 out;
	struct texts			 done;	/* names, in lower case */
	bool				 date;
};

static void
write_date(struct writer *writer, const char *value)
{
	struct moment	 moment = { .seconds = writer->start->now };

	if (writer->date || (value != NULL && !header_date(value, &moment)))
		return;
	writer->date = true;
	buf_format(&writer->out, "Date: %s\r\n",
	    clock_rfc5322(writer->arena, moment));
}

static void
write_text(struct writer *writer, struct bytes raw, const struct pair *field)
{
	if (!is_plain(raw) || !copy_lines(&writer->out, raw))
		compose_header_text(&writer->out, field->name,
		    header_decode(writer->arena, field->value));
}

/* The addresses of all fields of a name stand together at the top. */
static void
write_top(struct writer *writer)
{
	const struct draft	*draft = writer->draft;
	const char		*id = writer->start->message_id;
	struct buf		*out = &writer->out;

	compose_header_addresses(out, "From",
	    (struct objects){ &draft->from, 1 });
	compose_header_addresses(out, "To", draft->to);
	compose_header_addresses(out, "Cc", draft->cc);
	if (writer->start->keep_bcc)
		compose_header_addresses(out, "Bcc", draft->bcc);
	else if (draft->to.len == 0 && draft->cc.len == 0)
		buf_text(out, "To: undisclosed-recipients:;\r\n");
	compose_header_ids(out, "Message-ID", (struct texts){ &id, 1 });
	if (writer->start->mark.name != NULL)
		compose_header_text(out, writer->start->mark.name,
		    writer->start->mark.value);
}

static void
write_field(struct writer *writer, struct bytes raw,
    const struct pair *field)
{
	const char	*name;

	switch (treat(field->name)) {
	case DATE:
		write_date(writer, field->value);
		return;
	case COPY_ONCE:
		name = text_lower_copy(writer->arena, field->name);
		if (texts_have(writer->done, name))
			return;
		texts_add(writer->arena, &writer->done, name);
		write_text(writer, raw, field);
		return;
	case COPY_TEXT:
		write_text(writer, raw, field);
		return;
	case COPY_MIME:
		if (!copy_lines(&writer->out, raw))
			compose_header_text(&writer->out, field->name,
			    field->value);
		return;
	default:
		return;
	}
}

struct bytes
draft_write(struct arena *arena, const struct draft *draft,
    const struct draft_start *start)
{
	struct writer	 writer = { .arena = arena, .draft = draft,
			    .start = start };
	struct bytes	 block = draft->header, raw;
	struct pair	 field;

	buf_start(&writer.out, arena);
	write_top(&writer);
	while (take_field(arena, &block, &raw, &field))
		if (field.name != NULL)
			write_field(&writer, raw, &field);
	write_date(&writer, NULL);
	buf_text(&writer.out, "\r\n");
	return buf_view(&writer.out);
}
