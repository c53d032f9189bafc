#include "mcp/tool_send.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "mail/imap_session.h"
#include "mail/smtp.h"
#include "mail/source.h"
#include "mcp/call.h"
#include "mcp/enclosure.h"
#include "mcp/filing.h"
#include "mcp/outgoing.h"
#include "mcp/tool.h"

enum { REQUEST_ID_CHARS = 200, MESSAGE_ID_CHARS = 32 };

struct send_args {
	struct outgoing_args	 mail;
	const char		*folder;
	const char		*request_id;
};

struct refusal {
	const char	*address;
	const char	*reply;
};

struct send_answer {
	const char	*state;
	const char	*message_id;
	struct texts	 accepted;
	struct objects	 refused;	/* struct refusal */
	struct object	 filed;		/* struct filed */
	const char	*note;
};

static const struct field	 send_rows[] = {
	{ FIELD(struct outgoing_args, to), .required = true },
	OUTGOING_ROWS(false),
	{ FIELD(struct send_args, folder), .preset = "\\Sent",
	  .meaning = "Where the copy goes" },
	{ FIELD(struct send_args, request_id), .most = REQUEST_ID_CHARS,
	  .meaning = "Repeated, not sent twice" },
	{ FIELD_END }
};

static const struct field	 refusal_rows[] = {
	{ FIELD(struct refusal, address) },
	{ FIELD(struct refusal, reply) },
	{ FIELD_END }
};

static const struct field	 send_answer_rows[] = {
	{ FIELD(struct send_answer, state) },
	{ FIELD(struct send_answer, message_id) },
	{ FIELD(struct send_answer, accepted) },
	{ FIELD(struct send_answer, refused), .rows = refusal_rows,
	  .size = sizeof(struct refusal) },
	{ FIELD(struct send_answer, filed), .rows = filed_rows,
	  .size = sizeof(struct filed) },
	{ FIELD(struct send_answer, note) },
	{ FIELD_END }
};

/*
 * The caller's id makes the Message-ID, so that the copy of a message sent
 * before is found by it.
 */
static const char *
request_message_id(struct call *call, const char *request_id)
{
	return text_format(call->arena, "<%.*s@%s>", MESSAGE_ID_CHARS,
	    call_mac(call, "request-id", request_id),
	    address_domain(call->account->address));
}

/* Looks for what was sent with this id before; *found says whether. */
static const struct fault *
look_before(struct call *call, const struct send_args *args, const char *wire,
    struct send_answer *answer, bool *found)
{
	const struct fault	*bad;
	struct filed		*filed;

	*found = false;
	if (text_is_empty(args->request_id))
		return NULL;
	answer->message_id = request_message_id(call, args->request_id);
	filed = arena_take(call->arena, sizeof(*filed));
	bad = filing_look(call, wire, answer->message_id, filed);
	if (bad != NULL || filed->uid == 0)
		return bad;
	*found = true;
	answer->state = "sent";
	answer->filed.at = filed;
	answer->note = "A message with this request_id was sent before: "
	    "nothing was sent now.";
	return NULL;
}

static void
tell_recipients(struct call *call, struct objects results,
    struct send_answer *answer)
{
	const struct smtp_recipient	*recipients = results.at;
	struct refusal			*refused;
	size_t				 i;

	refused = arena_array(call->arena, results.len, sizeof(*refused));
	answer->refused.at = refused;
	for (i = 0; i < results.len; i++) {
		if (recipients[i].accepted) {
			texts_add(call->arena, &answer->accepted,
			    recipients[i].address);
			continue;
		}
		refused[answer->refused.len].address = recipients[i].address;
		refused[answer->refused.len++].reply = recipients[i].reply;
	}
}

/* What the server said of each, for a model that sees no other answer. */
static const struct fault *
none_accepted(struct call *call, const struct fault *bad,
    struct objects results)
{
	const struct smtp_recipient	*recipients = results.at;
	struct texts			 replies = { 0 };
	const char			*reply;
	size_t				 i;
	bool				 later = true;

