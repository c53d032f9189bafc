#include "mcp/tool_unsubscribe.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "data/url.h"
#include "mail/header.h"
#include "mail/identity.h"
#include "mail/imap_session.h"
#include "mail/unsubscribe.h"
#include "mcp/call.h"
#include "mcp/confirm.h"
#include "mcp/filing.h"
#include "mcp/one_click.h"
#include "mcp/outgoing.h"
#include "mcp/question.h"
#include "mcp/sending.h"
#include "mcp/tool.h"

enum { HEADER_BYTES_MOST = 128 * 1024 };

struct unsubscribe_args {
	const char	*folder;
	int64_t		 uid;
	int64_t		 uidvalidity;
};

/* What was done. */
struct unsubscribed {
	const char	*way;		/* "one_click", "mail", "none" */
	const char	*url;		/* for the user, where nothing was */
	struct object	 sent;		/* struct sent */
	const char	*note;
};

static const struct field	 unsubscribe_rows[] = {
	{ FIELD(struct unsubscribe_args, folder), .preset = "INBOX",
	  .bare = true },
	{ FIELD(struct unsubscribe_args, uid), .required = true, .least = 1,
	  .most = UINT32_MAX },
	{ FIELD(struct unsubscribe_args, uidvalidity), .most = UINT32_MAX },
	{ FIELD_END }
};

static const struct field	 unsubscribed_rows[] = {
	{ FIELD(struct unsubscribed, way) },
	{ FIELD(struct unsubscribed, url) },
	{ FIELD(struct unsubscribed, sent), .rows = sending_answer_rows,
	  .size = sizeof(struct sent) },
	{ FIELD(struct unsubscribed, note) },
	{ FIELD_END }
};

/* The fields of the message, and its envelope. */
static const struct fault *
read_message(struct call *call, const struct unsubscribe_args *args,
    const struct imap_message **message, struct pairs *fields)
{
	const struct imap_command	*command;
	const struct imap_box		*box;
	const struct fault		*bad;
	struct buf			 text;

	bad = call_open(call, args->folder, false, args->uidvalidity, &box);
	if (bad != NULL)
		return bad;
	buf_start(&text, call->arena);
	buf_format(&text, "UID FETCH %lu (UID ENVELOPE BODY.PEEK[HEADER.FIELDS"
	    " (RECEIVED AUTHENTICATION-RESULTS DKIM-SIGNATURE "
	    "LIST-UNSUBSCRIBE LIST-UNSUBSCRIBE-POST)]<0.%d>)",
	    (unsigned long)args->uid, HEADER_BYTES_MOST);
	command = imap_queue(call->imap, call->arena, &text);
	if ((bad = imap_run(call->imap)) != NULL ||
	    (bad = imap_command_fault(call->arena, command,
	    "read the message")) != NULL)
		return bad;
	*message = imap_find_message(&command->replies, (uint32_t)args->uid);
	if (*message == NULL || (*message)->sections == NULL)
		return fault_hint(call->arena, fault_make(call->arena,
		    FAULT_MESSAGE, "there is no message with UID %lu",
		    (unsigned long)args->uid),
		    "List or search the folder again for current UIDs.");
	*fields = header_fields(call->arena, (*message)->sections->content);
	return NULL;
}

/* The address the message came to, if it is the user's own. */
static const char *
choose_sender(struct call *call, const struct imap_message *message)
{
	const struct imap_address	*at;
	const char			*own = NULL;
	size_t				 i;

	for (i = 0; i < 2 && message->envelope != NULL; i++)
		for (at = i == 0 ? message->envelope->to :
		    message->envelope->cc; at != NULL && own == NULL;
		    at = at->next)
			if (at->mailbox != NULL && at->host != NULL)
				own = identity_find(call->arena,
				    call->account, text_format(call->arena,
				    "%s@%s", at->mailbox, at->host));
	return own != NULL ? own : call->account->address;
}

static const struct fault *
write_mail(struct call *call, const struct imap_message *message,
    const struct unsubscribe_ways *ways, struct sent *sent)
{
	struct outgoing		 out = { 0 };
	struct address		*list;
	const struct fault	*bad;
	const char		*wire;

	if ((bad = call_sends(call)) != NULL)
		return bad;
	list = arena_take(call->arena, sizeof(*list));
	list->address = ways->address;
	out.compose.from.address = choose_sender(call, message);
	out.compose.from.name = call->account->name;
	out.compose.to = (struct objects){ list, 1 };
	out.compose.subject = ways->subject;
	out.compose.text = ways->body;
	out.compose.date = clock_now();
	out.compose.message_id = compose_message_id(call->arena,
	    address_domain(out.compose.from.address));
	texts_add(call->arena, &out.recipients, list->address);
	out.utf8 = !text_is_ascii(list->address) ||
	    !text_is_ascii(out.compose.from.address);
	if ((bad = filing_folder(call, "\\Sent", &wire)) != NULL)
		return bad;
	out.waiting.kind = "unsubscribe";
	return sending_run_outgoing(call, &out, wire, sent);
}

