#include "mcp/tool_send_draft.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "mail/change.h"
#include "mail/draft.h"
#include "mail/flags.h"
#include "mail/identity.h"
#include "mail/imap_session.h"
#include "mail/part.h"
#include "mail/source.h"
#include "mail/splice.h"
#include "mcp/call.h"
#include "mcp/confirm.h"
#include "mcp/confirm_draft.h"
#include "mcp/confirm_link.h"
#include "mcp/draft_question.h"
#include "mcp/drafting.h"
#include "mcp/filing.h"
#include "mcp/outgoing.h"
#include "mcp/sending.h"
#include "mcp/stamp.h"
#include "mcp/tool.h"
#include "mcp/undo.h"

/* The keyword of RFC 5550 5.4 for a draft that is on its way. */
#define PENDING		"$SubmitPending"
/* In the copy only: which call sent it. */
#define REQUEST_FIELD	"X-Postern-Request"

struct send_draft_args {
	const char	*folder;
	int64_t		 uid;
	int64_t		 uidvalidity;
	const char	*request_id;
};

static const struct field	 send_draft_rows[] = {
	{ FIELD(struct send_draft_args, folder), .preset = "\\Drafts",
	  .bare = true },
	{ FIELD(struct send_draft_args, uid), .required = true, .least = 1,
	  .most = UINT32_MAX },
	{ FIELD(struct send_draft_args, uidvalidity), .most = UINT32_MAX },
	{ FIELD(struct send_draft_args, request_id),
	  .most = SENDING_ID_CHARS },
	{ FIELD_END }
};

/* A draft on its way out. */
struct job {
	struct call			*call;
	const struct send_draft_args	*args;
	struct sent			*sent;
	const char			*sent_wire;
	const char			*wire;		/* of its folder */
	uint32_t			 uid;
	int64_t				 validity;
	const struct imap_message	*message;
	struct draft			 draft;
	struct texts			 names;	/* Message-ID, and those
						 * by other keys */
	struct texts			 requests;	/* or none */
	bool				 claimed;	/* it has PENDING */
	struct imap			*reader;
	struct question			*question;
	const struct confirm_draft	*waiting;	/* it was kept for the
						 * user's word; or NULL */
};

/* What waits for the user's word lies in Drafts, whichever folders the grant
 * may look into. */
static const struct fault *
open_waiting(struct job *job, const struct imap_box **box)
{
	const struct fault	*bad;
	const char		*wire;

	if ((bad = filing_folder(job->call, "\\Drafts", &wire)) != NULL)
		return bad;
	return undo_enter(job->call, wire, job->validity, box);
}

static const struct fault *
open_folder(struct job *job)
{
	const struct imap_box	*box;
	const struct fault	*bad;

	bad = job->waiting != NULL ? open_waiting(job, &box) :
	    call_open(job->call, job->args->folder, true, job->validity,
	    &box);
	if (bad != NULL)
		return bad;
	if (!box->writable)
		return fault_hint(job->call->arena, fault_make(job->call->arena,
		    FAULT_PERMISSION, "the mail server opens this folder for "
		    "reading only"), "Only its owner can change that.");
	job->validity = box->uidvalidity;
	job->wire = arena_text(job->call->arena, box->name);
	return NULL;
}

static const struct fault *
absent(struct job *job)
{
	return fault_hint(job->call->arena, fault_make(job->call->arena,
	    FAULT_MESSAGE, "there is no draft with UID %lu",
	    (unsigned long)job->uid),
	    "List the folder again; it may have been sent already.");
}

static bool
has_eight_bit(const struct part *part)
{
	for (; part != NULL; part = part->next)
		if (text_equal(part->encoding, "8bit") ||
		    text_equal(part->encoding, "binary") ||
		    has_eight_bit(part->children))
			return true;
	return false;
}

/* Without an id of its own it gets one that stands for this draft. */
static struct texts
make_names(struct job *job)
{
	struct texts	 own = { NULL, 0 };

	if (job->draft.message_id == NULL)
		return stamp_message_ids(job->call, "draft-id", text_format(
		    job->call->arena, "%lld %lu %s", (long long)job->validity,
		    (unsigned long)job->uid, job->wire),
		    job->draft.from.address);
	texts_add(job->call->arena, &own, job->draft.message_id);
	return own;
}

static const struct fault *
read_draft(struct job *job)
{
	struct call			*call = job->call;
	const struct imap_command	*command;
	const struct imap_section	*section = NULL;
	const struct fault		*bad;
	struct buf			 text;

	buf_start(&text, call->arena);
	buf_format(&text, "UID FETCH %lu (UID FLAGS RFC822.SIZE "
	    "BODYSTRUCTURE BODY.PEEK[]<0.%d>)", (unsigned long)job->uid,
	    DRAFT_START_BYTES);
	command = imap_queue(call->imap, call->arena, &text);
	if ((bad = imap_run(call->imap)) != NULL ||
	    (bad = imap_command_fault(call->arena, command,
	    "read the draft")) != NULL)
		return bad;
	job->message = imap_find_message(&command->replies, job->uid);
	if (job->message != NULL)
		section = imap_find_section(job->message, "");
	if (section == NULL || section->is_nil)
		return absent(job);
	if ((bad = drafting_check(call, job->message)) != NULL)
		return bad;
	bad = draft_read(call->arena, bytes_slice(section->content, 0,
	    DRAFT_START_BYTES), &job->draft);
	if (bad != NULL)
		return bad;
	job->draft.eight_bit = job->draft.eight_bit ||
	    has_eight_bit(job->message->body);
	job->names = make_names(job);
	return NULL;
}