	for (i = 0; i < results.len; i++) {
		reply = recipients[i].reply == NULL ? "refused" :
		    recipients[i].reply;
		later = later && reply[0] == '4';
		texts_add(call->arena, &replies, text_format(call->arena,
		    "%s: %s", recipients[i].address, reply));
	}
	if (replies.len == 0)
		return bad;
	/* 4yz of RFC 5321 4.2.1: greylisting and the like. */
	return fault_make(call->arena, later ? FAULT_UNAVAILABLE :
	    FAULT_RECIPIENT,
	    "nothing was sent, no recipient was accepted: %s",
	    texts_join(call->arena, replies, "; "));
}

/* Hands the message to the mail server. What may or may not have been sent is
 * told as an answer, never as an error that invites sending again. */
static const struct fault *
submit(struct call *call, struct outgoing *out, struct send_answer *answer)
{
	struct smtp_message	 message = { 0 };
	struct source		 source;
	struct objects		 results = { 0 };
	const struct fault	*bad;
	struct smtp		*smtp;

	if ((bad = outgoing_open(call, out, false, &source)) != NULL)
		return bad;
	call_extend(call);
	bad = smtp_open(call->arena, call->account, call->config,
	    call->deadline, &smtp);
	if (bad != NULL && bad->kind == FAULT_LOGIN)
		return fault_make(call->arena, FAULT_REFUSED, "%s",
		    bad->detail);
	if (bad != NULL)
		return bad;
	message.sender = out->compose.from.address;
	message.recipients = out->recipients;
	message.utf8 = out->utf8;
	message.source = &source;
	bad = smtp_send(smtp, call->arena, &message, &results);
	smtp_close(smtp);
	call_extend(call);
	if (bad != NULL && bad->kind == FAULT_RECIPIENT)
		return none_accepted(call, bad, results);
	if (bad != NULL && bad->kind != FAULT_UNKNOWN_STATE)
		return bad;
	if (bad == NULL) {
		tell_recipients(call, results, answer);
		return NULL;
	}
	answer->state = "unknown";
	answer->note = "The connection broke before the server confirmed: "
	    "it may have been sent. Ask the user; do not send again.";
	return NULL;
}

/* Files the copy, with Bcc, unless the server does so by itself: two copies
 * would be there. */
static void
file_copy(struct call *call, struct outgoing *out, const char *wire,
    struct send_answer *answer)
{
	struct source		 source;
	const struct filing	 filing = { wire, "\\Seen",
				    out->compose.message_id, &source };
	const struct fault	*bad;
	struct filed		*filed;

	filed = arena_take(call->arena, sizeof(*filed));
	answer->filed.at = filed;
	answer->state = "sent";
	if (call->imap != NULL && imap_can(call->imap, IMAP_CAN_GMAIL)) {
		filed->note = "The mail server files it by itself.";
		return;
	}
	bad = outgoing_open(call, out, true, &source);
	if (bad == NULL)
		bad = filing_append(call, &filing, filed);
	if (bad == NULL)
		return;
	answer->state = "sent_not_filed";
	filed->note = bad->detail;
	answer->note = "It was sent; only the copy could not be filed. Do not "
	    "send it again.";
}

static const struct fault *
send_message(struct call *call, const void *arguments, void *result)
{
	const struct send_args	*args = arguments;
	struct send_answer	*answer = result;
	struct outgoing		 out = { 0 };
	const struct fault	*bad;
	const char		*wire;
	bool			 before;

	bad = filing_folder(call, args->folder, &wire);
	if (bad != NULL || (bad = look_before(call, args, wire, answer,
	    &before)) != NULL || before)
		return bad;
	if ((bad = outgoing_read(call, &args->mail, &out)) != NULL ||
	    (bad = outgoing_check_recipients(call, &out)) != NULL)
		return bad;
	if (answer->message_id != NULL)
		out.compose.message_id = answer->message_id;
	answer->message_id = out.compose.message_id;
	if ((bad = submit(call, &out, answer)) != NULL)
		return bad;
	if (answer->state == NULL)
		file_copy(call, &out, wire, answer);
	return NULL;
}

const struct tool	 tool_send_message = {
	.name = "send_mail_message", .title = "Send mail",
	.description = "Sends a message at once and files a copy. Ask the "
	    "user first unless told otherwise.",
	.scope = "mail:send", .open_world = true, .sends = true,
	.input = send_rows, .input_size = sizeof(struct send_args),
	.output = send_answer_rows,
	.output_size = sizeof(struct send_answer), .handler = send_message
};
