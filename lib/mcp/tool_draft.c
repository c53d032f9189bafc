#include "mcp/tool_draft.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "mail/change.h"
#include "mail/folder.h"
#include "mail/imap_session.h"
#include "mail/subject.h"
#include "mcp/call.h"
#include "mcp/drafting.h"
#include "mcp/enclosure.h"
#include "mcp/filing.h"
#include "mcp/original.h"
#include "mcp/outgoing.h"
#include "mcp/tool.h"
#include "mcp/trash.h"
#include "mcp/undo.h"

/* The message a draft answers. */
struct answered {
	const char	*folder;
	int64_t		 uid;
};

struct draft_args {
	struct outgoing_args	 mail;
	const char		*folder;
	struct object		 in_reply_to;	/* struct answered */
	int64_t			 replaces_uid;
	int64_t			 uidvalidity;
};

struct draft_answer {
	const char	*folder;
	int64_t		 uidvalidity;
	int64_t		 uid;
	const char	*message_id;
	int64_t		 replaced_uid;
	const char	*note;
	const char	*undo;
};

static const struct field	 answered_rows[] = {
	{ FIELD(struct answered, folder) },
	{ FIELD(struct answered, uid), .required = true, .least = 1,
	  .most = UINT32_MAX },
	{ FIELD_END }
};

static const struct field	 draft_rows[] = {
	{ FIELD(struct outgoing_args, to), .bare = true },
	OUTGOING_ROWS(true),
	{ FIELD(struct draft_args, folder), .preset = "\\Drafts",
	  .bare = true },
	{ FIELD(struct draft_args, in_reply_to), .rows = answered_rows,
	  .size = sizeof(struct answered) },
	{ FIELD(struct draft_args, replaces_uid), .most = UINT32_MAX },
	{ FIELD(struct draft_args, uidvalidity), .most = UINT32_MAX },
	{ FIELD_END }
};

static const struct field	 draft_answer_rows[] = {
	{ FIELD(struct draft_answer, folder) },
	{ FIELD(struct draft_answer, uidvalidity) },
	{ FIELD(struct draft_answer, uid) },
	{ FIELD(struct draft_answer, message_id) },
	{ FIELD(struct draft_answer, replaced_uid) },
	{ FIELD(struct draft_answer, note) },
	{ FIELD(struct draft_answer, undo) },
	{ FIELD_END }
};

static const struct fault *
answer_message(struct call *call, const struct answered *answered,
    struct outgoing *out)
{
	const struct fault	*bad;
	struct original		 original;

	bad = original_fetch(call, answered->folder, answered->uid, 0,
	    &original);
	if (bad != NULL && bad->kind == FAULT_MESSAGE)
		return fault_make(call->arena, bad->kind, "in_reply_to: %s",
		    bad->detail);
	if (bad != NULL)
		return bad;
	if (out->compose.subject == NULL)
		out->compose.subject = subject_reply(call->arena,
		    original.quoting.subject);
	original_continue(call, &original, &out->compose);
	return NULL;
}

static const struct fault *
check_old(struct call *call, uint32_t uid)
{
	const struct imap_command	*fetch;
	const struct imap_message	*message;
	const struct fault		*bad;
	struct buf			 text;

	buf_start(&text, call->arena);
	buf_format(&text, "UID FETCH %lu (UID FLAGS)", (unsigned long)uid);
	fetch = imap_queue(call->imap, call->arena, &text);
	if ((bad = imap_run(call->imap)) != NULL ||
	    (bad = imap_command_fault(call->arena, fetch,
	    "look for the draft")) != NULL)
		return bad;
	message = imap_find_message(&fetch->replies, uid);
	if (message == NULL)
		return fault_make(call->arena, FAULT_MESSAGE,
		    "there is no draft with UID %lu", (unsigned long)uid);
	return drafting_check(call, message);
}

/* Opens the folder for writing and looks for the draft to be replaced. */
static const struct fault *
find_old(struct call *call, const struct draft_args *args, struct uids *old)
{
	const struct imap_box	*box;
	const struct fault	*bad;

	old->at = arena_take(call->arena, sizeof(*old->at));
	old->at[0] = (uint32_t)args->replaces_uid;
	old->len = 1;
	bad = call_open(call, args->folder, true, args->uidvalidity, &box);
	if (bad == NULL)
		bad = check_old(call, old->at[0]);
	if (bad != NULL && (bad->kind == FAULT_MESSAGE ||
	    bad->kind == FAULT_ARGUMENT))
		return fault_make(call->arena, bad->kind, "replaces_uid: %s",
		    bad->detail);
	return bad;
}