/* Before anything is written. */
static const struct fault *
check_draft(struct job *job)
{
	struct call		*call = job->call;
	const struct fault	*bad;

	if (!identity_owns(call->arena, call->account,
	    job->draft.from.address))
		return fault_make(call->arena, FAULT_PERMISSION, "the draft "
		    "is from %.254s, which is none of the account's own "
		    "addresses", job->draft.from.address);
	bad = outgoing_check_recipients(call, job->draft.recipients);
	return bad != NULL || call->account->recipients.len == 0 ? bad :
	    outgoing_check_header(call, job->draft.header);
}

/* What was sent is not sent again: by this call's id, or by the draft's. */
static const struct fault *
look_before(struct job *job, struct append_field field, const char *note,
    bool *found)
{
	const struct fault	*bad;
	struct filed		*filed;

	filed = arena_take(job->call->arena, sizeof(*filed));
	bad = filing_look_by(job->call, job->sent_wire, field, filed);
	*found = bad == NULL && filed->uid != 0;
	if (!*found)
		return bad;
	job->sent->state = "sent";
	/* By the request's id it is found before the draft is read. */
	job->sent->message_id = job->names.len == 0 ? NULL : filed->value;
	job->sent->filed.at = filed;
	job->sent->note = note;
	return NULL;
}

static const struct fault *
set_pending(struct job *job, bool pending, struct flags_list *list)
{
	static const char	*words[] = { PENDING };
	const struct texts	 one = { words, 1 };
	struct flags_edit	 edit = { { 0 }, { 0 } };
	const struct fault	*bad;
	struct uids		 set = { &job->uid, 1 };

	*list = (struct flags_list){ 0 };
	if ((bad = open_folder(job)) != NULL)
		return bad;
	*(pending ? &edit.add : &edit.remove) = one;
	/* Few folders keep no keywords. */
	if (flags_check(job->call->arena, imap_box(job->call->imap), &edit) !=
	    NULL)
		return NULL;
	return flags_change(job->call->imap, job->call->arena, set, &edit,
	    list);
}

/* Whoever finds the mark there knows that it may have been sent already. */
static const struct fault *
claim(struct job *job)
{
	const struct fault	*bad;
	struct flags_list	 list;

	if ((bad = set_pending(job, true, &list)) != NULL || list.len == 0)
		return bad;
	job->claimed = list.at[0].changed;
	if (job->claimed || !imap_has_flag(list.at[0].now, PENDING))
		return NULL;
	job->sent->state = "unknown";
	job->sent->message_id = job->names.at[0];
	job->sent->note = "An earlier try may have sent this draft: nothing "
	    "was sent now. Ask the user; to send it nevertheless, remove its "
	    "flag " PENDING " first.";
	return NULL;
}

static void
release(struct job *job)
{
	struct flags_list	 list;

	call_extend(job->call);
	if (job->claimed)
		(void)set_pending(job, false, &list);
}

/* A session of its own reads it, while the other files the copy. */
static const struct fault *
open_reader(struct job *job)
{
	struct call			*call = job->call;
	const struct imap_command	*opened;
	const struct fault		*bad;

	bad = imap_open(call->arena, call->account, call->config,
	    clock_ms() + IMAP_FLIGHT_MS, &job->reader);
	if (bad != NULL)
		return bad;
	imap_begin(job->reader, call->arena, clock_ms() + IMAP_FLIGHT_MS);
	call_guard(call, job->reader, call->account);
	opened = imap_queue_open(job->reader, call->arena, job->wire, false);
	if ((bad = imap_run(job->reader)) != NULL ||
	    (opened != NULL && (bad = imap_command_fault(call->arena, opened,
	    "open the folder")) != NULL))
		return bad;
	if (imap_box(job->reader) == NULL ||
	    imap_box(job->reader)->uidvalidity != job->validity)
		return fault_make(call->arena, FAULT_CHANGED,
		    "the folder changed meanwhile");
	return NULL;
}

static const struct fault *
open_source(struct job *job, struct draft_start start,
    struct source *source)
{
	struct splice		 splice = {
		.imap = job->reader, .uid = job->uid,
		.size = job->message->size,
		.skip = job->draft.header.len
	};
	const struct fault	*bad;

	start.message_id = job->names.at[0];
	start.now = clock_now();
	splice.start = draft_write(job->call->arena, &job->draft, &start);
	bad = splice_open(job->call->arena, &splice, source);
	source->eight_bit = job->draft.eight_bit;
	return bad;
}

