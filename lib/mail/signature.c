#include "mail/signature.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "base/text.h"
#include "crypt/digest.h"
#include "crypt/keys.h"
#include "data/base64.h"
#include "data/utf8.h"
#include "mail/account.h"
#include "mail/append.h"
#include "mail/card.h"
#include "mail/change.h"
#include "mail/html.h"
#include "mail/html_safe.h"
#include "mail/imap_quote.h"
#include "mail/imap_session.h"
#include "mail/imap_set.h"
#include "mail/notice.h"
#include "mail/part.h"
#include "mail/part_decode.h"
#include "mail/private.h"

enum {
	BODY_BYTES = 4 * SIGNATURE_BYTES,	/* read of a message */
	LOOKED_AT = 4,			/* messages, the newest */
	FOUND_MOST = 100,		/* removed at once */
	WORDS = 4,			/* of the header */
	FOLD_CHARS = 72			/* of base64 on a line */
};

static const char	 header_name[] = "X-Postern-Signature";
static const char	 html_name[] = "X-Postern-Signature-HTML";
static const char	 purpose[] = "signature";

/* The word by which the server finds ours: nobody else can know it. */
static const char *
make_tag(struct arena *arena, const struct keys *keys, const char *kid,
    const struct account *account)
{
	return notice_mac(arena, keys, kid, purpose, account, "tag");
}

static const char *
mac_both(struct arena *arena, const struct keys *keys, const char *kid,
    const struct account *account, const struct signature *signature)
{
	return notice_mac(arena, keys, kid, purpose, account,
	    signature->html == NULL ?
	    text_format(arena, "text %s", signature->text) :
	    text_format(arena, "both %zu %s%s", strlen(signature->text),
	    signature->text, signature->html));
}

/* UID SEARCH for what any of the keys has made. */
static const struct imap_command *
queue_search(struct imap *imap, struct arena *arena, const struct keys *keys,
    const struct account *account)
{
	struct texts	 tags = { NULL, 0 };
	const char	*kid, *tag;
	struct buf	 text;
	size_t		 i;

	for (i = 0; (kid = keys_kid(keys, i)) != NULL; i++)
		if ((tag = make_tag(arena, keys, kid, account)) != NULL)
			texts_add(arena, &tags, tag);
	if (tags.len == 0)
		texts_add(arena, &tags, "-");
	buf_start(&text, arena);
	buf_text(&text, "UID SEARCH UNDELETED");
	for (i = 0; i < tags.len; i++)
		buf_format(&text, "%s HEADER %s %s", i + 1 < tags.len ? " OR" :
		    "", header_name, tags.at[i]);
	return imap_queue(imap, arena, &text);
}

/* Finds those in the folder that is open, or being opened. */
static const struct fault *
find_all(struct imap *imap, struct arena *arena, const struct keys *keys,
    const struct account *account, struct uids *found)
{
	const struct imap_command	*search;
	const struct fault		*bad;

	search = queue_search(imap, arena, keys, account);
	if ((bad = imap_run(imap)) != NULL)
		return bad;
	*found = search->outcome == IMAP_OK ? search->replies.found :
	    (struct uids){ NULL, 0 };
	return NULL;
}

static const char *
clean(struct arena *arena, const char *text)
{
	size_t	 len;

	text = utf8_clean(arena, bytes_of(text));
	for (len = strlen(text); len > 0 && (text[len - 1] == '\n' ||
	    text[len - 1] == ' '); len--)
		continue;
	return arena_copy(arena, text, len);
}

static const char *
find_text(struct arena *arena, const struct imap_message *message)
{
	const struct imap_section	*section;
	const struct part		*part;

	section = imap_find_section(message, "1");
	part = message->body == NULL ? NULL : part_find(message->body, "1");
	if (section == NULL || part == NULL)
		return NULL;
	return clean(arena, bytes_text(arena, part_decode(arena,
	    part->encoding, section->content)));
}

/* The HTML of its header, or NULL. */
static const char *
find_html(struct arena *arena, const struct imap_message *message)
{
	const char	*value;
	struct bytes	 html;

	value = notice_field(arena, message, html_name);
	if (value == NULL || !base64_read_lenient(arena, bytes_of(value),
	    &html))
		return NULL;
	return bytes_text(arena, html);
}