/* The draft that was replaced goes to Trash, from where an undo brings it
 * back; for good where there is none. */
static const struct fault *
throw_away(struct call *call, struct uids old, struct change *change,
    struct undo *undo)
{
	const struct fault	*bad;
	const char		*trash;
	struct undo_moving	 moving;

	bad = trash_for(call, imap_box(call->imap)->name, &trash);
	if (bad != NULL)
		return bad;
	if (trash == NULL)
		return change_delete(call->imap, call->arena, old, change);
	if ((bad = undo_prepare(call, old, &moving)) != NULL ||
	    (bad = change_move(call->imap, call->arena, old, trash,
	    change)) != NULL)
		return bad;
	undo_moved(call, change, trash, &moving, undo);
	return NULL;
}

/* The new draft is kept already: what goes wrong here is told beside it. */
static void
remove_old(struct call *call, const struct draft_args *args,
    struct draft_answer *answer, struct undo *undo)
{
	struct change		 change = { 0 };
	const struct fault	*bad;
	struct uids		 old;

	bad = find_old(call, args, &old);
	if (bad == NULL)
		bad = throw_away(call, old, &change, undo);
	if (bad == NULL && change.done.len == 1)
		answer->replaced_uid = args->replaces_uid;
	if (bad != NULL)
		answer->note = text_format(call->arena,
		    "The old draft is still there: %s", bad->detail);
	else if (change.remains)
		answer->note = "The old draft stays, marked \\Deleted: the "
		    "server can't expunge single messages.";
}

/* An undo is there only if it could put all back. */
static void
seal_undo(struct call *call, struct draft_answer *answer, struct undo *undo)
{
	if (answer->replaced_uid != 0 && undo->uids == NULL)
		return;
	if (undo_drafted(call, answer->folder, answer->uidvalidity,
	    answer->uid, undo) == NULL)
		answer->undo = undo_seal(call, undo, NULL);
}

static const struct fault *
keep_draft(struct call *call, const struct draft_args *args,
    struct outgoing *out, struct draft_answer *answer)
{
	struct filed		 filed = { 0 };
	const struct fault	*bad;
	const char		*wire;

	if ((bad = filing_folder(call, args->folder, &wire)) != NULL ||
	    (bad = drafting_ask(call, out, wire)) != NULL ||
	    (bad = drafting_keep(call, out, wire, &filed)) != NULL)
		return bad;
	answer->folder = filed.folder;
	answer->uidvalidity = filed.uidvalidity;
	answer->uid = filed.uid;
	answer->message_id = out->compose.message_id;
	return NULL;
}

static const struct fault *
create_draft(struct call *call, const void *arguments, void *result)
{
	const struct draft_args	*args = arguments;
	struct draft_answer	*answer = result;
	struct outgoing_args	 mail = args->mail;
	struct outgoing		 out = { 0 };
	struct undo		 undo = { .uids = NULL };
	const struct fault	*bad;
	struct uids		 old;

	if ((bad = outgoing_sign(call, &mail)) != NULL ||
	    (bad = outgoing_read(call, &mail, &out)) != NULL)
		return bad;
	if (args->in_reply_to.at != NULL && (bad = answer_message(call,
	    args->in_reply_to.at, &out)) != NULL)
		return bad;
	if (args->replaces_uid != 0 &&
	    (bad = find_old(call, args, &old)) != NULL)
		return bad;
	out.replaces = args->replaces_uid;
	if ((bad = keep_draft(call, args, &out, answer)) != NULL)
		return bad;
	if (args->replaces_uid != 0)
		remove_old(call, args, answer, &undo);
	seal_undo(call, answer, &undo);
	return NULL;
}

const struct tool	 tool_create_draft = {
	.name = "create_draft_mail_message", .title = "Write a draft",
	.description = "Keeps a draft, written as for send_mail_message.",
	.scope = "mail:modify", .input = draft_rows,
	.input_size = sizeof(struct draft_args), .output = draft_answer_rows,
	.output_size = sizeof(struct draft_answer), .handler = create_draft
};
