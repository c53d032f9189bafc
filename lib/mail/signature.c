#include "mail/signature.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/text.h"
#include "crypt/digest.h"
#include "crypt/keys.h"
#include "data/base64.h"
#include "data/utf8.h"
#include "mail/account.h"
#include "mail/change.h"
#include "mail/header.h"
#include "mail/imap_quote.h"
#include "mail/imap_session.h"
#include "mail/part.h"
#include "mail/part_decode.h"
#include "mail/private.h"

enum {
	MAC_CHARS = 32,			/* hexadecimal digits of each MAC */
	ID_BYTES = 16,
	LINE_CHARS = 76,		/* of base64 */
	BODY_BYTES = 4 * SIGNATURE_BYTES,	/* read of a message */
	LOOKED_AT = 4,			/* messages, the newest */
	FOUND_MOST = 100,		/* removed at once */
	WORDS = 4			/* of the header */
};

static const char	 header_name[] = "X-Postern-Signature";
static const char	 purpose[] = "signature";

/* A MAC of the account and something of it; NULL where there is no key. */
static const char *
make_mac(struct arena *arena, const struct keys *keys, const char *kid,
    const struct account *account, const char *something)
{
	struct bytes	 key;
	struct buf	 text;

	key = keys_derive(arena, keys, kid, purpose);
	if (key.at == NULL)
		return NULL;
	buf_start(&text, arena);
	buf_text(&text, account_identity(arena, account));
	buf_byte(&text, '\0');
	buf_text(&text, something);
	return arena_copy(arena, digest_hex(arena, digest_hmac(arena,
	    DIGEST_SHA256, key, buf_view(&text))), MAC_CHARS);
}

/* The word by which the server finds ours: nobody else can know it. */
static const char *
make_tag(struct arena *arena, const struct keys *keys, const char *kid,
    const struct account *account)
{
	return make_mac(arena, keys, kid, account, "tag");
}

