#include "mail/notice.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "crypt/digest.h"
#include "crypt/keys.h"
#include "data/base64.h"
#include "data/field.h"
#include "mail/account.h"
#include "mail/address.h"
#include "mail/append.h"
#include "mail/compose_header.h"
#include "mail/header.h"
#include "mail/imap_quote.h"
#include "mail/imap_session.h"

enum { LINE_CHARS = 76 };	/* of base64 */

static const char	 version[] = "v1";

const char *
notice_mac(struct arena *arena, const struct keys *keys, const char *kid,
    const char *purpose, const struct account *account,
    const char *something)
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
	    DIGEST_SHA256, key, buf_view(&text))), NOTICE_MAC_CHARS);
}

const char *
notice_field(struct arena *arena, const struct imap_message *message,
    const char *name)
{
	const struct imap_section	*section;

	for (section = message->sections; section != NULL;
	    section = section->next)
		if (text_starts_case(section->section, "HEADER"))
			return header_find(header_fields(arena,
			    section->content), name);
	return NULL;
}

struct texts
notice_words(struct arena *arena, const struct imap_message *message,
    const char *field, size_t count)
{
	struct texts	 words = { NULL, 0 };
	const char	*value;

	if ((value = notice_field(arena, message, field)) != NULL)
		words = text_split(arena, value, " \t");
	if (words.len != count || !text_equal(words.at[0], version))
		words.len = 0;
	return words;
}

static void
write_from(struct buf *buf, const struct notice *notice)
{
	struct address	 from = { notice->name, notice->address };

	if (from.address == NULL || !text_is_ascii(from.address)) {
		from.address = "postern@postern.invalid";
		if (from.name == NULL)
			from.name = "Postern";
	}
	compose_header_addresses(buf, "From", (struct objects){ &from, 1 });
}

/* Its lines are short, and it is all ASCII. */
const char *
notice_write(struct arena *arena, const struct notice *notice)
{
	const char	*coded;
	struct buf	 buf;
	size_t		 at, len;

	buf_start(&buf, arena);
	write_from(&buf, notice);
	compose_header_text(&buf, "Subject", notice->subject);
	buf_format(&buf, "Date: %s\r\nMessage-ID: <%s>\r\n"
	    "Auto-Submitted: auto-generated\r\n%s", clock_rfc5322(arena,
	    (struct moment){ clock_now(), 0 }), notice->id, notice->fields);
	buf_text(&buf, "MIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: base64\r\n\r\n");
	coded = base64_write(arena, bytes_of(notice->text));
	for (at = 0, len = strlen(coded); at < len; at += LINE_CHARS) {
		buf_bytes(&buf, bytes_slice(bytes_of(coded), at, LINE_CHARS));
		buf_text(&buf, "\r\n");
	}
	return buf_string(&buf);
}

static const struct imap_command *
queue_append(struct imap *imap, struct arena *arena, const char *wire,
    const char *message)
{
	struct buf	 text;

	buf_start(&text, arena);
	buf_text(&text, "APPEND ");
	imap_astring(&text, wire);
	buf_text(&text, " (\\Seen) ");
	imap_string(&text, message);
	return imap_queue(imap, arena, &text);
}

/* It is opened first, since Courier takes nothing for a folder that the same
 * session has open for reading. */
const struct fault *
notice_append(struct imap *imap, struct arena *arena, const char *wire,
    const char *message, struct appended *made)
{
	const struct imap_command	*opened, *command;
	const struct fault		*bad;

	*made = (struct appended){ .wire = wire };
	opened = imap_queue_open(imap, arena, wire, true);
	if ((bad = imap_run(imap)) != NULL)
		return bad;
	if (opened != NULL && (bad = imap_command_fault(arena, opened,
	    "open its folder")) != NULL)
		return bad;
	command = queue_append(imap, arena, wire, message);
	if ((bad = imap_run(imap)) != NULL || (bad = imap_command_fault(arena,
	    command, "keep a message of ours")) != NULL)
		return bad;
	if (command->replies.copy_to.len == 1) {
		made->uid = command->replies.copy_to.at[0];
		made->uidvalidity = command->replies.copy_validity;
	}
	return NULL;
}
