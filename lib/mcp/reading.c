#include "mcp/reading.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "data/json_write.h"
#include "data/utf8.h"
#include "mail/address.h"
#include "mail/address_lenient.h"
#include "mail/header.h"
#include "mail/imap_reply.h"
#include "mail/invitation.h"
#include "mail/part_kind.h"
#include "mail/relation.h"
#include "mail/verdict.h"
#include "mcp/attachment.h"
#include "mcp/call.h"
#include "mcp/excerpt.h"
#include "mcp/summary.h"
#include "mcp/suspect.h"

enum { SHORT_MOST = 5 };

static const struct field	 unsubscribe_rows[] = {
	{ FIELD(struct unsubscribe, url) },
	{ FIELD(struct unsubscribe, mailto) },
	{ FIELD(struct unsubscribe, one_click) },
	{ FIELD_END }
};

static const struct field	 pair_rows[] = {
	{ FIELD(struct pair, name) },
	{ FIELD(struct pair, value) },
	{ FIELD_END }
};

const struct field	 reading_rows[] = {
	{ FIELD(struct reading, uid) },
	{ FIELD(struct reading, date) },
	{ FIELD(struct reading, from) },
	{ FIELD(struct reading, sender) },
	{ FIELD(struct reading, reply_to) },
	{ FIELD(struct reading, to), .hollow = true },
	{ FIELD(struct reading, cc) },
	{ FIELD(struct reading, bcc) },
	{ FIELD(struct reading, more_recipients) },
	{ FIELD(struct reading, subject) },
	{ FIELD(struct reading, flags) },
	{ FIELD(struct reading, size) },
	{ FIELD(struct reading, message_id) },
	{ FIELD(struct reading, in_reply_to) },
	{ FIELD(struct reading, references) },
	{ FIELD(struct reading, thread_id) },
	{ FIELD(struct reading, list_id) },
	{ FIELD(struct reading, list_unsubscribe), .rows = unsubscribe_rows,
	  .size = sizeof(struct unsubscribe) },
	{ FIELD(struct reading, authentication), .rows = verdict_rows,
	  .size = sizeof(struct verdict) },
	{ FIELD(struct reading, invitation), .rows = invitation_rows,
	  .size = sizeof(struct invitation) },
	{ FIELD(struct reading, warnings), .rows = suspicion_rows,
	  .size = sizeof(struct suspicion) },
	{ FIELD(struct reading, attachments), .rows = attachment_rows,
	  .size = sizeof(struct attachment) },
	{ FIELD(struct reading, more_attachments) },
	{ FIELD(struct reading, headers), .rows = pair_rows,
	  .size = sizeof(struct pair) },
	{ FIELD(struct reading, text) },
	{ FIELD(struct reading, html) },
	{ FIELD(struct reading, source) },
	{ FIELD(struct reading, total_chars) },
	{ FIELD(struct reading, next_offset) },
	{ FIELD(struct reading, hidden_text_removed) },
	{ FIELD(struct reading, quoted_text_removed) },
	{ FIELD(struct reading, trackers) },
	{ FIELD(struct reading, note) },
	{ FIELD_END }
};

static const struct {
	enum part_kind	 kind;
	const char	*note;
} kind_notes[] = {
	{ PART_SIGNED, "It is signed; the signature was not checked." },
	{ PART_ENCRYPTED, "It is encrypted: what is inside can't be read "
	  "here." },
	{ PART_ENCLOSED, "It is signed, and its text is inside of the "
	  "signature (S/MIME), which can't be read here." },
	{ PART_TNEF, "winmail.dat is a package of Outlook's own (TNEF): what "
	  "is inside can't be read here." }
};

void
reading_items(const struct imap *imap, struct buf *buf)
{
	buf_text(buf, "(UID FLAGS RFC822.SIZE INTERNALDATE ENVELOPE "
	    "BODYSTRUCTURE");
	summary_thread_items(imap, buf);
	buf_format(buf, " BODY.PEEK[HEADER.FIELDS (FROM REFERENCES LIST-ID "
	    "LIST-UNSUBSCRIBE LIST-UNSUBSCRIBE-POST AUTHENTICATION-RESULTS "
	    "RECEIVED)]<0.%d>)", READING_HEADER_BYTES);
}

static const char *
id_text(struct arena *arena, const char *raw)
{
	return raw == NULL || strlen(raw) > SUMMARY_WORD_CHARS ? NULL :
	    excerpt_text(arena, raw, SUMMARY_WORD_CHARS);
}

static void
fill_references(struct arena *arena, const char *raw,
    struct reading *reading)
{
	struct texts	 ids;
	const char	*id;
	size_t		 i;

	if (raw == NULL)
		return;
	ids = header_ids(arena, raw);
	i = ids.len > READING_IDS_MOST ? ids.len - READING_IDS_MOST : 0;
	for (; i < ids.len; i++)
		if ((id = id_text(arena, ids.at[i])) != NULL)
			texts_add(arena, &reading->references, id);
}

