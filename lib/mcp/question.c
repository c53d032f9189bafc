#include "mcp/question.h"

#include "base/arena.h"
#include "base/buf.h"
#include "crypt/digest.h"
#include "data/utf8.h"
#include "mail/address.h"
#include "mail/folder.h"
#include "mail/imap_quote.h"
#include "mail/imap_session.h"
#include "mcp/call.h"

void
question_row(struct call *call, struct pairs *rows, const char *name,
    const char *value)
{
	struct pair	*grown;
	size_t		 i;

	if (text_is_empty(value))
		return;
	grown = arena_array(call->arena, rows->len + 1, sizeof(*grown));
	for (i = 0; i < rows->len; i++)
		grown[i] = rows->at[i];
	grown[rows->len].name = name;
	grown[rows->len++].value = utf8_clean_line(call->arena,
	    bytes_of(value));
	rows->at = grown;
}

void
question_messages(struct call *call, struct question *question,
    struct uids uids)
{
	const struct imap_box	*box = imap_box(call->imap);
	struct buf		 set;

	buf_start(&set, call->arena);
	imap_uid_set(&set, uids);
	question_row(call, &question->rows, "Folder",
	    folder_decode(call->arena, box->name));
	if (uids.len > 1)
		question_row(call, &question->rows, "Messages",
		    text_format(call->arena, "%zu", uids.len));
	question_row(call, &question->rows, uids.len == 1 ? "UID" : "UIDs",
	    buf_string(&set));
	question->bind = text_format(call->arena, "%lu",
	    (unsigned long)box->uidvalidity);
}

/* All of them count for the digest; what can't be shown is told as a number
 * beside a digest, so that none can be exchanged unseen. */
void
question_addresses(struct call *call, struct question *question,
    const char *name, struct objects addresses)
{
	const struct address	*list = addresses.at;
	struct texts		 named = { NULL, 0 }, rest = { NULL, 0 };
	size_t			 i;

	for (i = 0; i < addresses.len; i++)
		texts_add(call->arena, i < QUESTION_NAMED_MOST ? &named :
		    &rest, list[i].address);
	if (rest.len > 0) {
		texts_add(call->arena, &named, text_format(call->arena,
		    "and %zu more", rest.len));
		question->bind = text_format(call->arena, "%s\n%s",
		    question->bind == NULL ? "" : question->bind,
		    texts_join(call->arena, rest, ","));
	}
	question_row(call, &question->rows, name,
	    texts_join(call->arena, named, ", "));
}

const char *
question_text(struct call *call, const struct question *question)
{
	struct buf	 text;
	size_t		 i;

	buf_start(&text, call->arena);
	buf_text(&text, question->sentence);
	for (i = 0; i < question->rows.len; i++)
		buf_format(&text, "\n%s: %s", question->rows.at[i].name,
		    question->rows.at[i].value);
	return buf_string(&text);
}

const char *
question_digest(struct call *call, const struct question *question)
{
	const char	*all;

	all = text_format(call->arena, "%s\n\n%s",
	    question_text(call, question),
	    question->bind == NULL ? "" : question->bind);
	return digest_hex(call->arena, digest(call->arena, DIGEST_SHA256,
	    bytes_of(all)));
}