static const char *
mac_text(struct arena *arena, const struct keys *keys, const char *kid,
    const struct account *account, const char *text)
{
	return make_mac(arena, keys, kid, account, text_format(arena,
	    "text %s", text));
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

/* The newest messages found, at most; a server's list is in any order. */
static struct uids
keep_newest(struct arena *arena, struct uids found, size_t most)
{
	struct uids	 kept;
	size_t		 i, k;

	kept.at = arena_array(arena, most, sizeof(*kept.at));
	for (i = kept.len = 0; i < found.len; i++) {
		for (k = kept.len; k > 0 && kept.at[k - 1] < found.at[i]; k--)
			if (k < most)
				kept.at[k] = kept.at[k - 1];
		if (k < most)
			kept.at[k] = found.at[i];
		kept.len += k < most && kept.len < most ? 1 : 0;
	}
	return kept;
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
find_header(struct arena *arena, const struct imap_message *message)
{
	const struct imap_section	*section;

	for (section = message->sections; section != NULL;
	    section = section->next)
		if (text_starts_case(section->section, "HEADER"))
			return header_find(header_fields(arena,
			    section->content), header_name);
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

/* The text of one whose MAC is right, else NULL. */
static const char *
prove(struct arena *arena, const struct keys *keys,
    const struct account *account, const struct imap_message *message)
{
	struct texts	 words;
	const char	*header, *text, *mac;

	header = find_header(arena, message);
	text = find_text(arena, message);
	if (header == NULL || text == NULL)
		return NULL;
	words = text_split(arena, header, " \t");
	if (words.len != WORDS || !text_equal(words.at[0], "v1"))
		return NULL;
	mac = mac_text(arena, keys, words.at[1], account, text);
	return mac != NULL && bytes_equal_secret(bytes_of(mac),
	    bytes_of(words.at[3])) ? text : NULL;
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
    const struct account *account, struct uids uids, const char **found)
{
	const struct imap_command	*fetch;
	const struct imap_message	*message;
	const struct fault		*bad;
	struct buf			 text;
	size_t				 i;

	buf_start(&text, arena);
	buf_text(&text, "UID FETCH ");
	imap_uid_set(&text, uids);
	buf_format(&text, " (UID BODYSTRUCTURE BODY.PEEK[HEADER.FIELDS (%s)] "
	    "BODY.PEEK[1]<0.%d>)", header_name, BODY_BYTES);
	fetch = imap_queue(imap, arena, &text);
	if ((bad = imap_run(imap)) != NULL)
		return bad;
	for (i = 0; i < uids.len && *found == NULL; i++) {
		message = imap_find_message(&fetch->replies, uids.at[i]);
		if (message != NULL)
			*found = prove(arena, keys, account, message);
	}
	return NULL;
}

const struct fault *
signature_find(struct imap *imap, struct arena *arena,
    const struct keys *keys, const struct account *account,
    struct signature *signature)
{
	const struct fault	*bad;
	struct private_folder	 folder;
	struct uids		 found;

	*signature = (struct signature){ NULL, NULL };
	if (imap_private_name(imap) == NULL)
		return NULL;
	bad = private_find(imap, arena, PRIVATE_ROOT, &folder);
	if (bad != NULL || !folder.there || folder.messages == 0)
		return bad;
	/* What came since it was opened is not seen otherwise. */
	imap_forget_folder(imap);
	(void)imap_queue_open(imap, arena, folder.wire, false);
	if ((bad = find_all(imap, arena, keys, account, &found)) != NULL)
		return bad;
	found = keep_newest(arena, found, LOOKED_AT);
	if (found.len == 0)
		return NULL;
	bad = read_newest(imap, arena, keys, account, found,
	    &signature->text);
	if (signature->text != NULL)
		signature->html = make_html(arena, signature->text);
	return bad;
}

/* The message; its lines are short, and it is all ASCII. */
static const char *
compose(struct arena *arena, const struct keys *keys,
    const struct account *account, const char *text)
{
	const char	*kid = keys_newest(keys), *coded;
	struct buf	 buf;
	size_t		 at, len;

	buf_start(&buf, arena);
	if (text_is_ascii(account->address))
		buf_format(&buf, "From: <%s>\r\n", account->address);
	else
		buf_text(&buf, "From: Postern <postern@localhost>\r\n");
	buf_text(&buf, "Subject: Your signature (delete this message to have "
	    "none)\r\n");
	buf_format(&buf, "Date: %s\r\nMessage-ID: <s.%s@postern.invalid>\r\n",
	    clock_rfc5322(arena, (struct moment){ clock_now(), 0 }),
	    digest_hex(arena, digest_random(arena, ID_BYTES)));
	buf_format(&buf, "Auto-Submitted: auto-generated\r\n"
	    "%s: v1 %s %s\r\n %s\r\n", header_name, kid,
	    make_tag(arena, keys, kid, account),
	    mac_text(arena, keys, kid, account, text));
	buf_text(&buf, "MIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: base64\r\n\r\n");
	coded = base64_write(arena, bytes_of(text));
	for (at = 0, len = strlen(coded); at < len; at += LINE_CHARS) {
		buf_bytes(&buf, bytes_slice(bytes_of(coded), at, LINE_CHARS));
		buf_text(&buf, "\r\n");
	}
	return buf_string(&buf);
}

static const struct fault *
append(struct imap *imap, struct arena *arena, const char *wire,
    const char *message)
{
	const struct imap_command	*command;
	const struct fault		*bad;
	struct buf			 text;

	buf_start(&text, arena);
	buf_text(&text, "APPEND ");
	imap_astring(&text, wire);
	buf_text(&text, " (\\Seen) ");
	imap_string(&text, message);
	command = imap_queue(imap, arena, &text);
	if ((bad = imap_run(imap)) != NULL)
		return bad;
	return imap_command_fault(arena, command, "keep the signature");
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
	found = keep_newest(arena, found, FOUND_MOST);
	if (found.len < 2)
		return NULL;
	found.at++;
	found.len--;
	return change_delete(imap, arena, found, &change);
}

const struct fault *
signature_keep(struct imap *imap, struct arena *arena,
    const struct keys *keys, const struct account *account, const char *text)
{
	const struct imap_command	*opened;
	const struct fault		*bad;
	struct private_folder		 folder;

	text = clean(arena, text);
	if (strlen(text) > SIGNATURE_BYTES)
		return fault_make(arena, FAULT_ARGUMENT,
		    "a signature has at most %d bytes", SIGNATURE_BYTES);
	if (make_tag(arena, keys, keys_newest(keys), account) == NULL)
		return fault_make(arena, FAULT_UNSUPPORTED,
		    "there is no key for signatures here");
	bad = private_make(imap, arena, PRIVATE_ROOT, &folder);
	if (bad != NULL)
		return bad;
	opened = imap_queue_open(imap, arena, folder.wire, true);
	if ((bad = imap_run(imap)) != NULL)
		return bad;
	if (opened != NULL && (bad = imap_command_fault(arena, opened,
	    "open its folder")) != NULL)
		return bad;
	bad = append(imap, arena, folder.wire, compose(arena, keys, account,
	    text));
	return bad != NULL ? bad : remove_older(imap, arena, keys, account,
	    folder.wire);
}
