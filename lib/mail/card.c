#include "mail/card.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "crypt/digest.h"
#include "crypt/keys.h"
#include "data/base64.h"
#include "data/field.h"
#include "data/json.h"
#include "data/url.h"
#include "mail/append.h"
#include "mail/card_text.h"
#include "mail/change.h"
#include "mail/folder.h"
#include "mail/imap_quote.h"
#include "mail/imap_session.h"
#include "mail/imap_set.h"
#include "mail/ledger.h"
#include "mail/notice.h"
#include "mail/private.h"

#define GRANT_FIELD	"X-Postern-Grant"
#define CARD_FIELD	"X-Postern-Card"

enum {
	GRANT_BYTES = 16,
	LINE_CHARS = 60,		/* of the folded field */
	SCOPES_MOST = 20,
	WORDS = 4,			/* v1 GRANT KID MAC */
	LIST_LOOK = 5000,		/* messages that a list looks at */
	LIST_BATCH = 500		/* of them in a flight */
};

const char	 card_items[] = "BODY.PEEK[HEADER.FIELDS (" GRANT_FIELD " "
		    CARD_FIELD ")]";

static const char	 purpose[] = "card";

static const struct field	 card_rows[] = {
	{ FIELD_AS(struct card, grant, "g"), .required = true,
	    .least = CARD_GRANT_CHARS, .most = CARD_GRANT_CHARS },
	{ FIELD_AS(struct card, client, "c"), .required = true },
	{ FIELD_AS(struct card, name, "n") },
	{ FIELD_AS(struct card, target, "t") },
	{ FIELD_AS(struct card, scopes, "s"), .most = SCOPES_MOST },
	{ FIELD_AS(struct card, ask_first, "q"), .most = SCOPES_MOST },
	{ FIELD_AS(struct card, created, "i"), .most = INT64_MAX },
	{ FIELD_AS(struct card, ends, "e"), .most = INT64_MAX },
	{ FIELD_END }
};

const char *
card_folder(const struct imap *imap, const struct card_place *place)
{
	return imap_private_name(imap) == NULL ? NULL :
	    place->folder != NULL ? place->folder : imap_private_name(imap);
}

/* Over all that the card says, and for whom. */
static const char *
make_mac(struct arena *arena, const struct card_owner *owner,
    const char *kid, const char *said)
{
	return notice_mac(arena, owner->keys, kid, purpose, owner->account,
	    text_format(arena, "%s\n%s", owner->issuer, said));
}

static const char *
without_blanks(struct arena *arena, const char *text)
{
	return texts_join(arena, text_split(arena, text, " \t\r\n"), "");
}

bool
card_read(struct arena *arena, const struct card_owner *owner,
    const struct imap_message *message, struct card *card)
{
	const struct json	*json;
	struct texts		 words;
	struct bytes		 said;
	const char		*coded, *mac;

	*card = (struct card){ .grant = NULL };
	words = notice_words(arena, message, GRANT_FIELD, WORDS);
	coded = notice_field(arena, message, CARD_FIELD);
	if (words.len == 0 || coded == NULL || !base64_read_url(arena,
	    bytes_of(without_blanks(arena, coded)), &said))
		return false;
	mac = make_mac(arena, owner, words.at[2], bytes_text(arena, said));
	return mac != NULL && bytes_equal_secret(bytes_of(mac),
	    bytes_of(words.at[3])) &&
	    json_read(arena, said, JSON_KEYS_UNIQUE, &json) == NULL &&
	    field_read(arena, card_rows, json, FIELD_STRICT, card) == NULL &&
	    text_equal(card->grant, words.at[1]);
}

/* The fields by which it proves itself. */
static const char *
write_fields(struct arena *arena, const struct card_owner *owner,
    const struct card *card)
{
	struct json_writer	 writer;
	struct buf		 said, out;
	const char		*kid = keys_newest(owner->keys), *coded;
	size_t			 at, len;

	buf_start(&said, arena);
	json_start(&writer, &said);
	json_open_object(&writer, NULL);
	field_write(&writer, card_rows, card);
	json_close_object(&writer);
	buf_start(&out, arena);
	buf_format(&out, GRANT_FIELD ": v1 %s %s\r\n %s\r\n" CARD_FIELD ":",
	    card->grant, kid, make_mac(arena, owner, kid, buf_string(&said)));
	coded = base64_write_url(arena, buf_view(&said));
	for (at = 0, len = strlen(coded); at < len; at += LINE_CHARS) {
		buf_text(&out, at == 0 ? " " : "\r\n ");
		buf_bytes(&out, bytes_slice(bytes_of(coded), at, LINE_CHARS));
	}
	buf_text(&out, "\r\n");
	return buf_string(&out);
}

/* The domain that is ours; a mail program shows it behind the sender. */
static const char *
own_domain(struct arena *arena, const char *issuer)
{
	struct url	 url = { 0 };

	if (!url_read(arena, issuer, &url) || url.host == NULL ||
	    strchr(url.host, '.') == NULL || strchr(url.host, ':') != NULL ||
	    url_is_loopback(&url))
		return "postern.invalid";
	return url.host;
}