/* "<https://…>, <mailto:…>" (RFC 2369). */
static void
fill_unsubscribe(struct arena *arena, struct pairs fields,
    struct reading *reading)
{
	struct unsubscribe	*found;
	struct texts		 urls;
	const char		*raw, *url;
	size_t			 i;

	if ((raw = header_find(fields, "List-Unsubscribe")) == NULL)
		return;
	found = arena_take(arena, sizeof(*found));
	urls = text_split(arena, raw, "<>, \t\r\n");
	for (i = 0; i < urls.len; i++) {
		url = excerpt_text(arena, urls.at[i], READING_VALUE_CHARS);
		if (url == NULL)
			continue;
		if (found->url == NULL && text_starts_case(url, "https://"))
			found->url = url;
		if (found->mailto == NULL && text_starts_case(url, "mailto:"))
			found->mailto = url;
	}
	raw = header_find(fields, "List-Unsubscribe-Post");
	found->one_click = found->url != NULL && raw != NULL &&
	    text_find_case(raw, "List-Unsubscribe=One-Click") != NULL;
	if (found->url != NULL || found->mailto != NULL)
		reading->list_unsubscribe.at = found;
}

static void
fill_fields(struct arena *arena, struct pairs fields,
    struct reading *reading)
{
	struct verdict	*verdict;

	fill_references(arena, header_find(fields, "References"), reading);
	fill_unsubscribe(arena, fields, reading);
	reading->list_id = excerpt_line(arena, header_find(fields, "List-Id"),
	    SUMMARY_WORD_CHARS);
	verdict = arena_take(arena, sizeof(*verdict));
	if (verdict_read(arena, fields, verdict))
		reading->authentication.at = verdict;
}

static bool
is_same_address(const struct address *a, const struct address *b)
{
	return a != NULL && b != NULL && address_equal(a->address, b->address);
}

static struct texts
named(struct arena *arena, const struct imap_address *raw,
    struct reading *reading)
{
	struct objects	 list;
	int64_t		 more = 0;

	list = summary_addresses(arena, raw, READING_NAMED_MOST, &more);
	reading->more_recipients += more;
	return summary_mailboxes(arena, list);
}

/* The account's address alone goes without saying; no address does not. */
static struct texts
named_to(struct call *call, const struct imap_address *raw,
    struct reading *reading)
{
	struct texts	 to;

	if (summary_is_own(call, summary_addresses(call->arena, raw,
	    READING_NAMED_MOST, NULL)))
		return (struct texts){ 0 };
	to = named(call->arena, raw, reading);
	if (to.len == 0)
		to.at = arena_take(call->arena, sizeof(*to.at));
	return to;
}

/* From as it stands: servers disagree on what a hostile one says, and here
 * it is what is warned of. Their envelope, where there is none. */
static struct objects
read_senders(struct arena *arena, struct pairs fields,
    const struct imap_envelope *envelope)
{
	const struct address	*raw;
	struct address		*clean;
	struct objects		 senders;
	size_t			 i;

	senders = address_read_lenient(arena, header_find(fields, "From"));
	if (senders.len == 0)
		return summary_addresses(arena, envelope->from, SHORT_MOST,
		    NULL);
	if (senders.len > SHORT_MOST)
		senders.len = SHORT_MOST;
	raw = senders.at;
	clean = arena_array(arena, senders.len, sizeof(*clean));
	for (i = 0; i < senders.len; i++) {
		clean[i].name = excerpt_text(arena, raw[i].name,
		    SUMMARY_NAME_CHARS);
		clean[i].address = excerpt_text(arena, raw[i].address,
		    ADDRESS_CHARS_MOST);
		/* A name alone: people see a sender without an address. */
		if (clean[i].address == NULL)
			clean[i].address = "";
	}
	senders.at = clean;
	return senders;
}

/* Servers fill Sender and Reply-To from From where they are absent. */
static void
fill_senders(struct arena *arena, const struct imap_envelope *envelope,
    struct objects senders, struct reading *reading)
{
	const struct address	*from, *sender;
	struct objects		 list;

	from = senders.len == 0 ? NULL : senders.at;
	sender = summary_address(arena, envelope->sender).at;
	if (from != NULL)
		reading->from = address_write(arena, from);
	if (sender != NULL && !is_same_address(sender, from))
		reading->sender = address_write(arena, sender);
	list = summary_addresses(arena, envelope->reply_to,
	    READING_NAMED_MOST, NULL);
	if (list.len != 1 || !is_same_address(list.at, from))
		reading->reply_to = summary_mailboxes(arena, list);
}

static void
fill_envelope(struct call *call, const struct imap_envelope *envelope,
    struct reading *reading)
{
	struct arena	*arena = call->arena;
	struct texts	*ids = &reading->references;