/* Why it was not done in the better way. */
static const char *
explain(struct call *call, const char *why, const char *then)
{
	return text_format(call->arena, "No one-click request: %s. %s", why,
	    then);
}

/* Both ways at once, since the second is taken where the first fails. */
static const struct fault *
ask(struct call *call, const struct unsubscribe_args *args,
    const struct unsubscribe_ways *ways)
{
	struct question	*question;
	uint32_t	 uid = (uint32_t)args->uid;
	struct url	 url;

	if (ways->post == NULL && ways->address == NULL)
		return NULL;
	question = arena_take(call->arena, sizeof(*question));
	question->kinds = "unsubscribe";
	question->sentence = "Leave a mailing list";
	question_messages(call, question, (struct uids){ &uid, 1 });
	if (ways->post != NULL && call->account->recipients.len == 0 &&
	    url_read(call->arena, ways->post, &url))
		question_row(call, &question->rows, "Request to", url.host);
	question_row(call, &question->rows, "Mail to", ways->address);
	question_row(call, &question->shown, "Subject", ways->subject);
	question->text = ways->address == NULL ? NULL : ways->body;
	return confirm_ask(call, question);
}

static const struct fault *
leave(struct call *call, const struct imap_message *message,
    const struct unsubscribe_ways *ways, struct unsubscribed *done)
{
	const struct fault	*bad;
	struct sent		*sent;
	const struct one_click	 one_click = { .url = ways->post };
	const char		*why = ways->why_not;

	/* A request tells an outsider something, as mail does. */
	if (ways->post != NULL && call->account->recipients.len > 0)
		why = "the user limits whom this connection may write to";
	else if (ways->post != NULL) {
		why = one_click_ask(call->arena, &one_click);
		call_extend(call);
	}
	if (why == NULL) {
		done->way = "one_click";
		done->note = "The list's server took the request.";
		return NULL;
	}
	if (ways->address != NULL) {
		sent = arena_take(call->arena, sizeof(*sent));
		bad = write_mail(call, message, ways, sent);
		done->way = "mail";
		done->sent.at = sent;
		done->note = explain(call, why, "The list was asked by "
		    "mail; it may ask the user to confirm.");
		return bad;
	}
	done->way = "none";
	done->url = ways->link;
	done->note = explain(call, why, ways->link == NULL ?
	    "There is no other way that could be used." :
	    "There is only a link: the user may open it.");
	return NULL;
}

static const struct fault *
unsubscribe(struct call *call, const void *arguments, void *result)
{
	const struct imap_message	*message;
	struct unsubscribe_ways		 ways;
	const struct fault		*bad;
	struct pairs			 fields;

	if ((bad = read_message(call, arguments, &message, &fields)) != NULL)
		return bad;
	unsubscribe_read(call->arena, fields, &ways);
	if (!ways.offered)
		return fault_hint(call->arena, fault_make(call->arena,
		    FAULT_ARGUMENT, "the message offers no way to leave a "
		    "list (List-Unsubscribe); links in its text are not "
		    "followed"), "Try another message of the list; if none "
		    "offers it, the user may open the link in its text.");
	if (ways.forged)
		return fault_hint(call->arena, fault_make(call->arena,
		    FAULT_PERMISSION, "the message is not from whom it says "
		    "(dmarc failed): nothing was done, lest its writer learns "
		    "that it was read"), "Offer the user to move it to "
		    "\\Junk; don't try again.");
	if ((bad = ask(call, arguments, &ways)) != NULL)
		return bad;
	return leave(call, message, &ways, result);
}

const struct tool	 tool_unsubscribe = {
	.name = "unsubscribe_mailing_list", .title = "Leave a list",
	.description = "Asks a list to write no more.",
	.scope = "mail:send", .open_world = true,
	.input = unsubscribe_rows,
	.input_size = sizeof(struct unsubscribe_args),
	.output = unsubscribed_rows,
	.output_size = sizeof(struct unsubscribed),
	.handler = unsubscribe
};
