#include "mcp/sending.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "mail/imap_session.h"
#include "mail/smtp.h"
#include "mail/source.h"
#include "mcp/call.h"
#include "mcp/confirm.h"
#include "mcp/confirm_draft.h"
#include "mcp/filing.h"
#include "mcp/once.h"
#include "mcp/outgoing.h"
#include "mcp/outgoing_ask.h"
#include "mcp/progress.h"
#include "mcp/stamp.h"
#include "oauth/pace.h"

#define SENDING	"Sending the message"

const struct field	 sent_refusal_rows[] = {
	{ FIELD(struct sent_refusal, address) },
	{ FIELD(struct sent_refusal, reply) },
	{ FIELD_END }
};

const struct field	 sending_answer_rows[] = {
	SENDING_ANSWER_ROWS,
	{ FIELD_END }
};

struct texts
sending_request_ids(struct call *call, const char *request_id)
{
	if (text_is_empty(request_id))
		return (struct texts){ NULL, 0 };
	return stamp_message_ids(call, "request-id", request_id,
	    call->account->address);
}

/* Where it was to be filed then, or else in Sent: who asks again may name
 * another folder. */
static const struct fault *
look_in_sent(struct call *call, const char *wire, struct texts message_ids,
    struct filed *filed)
{
	const struct fault	*bad;
	const char		*sent;

	bad = filing_look(call, wire, message_ids, filed);
	if (bad != NULL || filed->uid != 0 ||
	    (bad = filing_folder(call, "\\Sent", &sent)) != NULL ||
	    text_equal(sent, wire))
		return bad;
	return filing_look(call, sent, message_ids, filed);
}

/* Where keep_unknown puts what may have been sent. */
static const struct fault *
look_in_drafts(struct call *call, struct texts message_ids,
    struct filed *filed)
{
	const struct fault	*bad;
	const char		*wire;

	if ((bad = filing_folder(call, "\\Drafts", &wire)) != NULL)
		return bad;
	return filing_look(call, wire, message_ids, filed);
}

const struct fault *
sending_look(struct call *call, const char *wire, struct texts message_ids,
    struct sent *sent, bool *found)
{
	const struct fault	*bad;
	struct filed		*filed;

	*found = false;
	if (message_ids.len == 0)
		return NULL;
	filed = arena_take(call->arena, sizeof(*filed));
	sent->state = "sent";
	sent->note = "A message with this request_id was sent before: "
	    "nothing was sent now. Another message needs another one.";
	bad = look_in_sent(call, wire, message_ids, filed);
	if (bad == NULL && filed->uid == 0) {
		sent->state = "unknown";
		sent->note = "A message with this request_id may have been "
		    "sent before: nothing was sent now. Ask the user.";
		bad = look_in_drafts(call, message_ids, filed);
	}
	*found = bad == NULL && filed->uid != 0;
	if (!*found) {
		*sent = (struct sent){ 0 };
		return bad;
	}
	sent->message_id = filed->value;
	sent->filed.at = filed;
	return NULL;
}