static const char *
compose(struct arena *arena, const struct card_owner *owner,
    const struct card *card, const char *id)
{
	const char	*domain = own_domain(arena, owner->issuer);
	struct notice	 notice = {
		.name = card_text_name(card), .id = id,
		.address = text_format(arena, "postern@%s", domain),
		.subject = card_text_subject(arena, card),
		.fields = write_fields(arena, owner, card),
		.text = card_text_body(arena, card, owner->issuer)
	};

	return notice_write(arena, &notice);
}

/* The message at that place in the folder that is opened anew, or NULL. */
static const struct fault *
fetch(struct imap *imap, struct arena *arena, const struct card_place *place,
    bool writable, const struct imap_message **message)
{
	const struct imap_command	*opened, *fetched;
	const struct fault		*bad;
	struct buf			 text;

	*message = NULL;
	imap_forget_folder(imap);
	opened = imap_queue_open(imap, arena, card_folder(imap, place),
	    writable);
	buf_start(&text, arena);
	buf_format(&text, "UID FETCH %llu (UID FLAGS %s)",
	    (unsigned long long)place->uid, card_items);
	fetched = imap_queue(imap, arena, &text);
	if ((bad = imap_run(imap)) != NULL)
		return bad;
	bad = imap_command_fault(arena, opened, "open its folder");
	if (bad != NULL)
		return bad;
	if (imap_box(imap)->uidvalidity != place->uidvalidity)
		return NULL;
	bad = imap_command_fault(arena, fetched, "show a message of ours");
	if (bad == NULL)
		*message = imap_find_message(&fetched->replies,
		    (uint32_t)place->uid);
	return bad;
}

/* Some servers write messages anew as they see fit. */
static const struct fault *
read_back(struct imap *imap, struct arena *arena,
    const struct card_owner *owner, const struct card_place *place)
{
	const struct imap_message	*message;
	const struct fault		*bad;
	struct card			 card;

	bad = fetch(imap, arena, place, false, &message);
	if (bad != NULL)
		return bad;
	if (message != NULL && card_read(arena, owner, message, &card) &&
	    text_equal(card.grant, place->grant))
		return NULL;
	return fault_make(arena, FAULT_UNSUPPORTED,
	    "the mail server does not keep a message as it was given");
}

/* Appends it and finds out where it is; without UIDPLUS (RFC 4315), by its
 * Message-ID. */
static const struct fault *
append(struct imap *imap, struct arena *arena,
    const struct card_owner *owner, const struct card *card,
    struct appended *made)
{
	const struct fault	*bad;
	const char		*id;

	id = text_format(arena, "g.%s@%s", card->grant,
	    own_domain(arena, owner->issuer));
	bad = notice_append(imap, arena, made->wire, compose(arena, owner,
	    card, id), made);
	if (bad != NULL || made->uid != 0)
		return bad;
	bad = append_find(imap, arena, made->wire, text_format(arena, "<%s>",
	    id), made);
	if (bad != NULL || made->uid != 0)
		return bad;
	return fault_make(arena, FAULT_UNSUPPORTED,
	    "the mail server does not say where it put a message");
}

static const char *
unless_default(const struct imap *imap, const char *wire)
{
	return text_equal(wire, imap_private_name(imap)) ? NULL : wire;
}

/* The folder of the ledger; a mailbox may be without it. */
static const struct fault *
make_ledger(struct imap *imap, struct arena *arena,
    struct ledger_place *ledger)
{
	struct private_folder	 folder;
	const struct fault	*bad;
	const char		*usual;

	*ledger = (struct ledger_place){ .uidvalidity = 0 };
	bad = private_make(imap, arena, PRIVATE_LEDGER, &folder);
	if (bad != NULL)
		return imap_is_usable(imap) ? NULL : bad;
	if (folder.uidvalidity <= 0)
		return NULL;
	usual = ledger_wire(arena, ledger, imap_private_name(imap));
	ledger->uidvalidity = folder.uidvalidity;
	if (!text_equal(folder.wire, usual))
		ledger->folder = folder.wire;
	return NULL;
}

const struct fault *
card_keep(struct imap *imap, struct arena *arena,
    const struct card_owner *owner, const struct card *wanted,
    struct card_kept *kept)
{
	struct card		 card = *wanted;
	struct private_folder	 folder;
	const struct fault	*bad;
	struct appended		 made;

	*kept = (struct card_kept){ .ledger = { .uidvalidity = 0 } };
	card.grant = base64_write_url(arena, digest_random(arena,
	    GRANT_BYTES));
	if (make_mac(arena, owner, keys_newest(owner->keys), "") == NULL)
		return fault_make(arena, FAULT_UNSUPPORTED,
		    "there is no key for cards here");
	bad = private_make(imap, arena, PRIVATE_ROOT, &folder);
	if (bad != NULL || (bad = make_ledger(imap, arena,
	    &kept->ledger)) != NULL)
		return bad;
	made.wire = folder.wire;
	if ((bad = append(imap, arena, owner, &card, &made)) != NULL)
		return bad;
	kept->card = (struct card_place){ .grant = card.grant,
	    .uidvalidity = made.uidvalidity, .uid = made.uid,
	    .folder = unless_default(imap, folder.wire) };
	return read_back(imap, arena, owner, &kept->card);
}