/* Reads one whose MAC is right; else its text stays NULL. */
static void
prove(struct arena *arena, const struct keys *keys,
    const struct account *account, const struct imap_message *message,
    struct signature *signature)
{
	struct signature	 read;
	struct texts		 words;
	const char		*mac;

	words = notice_words(arena, message, header_name, WORDS);
	read.text = find_text(arena, message);
	read.html = find_html(arena, message);
	if (words.len == 0 || read.text == NULL)
		return;
	mac = mac_both(arena, keys, words.at[1], account, &read);
	if (mac != NULL && bytes_equal_secret(bytes_of(mac),
	    bytes_of(words.at[3])))
		*signature = read;
}

static const char *
make_html(struct arena *arena, const char *text)
{
	struct buf	 html;

	buf_start(&html, arena);
	for (; *text != '\0'; text++) {
		switch (*text) {
		case '&':
			buf_text(&html, "&amp;");
			break;
		case '<':
			buf_text(&html, "&lt;");
			break;
		case '>':
			buf_text(&html, "&gt;");
			break;
		case '"':
			buf_text(&html, "&quot;");
			break;
		case '\n':
			buf_text(&html, "<br>\r\n");
			break;
		default:
			buf_byte(&html, (unsigned char)*text);
		}
	}
	return buf_string(&html);
}

/* The newest of them that proves to be ours. */
static const struct fault *
read_newest(struct imap *imap, struct arena *arena, const struct keys *keys,
    const struct account *account, struct uids uids,
    struct signature *found)
{
	const struct imap_command	*fetch;
	const struct imap_message	*message;
	const struct fault		*bad;
	struct buf			 text;
	size_t				 i;

	buf_start(&text, arena);
	buf_text(&text, "UID FETCH ");
	imap_uid_set(&text, uids);
	buf_format(&text, " (UID BODYSTRUCTURE BODY.PEEK[HEADER.FIELDS (%s "
	    "%s)] BODY.PEEK[1]<0.%d>)", header_name, html_name, BODY_BYTES);
	fetch = imap_queue(imap, arena, &text);
	if ((bad = imap_run(imap)) != NULL)
		return bad;
	for (i = 0; i < uids.len && found->text == NULL; i++) {
		message = imap_find_message(&fetch->replies, uids.at[i]);
		if (message != NULL)
			prove(arena, keys, account, message, found);
	}
	return NULL;
}

/* Where it is: beside the card, if there is one, which is proved by the same
 * flight that looks; else *wire is NULL where there is none. */
static const struct fault *
find_place(struct imap *imap, struct arena *arena,
    const struct account *account, const char **wire)
{
	const struct fault	*bad;
	struct private_folder	 folder;

	if (account->card.at != NULL) {
		*wire = card_folder(imap, account->card.at);
		if (*wire != NULL && private_covers(imap, arena, *wire))
			return NULL;
	}
	bad = private_find(imap, arena, PRIVATE_ROOT, &folder);
	*wire = bad == NULL && folder.there && folder.messages != 0 ?
	    folder.wire : NULL;
	return bad;
}

const struct fault *
signature_find(struct imap *imap, struct arena *arena,
    const struct keys *keys, const struct account *account,
    struct signature *signature)
{
	const struct fault	*bad;
	const char		*wire;
	struct uids		 found;

	*signature = (struct signature){ NULL, NULL };
	if (imap_private_name(imap) == NULL)
		return NULL;
	bad = find_place(imap, arena, account, &wire);
	if (bad != NULL || wire == NULL)
		return bad;
	/* What came since it was opened is not seen otherwise. */
	imap_forget_folder(imap);
	(void)imap_queue_open(imap, arena, wire, false);
	if ((bad = find_all(imap, arena, keys, account, &found)) != NULL)
		return bad;
	found = imap_set_newest(arena, found, LOOKED_AT);
	if (found.len == 0)
		return NULL;
	bad = read_newest(imap, arena, keys, account, found, signature);
	if (signature->text != NULL && signature->html == NULL)
		signature->html = make_html(arena, signature->text);
	return bad;
}

