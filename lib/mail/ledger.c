#include "mail/ledger.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/text.h"
#include "crypt/digest.h"
#include "crypt/keys.h"
#include "data/base64.h"
#include "mail/account.h"
#include "mail/folder.h"
#include "mail/imap_quote.h"
#include "mail/imap_session.h"
#include "mail/notice.h"
#include "mail/private.h"

enum {
	NONCE_BYTES = 16,
	NONCE_CHARS = 22,		/* of base64url */
	WORDS = 7			/* of the header field */
};

static const char	 field_name[] = "X-Postern-Ledger";
static const char	 version[] = "v1";

const char *
ledger_wire(struct arena *arena, const struct ledger_place *place,
    const char *grants_folder)
{
	if (place->folder != NULL || grants_folder == NULL)
		return place->folder;
	return text_format(arena, "%s/%s", grants_folder, PRIVATE_LEDGER);
}

/* Over what a record says, and for whom; NULL where there is no key. */
static const char *
make_mac(struct arena *arena, const struct ledger *ledger, const char *kid,
    const struct ledger_record *record)
{
	return notice_mac(arena, ledger->keys, kid, ledger->purpose,
	    ledger->account, text_format(arena, "%s\n%s %lld %s %lld",
	    ledger->issuer, record->grant, (long long)record->generation,
	    record->nonce, (long long)record->time));
}

struct ledger_record
ledger_make(struct arena *arena, const char *grant, int64_t generation)
{
	return (struct ledger_record){
		.grant = grant, .generation = generation,
		.nonce = base64_write_url(arena, digest_random(arena,
		    NONCE_BYTES)),
		.time = clock_now()
	};
}

/* Servers that file a message once only (Gmail) go by its Message-ID, which
 * is different each time. */
const char *
ledger_write(struct arena *arena, const struct ledger *ledger,
    const struct ledger_record *record)
{
	const char	*kid = keys_newest(ledger->keys), *mac;

	if ((mac = make_mac(arena, ledger, kid, record)) == NULL)
		return NULL;
	return text_format(arena, "From: Postern <postern@localhost>\r\n"
	    "Subject: Record of a connected agent\r\n"
	    "Date: %s\r\nMessage-ID: <l.%s@postern.invalid>\r\n"
	    "Auto-Submitted: auto-generated\r\n"
	    "%s: %s %s %lld %s %lld\r\n %s %s\r\n\r\n"
	    "Kept so that nothing is done twice.\r\n",
	    clock_rfc5322(arena, (struct moment){ record->time, 0 }),
	    record->nonce, field_name, version, record->grant,
	    (long long)record->generation, record->nonce,
	    (long long)record->time, kid, mac);
}

static bool
read_number(const char *word, int64_t *number)
{
	uint64_t	 value;

	if (!text_number(bytes_of(word), INT64_MAX, &value))
		return false;
	*number = (int64_t)value;
	return true;
}

bool
ledger_prove(struct arena *arena, const struct ledger *ledger,
    const char *value, struct ledger_record *record)
{
	struct texts	 words;
	const char	*mac;

	words = text_split(arena, value, " \t");
	if (words.len != WORDS || !text_equal(words.at[0], version) ||
	    strlen(words.at[1]) != LEDGER_GRANT_CHARS ||
	    strlen(words.at[3]) != NONCE_CHARS)
		return false;
	*record = (struct ledger_record){ .grant = words.at[1],
	    .nonce = words.at[3] };
	if (!read_number(words.at[2], &record->generation) ||
	    !read_number(words.at[4], &record->time))
		return false;
	mac = make_mac(arena, ledger, words.at[5], record);
	return mac != NULL && bytes_equal_secret(bytes_of(mac),
	    bytes_of(words.at[6]));
}

const struct fault *
ledger_queue_record(struct imap *imap, struct arena *arena,
    const struct ledger *ledger, const struct ledger_record *own,
    struct ledger_flight *flight)
{
	const char	*message;
	struct buf	 text;

	if ((message = ledger_write(arena, ledger, own)) == NULL)
		return fault_make(arena, FAULT_INTERNAL, "this program has no "
		    "key for the kind \"%s\"", ledger->purpose);
	buf_start(&text, arena);
	buf_text(&text, "APPEND ");
	imap_astring(&text, ledger->wire);
	buf_text(&text, " (\\Seen) ");
	imap_string(&text, message);
	flight->append = imap_queue(imap, arena, &text);
	return NULL;
}

void
ledger_queue_look(struct imap *imap, struct arena *arena,
    const struct ledger *ledger, struct ledger_flight *flight)
{
	struct buf	 text;

	/* What is appended to an open folder may not show before it is opened
	 * again. */
	imap_forget_folder(imap);
	flight->open = imap_queue_open(imap, arena, ledger->wire, true);
	buf_start(&text, arena);
	buf_format(&text, "UID FETCH 1:* (UID FLAGS INTERNALDATE "
	    "BODY.PEEK[HEADER.FIELDS (%s)])", field_name);
	flight->fetch = imap_queue(imap, arena, &text);
}