static const struct fault *
send_it(struct job *job)
{
	const struct draft_start kept = {
		.keep_bcc = true,
		.mark = { job->requests.len == 0 ? NULL : REQUEST_FIELD,
		    job->requests.len == 0 ? NULL : job->requests.at[0] }
	};
	struct source		 source, copy;
	const struct sending	 sending = {
		.sender = job->draft.from.address,
		.recipients = job->draft.recipients,
		.utf8 = job->draft.utf8,
		.message_id = job->names.at[0],
		.source = &source, .copy = &copy,
		.wire = job->sent_wire, .kept = true, .once = job->requests,
		.hold_until = confirm_draft_time(job->waiting)
	};
	const struct fault	*bad;

	bad = open_reader(job);
	if (bad == NULL)
		bad = open_source(job, (struct draft_start){ 0 }, &source);
	if (bad == NULL)
		bad = open_source(job, kept, &copy);
	if (bad == NULL)
		bad = sending_run(job->call, &sending, job->sent);
	imap_close(job->reader);
	job->reader = NULL;
	return bad;
}

/* Exactly that one; what goes wrong now is told beside what was sent. */
static void
remove_draft(struct job *job)
{
	struct call		*call = job->call;
	struct change		 change = { 0 };
	struct uids		 set = { &job->uid, 1 };
	const struct fault	*bad;

	call_extend(call);
	if ((bad = open_folder(job)) == NULL)
		bad = change_delete(call->imap, call->arena, set, &change);
	if (bad != NULL)
		job->sent->note = text_format(call->arena, "It was sent, and "
		    "the draft is still there: %s", bad->detail);
	else if (change.remains)
		job->sent->note = "The draft stays, marked \\Deleted: the "
		    "server can't expunge single messages.";
}

static const struct fault *
finish(struct job *job)
{
	if (text_equal(job->sent->state, "sent"))
		remove_draft(job);
	else if (text_equal(job->sent->state, "sent_not_filed"))
		job->sent->note = "It was sent. The draft stays as its only "
		    "copy, since none could be filed. Do not send it again.";
	if (job->waiting != NULL)
		confirm_draft_mark(job->call, job->waiting, job->sent);
	return NULL;
}

/* Finds the draft, unless it was sent before. */
static const struct fault *
prepare(struct job *job, bool *before)
{
	const struct fault	*bad;
	struct call		*call = job->call;

	*before = false;
	job->requests = sending_request_ids(call, job->args->request_id);
	if (job->waiting != NULL && job->waiting->sent != NULL)
		job->sent_wire = job->waiting->sent;
	else if ((bad = filing_folder(call, "\\Sent", &job->sent_wire)) !=
	    NULL)
		return bad;
	if (job->requests.len != 0 && ((bad = look_before(job,
	    (struct append_field){ REQUEST_FIELD, job->requests },
	    "A draft with this request_id was sent before: nothing was sent "
	    "now.", before)) != NULL || *before))
		return bad;
	if ((bad = open_folder(job)) != NULL ||
	    (bad = read_draft(job)) != NULL ||
	    (bad = check_draft(job)) != NULL ||
	    (bad = draft_question(call, job->message, &job->draft,
	    &job->question)) != NULL)
		return bad;
	return look_before(job, (struct append_field){ "Message-ID",
	    job->names }, "This draft was sent before: nothing was sent "
	    "now. It is still in its folder.", before);
}

static const struct fault *
send_draft(struct call *call, const void *arguments, void *result)
{
	const struct send_draft_args	*args = arguments;
	struct job			 job = {
		.call = call, .args = args,
		.sent = result,
		.uid = (uint32_t)args->uid, .validity = args->uidvalidity,
		.waiting = call->confirm == NULL ? NULL :
		    call->confirm->draft
	};
	const struct fault		*bad;
	bool				 before;

	if ((bad = prepare(&job, &before)) != NULL || before)
		return bad;
	if ((bad = confirm_ask(call, job.question)) != NULL ||
	    (bad = claim(&job)) != NULL || job.sent->state != NULL)
		return bad;
	if ((bad = send_it(&job)) != NULL) {
		release(&job);
		return bad;
	}
	return finish(&job);
}

const struct fault *
tool_send_draft_ask(struct call *call, int64_t uid, int64_t uidvalidity,
    struct sent *sent)
{
	const struct send_draft_args	 args = {
		.folder = "\\Drafts", .uid = uid, .uidvalidity = uidvalidity
	};

	return send_draft(call, &args, sent);
}

const struct tool	 tool_send_draft = {
	.name = "send_draft_mail_message", .title = "Send a draft",
	.description = "Sends a draft as it stands.",
	.scope = "mail:send", .open_world = true, .sends = true,
	.input = send_draft_rows,
	.input_size = sizeof(struct send_draft_args),
	.output = sending_answer_rows, .output_size = sizeof(struct sent),
	.handler = send_draft
};