/* The field of the user's own HTML, folded. */
static const char *
write_html(struct arena *arena, const char *html)
{
	const char	*base64;
	struct buf	 field;

	if (html == NULL)
		return "";
	base64 = base64_write(arena, bytes_of(html));
	buf_start(&field, arena);
	buf_format(&field, "%s:", html_name);
	for (; *base64 != '\0'; base64 += strnlen(base64, FOLD_CHARS))
		buf_format(&field, "\r\n %.*s", FOLD_CHARS, base64);
	buf_text(&field, "\r\n");
	return buf_string(&field);
}

static const char *
compose(struct arena *arena, const struct keys *keys,
    const struct account *account, const struct signature *signature)
{
	const char	*kid = keys_newest(keys);
	struct notice	 notice = {
		.address = account->address, .text = signature->text,
		.subject = "Your signature (delete this message to have none)"
	};

	notice.id = text_format(arena, "s.%s@postern.invalid",
	    digest_hex(arena, digest_random(arena, NOTICE_ID_BYTES)));
	notice.fields = text_format(arena, "%s: v1 %s %s\r\n %s\r\n%s",
	    header_name, kid, make_tag(arena, keys, kid, account),
	    mac_both(arena, keys, kid, account, signature),
	    write_html(arena, signature->html));
	return notice_write(arena, &notice);
}

/* Removes all but the newest. */
static const struct fault *
remove_older(struct imap *imap, struct arena *arena, const struct keys *keys,
    const struct account *account, const char *wire)
{
	const struct fault	*bad;
	struct change		 change = { 0 };
	struct uids		 found;

	/* What was appended to an open folder may not show before it is
	 * opened again. */
	imap_forget_folder(imap);
	(void)imap_queue_open(imap, arena, wire, true);
	if ((bad = find_all(imap, arena, keys, account, &found)) != NULL)
		return bad;
	found = imap_set_newest(arena, found, FOUND_MOST);
	if (found.len < 2)
		return NULL;
	found.at++;
	found.len--;
	return change_delete(imap, arena, found, &change);
}

static const struct fault *
make_from_html(struct arena *arena, const char *typed, struct signature *made)
{
	struct html_options	 options = { 0 };
	struct html_safe	 safe;
	struct html_text	 text;

	html_safe(arena, utf8_clean(arena, bytes_of(typed)), 0, &safe);
	made->html = text_trim(arena, safe.shown.text);
	html_to_text(arena, made->html, &options, &text);
	if (text_is_empty(text_trim(arena, text.text)))
		return fault_make(arena, FAULT_ARGUMENT,
		    "nothing of the HTML can be shown in a mail");
	if (made->text == NULL)
		made->text = clean(arena, text.text);
	return NULL;
}

const struct fault *
signature_make(struct arena *arena, const struct signature *typed,
    struct signature *made)
{
	const struct fault	*bad = NULL;

	*made = (struct signature){ NULL, NULL };
	if (typed->text != NULL)
		made->text = clean(arena, typed->text);
	if (typed->html != NULL)
		bad = make_from_html(arena, typed->html, made);
	if (bad != NULL)
		return bad;
	if ((made->text != NULL && strlen(made->text) > SIGNATURE_BYTES) ||
	    (made->html != NULL && strlen(made->html) > SIGNATURE_BYTES))
		return fault_make(arena, FAULT_ARGUMENT,
		    "a signature has at most %d bytes", SIGNATURE_BYTES);
	return NULL;
}

const struct fault *
signature_keep(struct imap *imap, struct arena *arena,
    const struct keys *keys, const struct account *account,
    const struct signature *typed)
{
	const struct fault	*bad;
	struct private_folder	 folder;
	struct signature	 signature;
	struct appended		 made;

	if ((bad = signature_make(arena, typed, &signature)) != NULL)
		return bad;
	if (make_tag(arena, keys, keys_newest(keys), account) == NULL)
		return fault_make(arena, FAULT_UNSUPPORTED,
		    "there is no key for signatures here");
	bad = private_make(imap, arena, PRIVATE_ROOT, &folder);
	if (bad != NULL)
		return bad;
	bad = notice_append(imap, arena, folder.wire, compose(arena, keys,
	    account, &signature), &made);
	return bad != NULL ? bad : remove_older(imap, arena, keys, account,
	    folder.wire);
}