/* Puts a record where its UID has it among the others. */
static void
insert(struct ledger_look *look, struct ledger_record record)
{
	size_t	 at;

	for (at = look->len++; at > 0 &&
	    look->records[at - 1].uid > record.uid; at--)
		look->records[at] = look->records[at - 1];
	look->records[at] = record;
}

static size_t
most_of(const struct ledger *ledger)
{
	return ledger->most == 0 ? LEDGER_RECORDS_MOST : ledger->most;
}

static void
read_records(struct arena *arena, const struct ledger *ledger,
    const struct imap_message *messages, struct ledger_look *look)
{
	const struct imap_message	*at;
	struct ledger_record		 record;
	const char			*value;
	size_t				 len = 0;

	for (at = messages; at != NULL; at = at->next)
		len++;
	look->records = arena_array(arena, len, sizeof(*look->records));
	for (at = messages; at != NULL && look->len < most_of(ledger);
	    at = at->next) {
		value = notice_field(arena, at, field_name);
		if (at->uid == 0 || value == NULL || !ledger_prove(arena,
		    ledger, value, &record))
			continue;
		record.uid = at->uid;
		record.is_marked = imap_has_flag(at->flags, "\\Deleted");
		if (at->has_received)
			record.received = at->received.seconds;
		insert(look, record);
	}
}

/* A copy of a record, which somebody made, is higher than the record. */
static const struct ledger_record *
find_own(const struct ledger_look *look, const struct ledger_record *own)
{
	size_t	 i;

	for (i = 0; own != NULL && i < look->len; i++)
		if (text_equal(look->records[i].nonce, own->nonce))
			return &look->records[i];
	return NULL;
}

static const struct fault *
too_many(struct arena *arena, const struct ledger *ledger)
{
	return fault_make(arena, FAULT_LIMIT, "the folder \"%s\" of the "
	    "mailbox holds more than %zu messages: delete those that are not "
	    "from Postern", folder_decode(arena, ledger->wire),
	    most_of(ledger));
}

const struct fault *
ledger_read(struct imap *imap, struct arena *arena,
    const struct ledger *ledger, const struct ledger_flight *flight,
    const struct ledger_record *own, struct ledger_look *look)
{
	const struct imap_box	*box = imap_box(imap);
	const struct fault	*bad;

	*look = (struct ledger_look){ .own = NULL };
	bad = imap_command_fault(arena, flight->open, "open its records");
	if (bad != NULL)
		return bad;
	if (box == NULL)
		return fault_make(arena, FAULT_PROTOCOL,
		    "the mail server opened no folder");
	look->uidvalidity = box->uidvalidity;
	if (box->exists > most_of(ledger))
		return too_many(arena, ledger);
	bad = imap_command_fault(arena, flight->fetch, "read its records");
	if (bad != NULL)
		return bad;
	read_records(arena, ledger, flight->fetch->replies.messages, look);
	look->own = find_own(look, own);
	return flight->append == NULL ? NULL :
	    imap_command_fault(arena, flight->append, "keep a record");
}

/* Gmail takes off a label by EXPUNGE; the message stays in All Mail unless it
 * is moved to the trash. */
static const struct fault *
queue_drop(struct imap *imap, struct arena *arena, struct uids uids,
    const struct imap_command **last)
{
	const struct fault	*bad;
	const char		*trash;
	struct buf		 text;

	if (imap_can(imap, IMAP_CAN_GMAIL)) {
		bad = folder_wire_name(imap, arena, "\\Trash", &trash);
		if (bad != NULL)
			return bad;
		buf_start(&text, arena);
		buf_text(&text, "UID MOVE ");
		imap_uid_set(&text, uids);
		buf_byte(&text, ' ');
		imap_astring(&text, trash);
		*last = imap_queue(imap, arena, &text);
		return NULL;
	}
	buf_start(&text, arena);
	buf_text(&text, "UID STORE ");
	imap_uid_set(&text, uids);
	buf_text(&text, " +FLAGS.SILENT (\\Deleted)");
	(void)imap_queue(imap, arena, &text);
	/* All in the folder is ours: without UIDPLUS (RFC 4315) a plain
	 * EXPUNGE takes nothing of anybody's. */
	buf_start(&text, arena);
	buf_text(&text, imap_can(imap, IMAP_CAN_UIDPLUS) ? "UID EXPUNGE " :
	    "EXPUNGE");
	if (imap_can(imap, IMAP_CAN_UIDPLUS))
		imap_uid_set(&text, uids);
	*last = imap_queue(imap, arena, &text);
	return NULL;
}

const struct fault *
ledger_drop(struct imap *imap, struct arena *arena, struct uids uids)
{
	const struct imap_command	*last = NULL;
	const struct fault		*bad;

	if (uids.len == 0)
		return NULL;
	if ((bad = queue_drop(imap, arena, uids, &last)) != NULL ||
	    (bad = imap_run(imap)) != NULL)
		return bad;
	return imap_command_fault(arena, last, "remove a record");
}