	reading->to = named_to(call, envelope->to, reading);
	reading->cc = named(arena, envelope->cc, reading);
	reading->bcc = named(arena, envelope->bcc, reading);
	reading->subject = excerpt_line(arena, envelope->subject,
	    READING_SUBJECT_CHARS);
	reading->message_id = id_text(arena, envelope->message_id);
	reading->in_reply_to = id_text(arena, envelope->in_reply_to);
	if (ids->len == 1 && reading->in_reply_to != NULL &&
	    text_equal(ids->at[0], reading->in_reply_to))
		*ids = (struct texts){ 0 };
}

static const struct fault *
fill_attachments(struct call *call, const struct imap_message *message,
    bool with_urls, struct reading *reading)
{
	const struct fault	*bad;
	struct part_list	 list = { .len = 0 };
	struct attachment	*files;
	size_t			 i, n;

	if (message->body == NULL)
		return NULL;
	part_list_files(message->body, &list);
	n = list.len < READING_FILES_MOST ? list.len : READING_FILES_MOST;
	files = arena_array(call->arena, n, sizeof(*files));
	for (i = 0; i < n; i++) {
		attachment_describe(call->arena, list.at[i], &files[i]);
		if (with_urls && (bad = attachment_url(call, message->uid,
		    list.at[i], &files[i])) != NULL)
			return bad;
	}
	reading->attachments = (struct objects){ files, n };
	reading->more_attachments = (int64_t)(list.len - n + list.more);
	return NULL;
}

const struct fault *
reading_fill(struct call *call, const struct imap_message *message,
    bool with_urls, struct reading *reading)
{
	struct objects	 senders;
	struct pairs	 fields;

	reading->uid = message->uid;
	reading->size = message->size;
	reading->date = summary_date(call->arena, message);
	reading->flags = summary_flags(call->arena, message->flags);
	if (!summary_is_first(call->arena, message))
		reading->thread_id = summary_thread(call->arena, message);
	fields = relation_fields(call->arena, message);
	fill_fields(call->arena, fields, reading);
	reading->found = arena_take(call->arena, sizeof(*reading->found));
	if (message->envelope != NULL) {
		senders = read_senders(call->arena, fields,
		    message->envelope);
		fill_senders(call->arena, message->envelope, senders,
		    reading);
		fill_envelope(call, message->envelope, reading);
		suspect_senders(call->arena, senders, reading->found);
	}
	reading_suspect(call, "", reading);
	if (message->body_cut)
		reading_note(call, reading, "It has more parts, or deeper "
		    "ones, than are told here; the source format has all.");
	reading_kinds(call, part_kinds(call->arena, message->body), reading);
	return fill_attachments(call, message, with_urls, reading);
}

void
reading_kinds(struct call *call, unsigned kinds, struct reading *reading)
{
	size_t	 i;

	for (i = 0; i < sizeof(kind_notes) / sizeof(kind_notes[0]); i++)
		if ((kinds & kind_notes[i].kind) != 0)
			reading_note(call, reading, kind_notes[i].note);
}

void
reading_note(struct call *call, struct reading *reading, const char *note)
{
	reading->note = reading->note == NULL ? note :
	    text_format(call->arena, "%s %s", reading->note, note);
}

void
reading_suspect(struct call *call, const char *text, struct reading *reading)
{
	suspect_links(call->arena, text, reading->found);
	reading->warnings = (struct objects){
		reading->found->at, reading->found->len
	};
}

size_t
reading_cost(struct call *call, const struct reading *reading)
{
	struct json_writer	 writer;
	struct buf		 buf;

	buf_start(&buf, call->arena);
	json_start(&writer, &buf);
	json_open_object(&writer, NULL);
	field_write(&writer, reading_rows, reading);
	json_close_object(&writer);
	return utf8_count(buf_string(&buf));
}

static void
keep_few(size_t *len, size_t few, int64_t *more)
{
	if (*len <= few)
		return;
	*more += (int64_t)(*len - few);
	*len = few;
}

static void
shorten(struct reading *reading, size_t few)
{
	int64_t	 none = 0;

	keep_few(&reading->to.len, few, &reading->more_recipients);
	keep_few(&reading->cc.len, few, &reading->more_recipients);
	keep_few(&reading->bcc.len, few, &reading->more_recipients);
	keep_few(&reading->reply_to.len, few, &none);
	keep_few(&reading->attachments.len, few, &reading->more_attachments);
	if (reading->references.len > few) {
		reading->references.at += reading->references.len - few;
		reading->references.len = few;
	}
}

void
reading_shorten(struct call *call, size_t chars, struct reading *reading)
{
	size_t	 few;

	for (few = SHORT_MOST; few > 0 &&
	    reading_cost(call, reading) > chars; few /= 2)
		shorten(reading, few);
}

void
reading_link(struct call *call, const struct reading *reading)
{
	const struct attachment	*files = reading->attachments.at;
	size_t			 i;

	for (i = 0; i < reading->attachments.len; i++)
		if (files[i].url != NULL)
			call_add_content(call, (struct content){
			    .type = "resource_link", .uri = files[i].url,
			    .name = files[i].filename != NULL ?
			    files[i].filename : files[i].part,
			    .mime_type = files[i].content_type });
}
