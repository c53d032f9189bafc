#include "mcp/draft_question.h"

#include "base/arena.h"
#include "base/buf.h"
#include "crypt/digest.h"
#include "mail/address_lenient.h"
#include "mail/draft.h"
#include "mail/header.h"
#include "mail/imap_session.h"
#include "mail/part.h"
#include "mcp/call.h"
#include "mcp/confirm.h"
#include "mcp/confirm_draft.h"
#include "mcp/confirm_link.h"
#include "mcp/draft_text.h"
#include "mcp/outgoing_ask.h"
#include "mcp/question.h"

/* Messages do not change: its start and its size tell it from another that a
 * server put in its place. */
static void
bind_content(struct call *call, const struct imap_message *message,
    struct question *question)
{
	const struct imap_section	*section;

	section = imap_find_section(message, "");
	question->bind = text_format(call->arena, "%s\n%lu\n%s",
	    question->bind, (unsigned long)message->size, section == NULL ?
	    "" : digest_hex(call->arena, digest(call->arena, DIGEST_SHA256,
	    bytes_slice(section->content, 0, DRAFT_START_BYTES))));
}

static const char *
file_names(struct call *call, const struct part *body)
{
	struct part_list	 list = { .len = 0 };
	struct texts		 names = { NULL, 0 };
	const char		*name;
	size_t			 i;

	if (body != NULL)
		part_list_attachments(body, &list);
	for (i = 0; i < list.len; i++) {
		name = part_filename(call->arena, list.at[i]);
		texts_add(call->arena, &names, name == NULL ? "unnamed" :
		    name);
	}
	if (list.more > 0)
		texts_add(call->arena, &names, text_format(call->arena,
		    "and %zu more", list.more));
	return texts_join(call->arena, names, ", ");
}

static const char *
subject_of(struct call *call, const struct draft *draft)
{
	return header_decode(call->arena, header_find(header_fields(
	    call->arena, draft->header), "Subject"));
}

/* Where a draft lies that was kept for this question says nothing to anybody:
 * it is only bound to it. */
static void
name_place(struct call *call, uint32_t uid, struct question *question)
{
	const struct imap_box	*box = imap_box(call->imap);

	if (call->confirm == NULL || call->confirm->draft == NULL)
		question_messages(call, question, (struct uids){ &uid, 1 });
	else
		question->bind = text_format(call->arena, "%s\n%lu\n%lu",
		    box->name, (unsigned long)box->uidvalidity,
		    (unsigned long)uid);
}

const struct fault *
draft_question(struct call *call, const struct imap_message *message,
    const struct draft *draft, struct question **result)
{
	const struct confirm	*confirm = call->confirm;
	struct question		*question;
	uint32_t		 uid = message->uid;

	question = arena_take(call->arena, sizeof(*question));
	question->kinds = confirm != NULL && confirm->draft != NULL ?
	    confirm->draft->kind : "send";
	question->sentence = outgoing_sentence(question->kinds);
	name_place(call, uid, question);
	question_addresses(call, question, "To", draft->to);
	question_addresses(call, question, "Cc", draft->cc);
	question_addresses(call, question, "Bcc", draft->bcc);
	bind_content(call, message, question);
	question_addresses(call, question, "Answers to", address_read_lenient(
	    call->arena, header_find(header_fields(call->arena,
	    draft->header), "Reply-To")));
	question_row(call, &question->shown, "From", draft->from.address);
	draft_text_time(call, confirm_draft_time(confirm == NULL ? NULL :
	    confirm->draft), &question->shown);
	question_row(call, &question->shown, "Subject",
	    subject_of(call, draft));
	question_row(call, &question->shown, "Attachments",
	    file_names(call, message->body));
	*result = question;
	return confirm == NULL || !confirm->looks ? NULL :
	    draft_text(call, message, question);
}
