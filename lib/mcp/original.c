#include "mcp/original.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "mail/header.h"
#include "mail/html_safe.h"
#include "mail/imap_session.h"
#include "mail/relation.h"
#include "mcp/body.h"
#include "mcp/call.h"

enum {
	/* Of a long thread its first and its last ids are kept. */
	REFERENCES_MOST = 30
};

/* RFC 5322 3.6.4: In-Reply-To stands in for References if it names one. */
static struct texts
read_references(struct arena *arena, struct pairs fields)
{
	struct texts	 ids;

	ids = header_ids(arena, header_find(fields, "References"));
	if (ids.len > 0)
		return ids;
	ids = header_ids(arena, header_find(fields, "In-Reply-To"));
	return ids.len == 1 ? ids : (struct texts){ 0 };
}

static void
fill(struct call *call, const struct imap_message *message,
    struct original *original)
{
	struct quoting	*quoting = &original->quoting;
	struct pairs	 fields;
	struct texts	 ids;

	fields = relation_fields(call->arena, message);
	audience_read(call->arena, fields, &original->people);
	ids = header_ids(call->arena, header_find(fields, "Message-ID"));
	original->message_id = ids.len == 0 ? NULL : ids.at[0];
	original->references = read_references(call->arena, fields);
	original->body = message->body;
	original->size = message->size;
	quoting->from = original->people.from;
	quoting->to = original->people.to;
	quoting->cc = original->people.cc;
	quoting->subject = header_decode(call->arena,
	    header_find(fields, "Subject"));
	quoting->text = "";
	quoting->has_date = header_find(fields, "Date") != NULL &&
	    header_date(header_find(fields, "Date"), &quoting->date);
	if (!quoting->has_date && message->has_received) {
		quoting->date = message->received;
		quoting->has_date = true;
	}
}

const struct fault *
original_fetch(struct call *call, const char *folder, int64_t uid,
    int64_t uidvalidity, struct original *original)
{
	const struct imap_command	*command;
	const struct imap_message	*message;
	const struct imap_box		*box;
	const struct fault		*bad;
	struct buf			 text;

	*original = (struct original){ .uid = (uint32_t)uid };
	bad = call_open(call, folder, false, uidvalidity, &box);
	if (bad != NULL)
		return bad;
	original->wire = arena_text(call->arena, box->name);
	original->uidvalidity = box->uidvalidity;
	buf_start(&text, call->arena);
	buf_format(&text, "UID FETCH %lu (UID INTERNALDATE RFC822.SIZE "
	    "BODYSTRUCTURE BODY.PEEK[HEADER.FIELDS (" AUDIENCE_FIELDS " DATE "
	    "SUBJECT MESSAGE-ID IN-REPLY-TO REFERENCES)]<0.%d>)",
	    (unsigned long)original->uid, ORIGINAL_HEADER_BYTES);
	command = imap_queue(call->imap, call->arena, &text);
	if ((bad = imap_run(call->imap)) != NULL ||
	    (bad = imap_command_fault(call->arena, command,
	    "read the message")) != NULL)
		return bad;
	message = imap_find_message(&command->replies, original->uid);
	if (message == NULL)
		return fault_make(call->arena, FAULT_MESSAGE,
		    "there is no message with UID %lu in %s",
		    (unsigned long)original->uid,
		    folder_decode(call->arena, original->wire));
	fill(call, message, original);
	return NULL;
}

const struct fault *
original_read(struct call *call, struct original *original, bool html,
    size_t most)
{
	const struct fault	*bad;
	struct body_fetch	 plain = { .uid = original->uid,
				    .form = BODY_TEXT, .most = most };
	struct body_fetch	 rich = { .uid = original->uid,
				    .form = BODY_HTML, .most = most };
	struct body		 body;
	struct html_safe	 safe;

	if (original->body == NULL)
		return NULL;
	body_queue(call, original->body, &plain);
	if (html)
		body_queue(call, original->body, &rich);
	if ((bad = imap_run(call->imap)) != NULL ||
	    (bad = body_read(call, &plain, &body)) != NULL)
		return bad;
	original->quoting.text = body.text;
	original->is_cut = body.is_cut;
	if (!html)
		return NULL;
	if ((bad = body_read(call, &rich, &body)) != NULL)
		return bad;
	original->is_cut = original->is_cut || body.is_cut;
	if (!body.is_html)
		return NULL;
	html_safe(call->arena, body.text, 0, &safe);
	original->quoting.html = safe.shown.text;
	return NULL;
}

/* What the other refers to, and the other itself. */
static struct texts
continue_ids(struct arena *arena, struct texts ids, const char *last)
{
	struct texts	 kept = { 0 };
	size_t		 i, from;

	from = ids.len < REFERENCES_MOST ? 0 : ids.len - REFERENCES_MOST + 2;
	if (from > 0)
		texts_add(arena, &kept, ids.at[0]);
	for (i = from; i < ids.len; i++)
		if (!text_equal(ids.at[i], last))
			texts_add(arena, &kept, ids.at[i]);
	texts_add(arena, &kept, last);
	return kept;
}

void
original_continue(struct call *call, const struct original *original,
    struct compose *compose)
{
	if (original->message_id == NULL)
		return;
	compose->in_reply_to = original->message_id;
	compose->references = continue_ids(call->arena,
	    original->references, original->message_id);
}