static void
tell_recipients(struct call *call, struct objects results, struct sent *sent)
{
	const struct smtp_recipient	*recipients = results.at;
	struct sent_refusal		*refused;
	size_t				 i;

	refused = arena_array(call->arena, results.len, sizeof(*refused));
	sent->refused.at = refused;
	for (i = 0; i < results.len; i++) {
		if (recipients[i].accepted) {
			texts_add(call->arena, &sent->accepted,
			    recipients[i].address);
			continue;
		}
		refused[sent->refused.len].address = recipients[i].address;
		refused[sent->refused.len++].reply = recipients[i].reply;
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

/*
 * Who has a bearer token that nothing takes any more gets another by a 401; a
 * session that it had opened may have been kept.  Where IMAP still takes it,
 * it is the server for sending that is not for this mailbox.
 */
static const struct fault *
refused(struct call *call, const struct fault *bad)
{
	const struct account	*account = call->account;
	const struct fault	*other = NULL;
	struct imap		*imap = NULL;

	if (account->bearer != NULL && account->smtp_password == NULL)
		other = imap_open(call->arena, account, call->config,
		    call->deadline, &imap);
	imap_close(imap);
	return fault_make(call->arena, other != NULL &&
	    other->kind == FAULT_LOGIN ? FAULT_TOKEN : FAULT_REFUSED, "%s",
	    bad->detail);
}

static const struct fault *
open_smtp(struct call *call, struct smtp **smtp)
{
	const struct fault	*bad;

	call_extend(call);
	if ((bad = call_prove(call)) != NULL ||
	    (bad = pace_send(call->request, call->account)) != NULL)
		return bad;
	bad = smtp_open(call->arena, call->account, call->config,
	    call->deadline, smtp);
	return bad != NULL && bad->kind == FAULT_LOGIN ?
	    refused(call, bad) : bad;
}

/* Hands the message to the mail server; the state is set where nobody knows
 * whether it was sent. */
static const struct fault *
submit(struct call *call, const struct sending *sending, struct sent *sent)
{
	const struct smtp_message	 message = {
		.sender = sending->sender,
		.recipients = sending->recipients,
		.utf8 = sending->utf8,
		.hold_until = sending->hold_until,
		.source = progress_source(call, sending->source, SENDING)
	};
	struct objects			 results = { 0 };
	const struct fault		*bad;
	struct smtp			*smtp;

	progress_tell(call, 0, (int64_t)sending->source->length, SENDING);
	if ((bad = open_smtp(call, &smtp)) != NULL)
		return bad;
	/* Until the final dot nothing was done but to claim it. */
	smtp_set_watch(smtp, progress_of(call));
	progress_may_stop(call, true);
	bad = smtp_send(smtp, call->arena, &message, &results);
	progress_may_stop(call, false);
	smtp_close(smtp);
	call_extend(call);
	if (bad != NULL && bad->kind == FAULT_RECIPIENT)
		return none_accepted(call, bad, results);
	if (bad != NULL && bad->kind != FAULT_UNKNOWN_STATE)
		return bad;
	if (bad == NULL) {
		tell_recipients(call, results, sent);
		return NULL;
	}
	sent->state = "unknown";
	sent->note = "The connection broke before the server confirmed: "
	    "it may have been sent. Ask the user; do not send again.";
	return NULL;
}

/* Files the copy, with Bcc, unless the server does so by itself: two copies
 * would be there. */
static void
file_copy(struct call *call, const struct sending *sending,
    struct sent *sent)
{
	const struct filing	 filing = { sending->wire, "\\Seen",
				    sending->message_id, sending->copy };
	const struct fault	*bad;
	struct filed		*filed;

	filed = arena_take(call->arena, sizeof(*filed));
	sent->filed.at = filed;
	if (call->imap != NULL && imap_can(call->imap, IMAP_CAN_GMAIL)) {
		filed->note = "The mail server files it by itself.";
		return;
	}
	if ((bad = filing_append(call, &filing, filed)) == NULL)
		return;
	sent->state = "sent_not_filed";
	filed->note = bad->detail;
	sent->note = "It was sent; only the copy could not be filed. Do not "
	    "send it again.";
}

/* Nobody knows whether it was sent: it is kept as a draft, where the user has
 * it and a repeated request_id finds it. */
static void
keep_unknown(struct call *call, const struct sending *sending,
    struct sent *sent)
{
	struct filing		 filing = { NULL, "\\Draft \\Seen",
				    sending->message_id, sending->copy };
	const struct fault	*bad;
	struct filed		*filed;

	filed = arena_take(call->arena, sizeof(*filed));
	sent->filed.at = filed;
	bad = filing_folder(call, "\\Drafts", &filing.wire);
	if (bad == NULL)
		bad = filing_append(call, &filing, filed);
	filed->note = bad == NULL ? "Kept as a draft, since nobody knows "
	    "whether it was sent." : bad->detail;
}

static void
keep(struct call *call, const struct sending *sending, struct sent *sent)
{
	if (sent->state != NULL) {
		if (sending->wire != NULL && !sending->kept)
			keep_unknown(call, sending, sent);
		return;
	}
	sent->state = "sent";
	if (sending->hold_until != 0)
		sent->note = text_format(call->arena, "The mail server holds "
		    "it until %s.", clock_rfc3339(call->arena,
		    (struct moment){ .seconds = sending->hold_until }));
	if (sending->wire != NULL)
		file_copy(call, sending, sent);
}

/* What a call before this one with the same request_id did with it. */
static const struct fault *
tell_before(struct sent *sent, enum once_state state)
{
	sent->state = state == ONCE_DONE ? "sent_not_filed" : "unknown";
	sent->note = state == ONCE_DONE ? "A message with this request_id was "
	    "sent before, but no copy could be filed: nothing was sent now." :
	    "Another call with this request_id is sending, or may have sent: "
	    "nothing was sent now. Ask the user.";
	return NULL;
}

const struct fault *
sending_run(struct call *call, const struct sending *sending,
    struct sent *sent)
{
	const struct fault	*bad;
	enum once_state		 state;
	struct once		 once;

	bad = outgoing_check_recipients(call, sending->recipients);
	if (bad != NULL)
		return bad;
	sent->message_id = sending->message_id;
	if ((bad = once_claim(call, sending->once, &once, &state)) != NULL)
		return bad;
	if (state != ONCE_OURS)
		return tell_before(sent, state);
	if ((bad = submit(call, sending, sent)) != NULL) {
		once_release(call, &once);
		return bad;
	}
	keep(call, sending, sent);
	if (text_equal(sent->state, "sent_not_filed"))
		once_done(call, &once);
	return NULL;
}

static const struct fault *
send_outgoing(struct call *call, struct outgoing *out, const char *wire,
    struct sent *sent)
{
	struct source		 source, copy;
	const struct sending	 sending = {
		.sender = out->compose.from.address,
		.recipients = out->recipients,
		.utf8 = out->utf8,
		.hold_until = out->hold_until,
		.message_id = out->compose.message_id,
		.source = &source,
		.copy = &copy,
		.wire = wire,
		.once = out->once
	};
	const struct fault	*bad;

	if ((bad = outgoing_open(call, out, false, &source)) != NULL ||
	    (bad = outgoing_open(call, out, true, &copy)) != NULL)
		return bad;
	return sending_run(call, &sending, sent);
}

/* What goes out by the user's word has an id of that word, by which a mailbox
 * that keeps no claims shows that it was used. */
static const struct fault *
name_by_word(struct call *call, struct outgoing *out, const char *wire)
{
	const struct fault	*bad;
	struct texts		 ids = confirm_message_ids(call);
	struct sent		 before = { .state = NULL };
	bool			 found;

	if (ids.len == 0 || out->once.len != 0)
		return NULL;
	out->compose.message_id = ids.at[0];
	bad = sending_look(call, wire, ids, &before, &found);
	return bad == NULL && found ? confirm_used(call) : bad;
}

const struct fault *
sending_run_outgoing(struct call *call, struct outgoing *out,
    const char *wire, struct sent *sent)
{
	const struct fault	*bad;

	bad = outgoing_check_answers(call, out->compose.reply_to);
	if (bad == NULL)
		bad = outgoing_check_recipients(call, out->recipients);
	if (bad != NULL)
		return bad;
	if (out->waiting.kind == NULL)
		out->waiting.kind = "send";
	if (confirm_is_by_link(call, out->waiting.kind))
		return confirm_draft_keep(call, out, wire, sent);
	if ((bad = outgoing_ask(call, out, out->waiting.kind)) != NULL ||
	    (bad = name_by_word(call, out, wire)) != NULL)
		return bad;
	return send_outgoing(call, out, wire, sent);
}