static const struct imap_command *
queue_list(struct imap *imap, struct arena *arena, struct uids uids)
{
	struct buf	 text;

	buf_start(&text, arena);
	buf_text(&text, "UID FETCH ");
	imap_uid_set(&text, uids);
	buf_format(&text, " (UID FLAGS %s)", card_items);
	return imap_queue(imap, arena, &text);
}

/* The cards among those messages, the newest first. */
static const struct fault *
take_cards(struct imap *imap, struct arena *arena,
    const struct card_owner *owner, struct uids uids,
    struct card_found *found, size_t *len)
{
	const struct imap_command	*fetched;
	const struct imap_message	*message;
	const struct fault		*bad;
	struct card_place		 place = { .grant = NULL };
	size_t				 i;

	fetched = queue_list(imap, arena, uids);
	if ((bad = imap_run(imap)) != NULL ||
	    (bad = imap_command_fault(arena, fetched,
	    "show the messages of ours")) != NULL)
		return bad;
	place.uidvalidity = imap_box(imap)->uidvalidity;
	place.folder = unless_default(imap, arena_text(arena,
	    imap_box(imap)->name));
	for (i = 0; i < uids.len; i++) {
		message = imap_find_message(&fetched->replies, uids.at[i]);
		if (message == NULL || imap_has_flag(message->flags,
		    "\\Deleted") || !card_read(arena, owner, message,
		    &found[*len].card))
			continue;
		place.uid = uids.at[i];
		place.grant = found[*len].card.grant;
		found[(*len)++].place = place;
	}
	return NULL;
}

const struct fault *
card_list(struct imap *imap, struct arena *arena,
    const struct card_owner *owner, struct card_found **found, size_t *len)
{
	const struct imap_command	*search;
	const struct fault		*bad;
	struct private_folder		 folder;
	struct uids			 uids, some;
	struct buf			 text;

	*len = 0;
	bad = private_find(imap, arena, PRIVATE_ROOT, &folder);
	if (bad != NULL || !folder.there || folder.messages == 0)
		return bad;
	imap_forget_folder(imap);
	(void)imap_queue_open(imap, arena, folder.wire, false);
	buf_start(&text, arena);
	buf_text(&text, "UID SEARCH UNDELETED HEADER " GRANT_FIELD " v1");
	search = imap_queue(imap, arena, &text);
	if ((bad = imap_run(imap)) != NULL || (bad = imap_command_fault(arena,
	    search, "look for the messages of ours")) != NULL)
		return bad;
	uids = imap_set_newest(arena, search->replies.found, LIST_LOOK);
	*found = arena_array(arena, CARD_LIST_MOST + LIST_BATCH,
	    sizeof(**found));
	/* What looks like a card may be anybody's, and hides none of ours. */
	for (; bad == NULL && uids.len > 0 && *len < CARD_LIST_MOST;
	    uids.at += some.len, uids.len -= some.len) {
		some = uids;
		some.len = uids.len < LIST_BATCH ? uids.len : LIST_BATCH;
		bad = take_cards(imap, arena, owner, some, *found, len);
	}
	*len = *len < CARD_LIST_MOST ? *len : CARD_LIST_MOST;
	return bad;
}

/* All in this folder is ours, so that a plain EXPUNGE, where there is no
 * other, takes nothing of anybody's. */
static const struct fault *
delete(struct imap *imap, struct arena *arena, uint32_t uid)
{
	const struct fault	*bad;
	struct change		 change = { 0 };
	struct uids		 one = { &uid, 1 };
	struct buf		 text;
	const char		*trash;

	if (imap_can(imap, IMAP_CAN_GMAIL) && folder_wire_name(imap, arena,
	    "\\Trash", &trash) == NULL)
		return change_move(imap, arena, one, trash, &change);
	bad = change_delete(imap, arena, one, &change);
	if (bad != NULL || !change.remains)
		return bad;
	buf_start(&text, arena);
	buf_text(&text, "EXPUNGE");
	(void)imap_queue(imap, arena, &text);
	return imap_run(imap);
}

const struct fault *
card_remove(struct imap *imap, struct arena *arena,
    const struct card_place *place)
{
	const struct imap_message	*message;
	const struct fault		*bad;
	struct texts			 words;

	if (card_folder(imap, place) == NULL)
		return fault_make(arena, FAULT_UNSUPPORTED,
		    "this server keeps nothing in mailboxes");
	bad = fetch(imap, arena, place, true, &message);
	if (bad != NULL)
		return bad->kind == FAULT_FOLDER ? NULL : bad;
	if (message == NULL)
		return NULL;
	words = notice_words(arena, message, GRANT_FIELD, WORDS);
	if (words.len == 0 || !text_equal(words.at[1], place->grant))
		return NULL;
	return delete(imap, arena, (uint32_t)place->uid);
}
