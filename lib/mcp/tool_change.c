#include "mcp/tool_change.h"

#include "base/arena.h"
#include "base/fault.h"
#include "mail/change.h"
#include "mail/folder.h"
#include "mail/folder_make.h"
#include "mail/folder_missing.h"
#include "mail/folder_name.h"
#include "mail/imap_quote.h"
#include "mcp/call.h"
#include "mcp/choice.h"
#include "mcp/confirm.h"
#include "mcp/naming.h"
#include "mcp/question.h"
#include "mcp/tool.h"
#include "mcp/trash.h"
#include "mcp/undo.h"

struct move_args {
	const char	*folder;
	int64_t		 uid;
	struct numbers	 uids;
	int64_t		 uidvalidity;
	const char	*destination;
	bool		 create;
	bool		 dry_run;
};

struct copy_args {
	const char	*folder;
	int64_t		 uid;
	struct numbers	 uids;
	int64_t		 uidvalidity;
	const char	*destination;
	bool		 create;
};

struct delete_args {
	const char	*folder;
	int64_t		 uid;
	struct numbers	 uids;
	int64_t		 uidvalidity;
	bool		 permanent;
	bool		 dry_run;
};

/* What a change answers. */
struct change_answer {
	const char	*folder;
	int64_t		 uidvalidity;
	struct numbers	 uids;
	const char	*destination;
	int64_t		 destination_uidvalidity;
	struct numbers	 new_uids;
	struct numbers	 missing;
	bool		 permanent;
	bool		 dry_run;
	const char	*note;
	const char	*undo;
};

#define CHANGE_ROWS							\
	{ FIELD(struct change_answer, folder) },			\
	{ FIELD(struct change_answer, uidvalidity) },			\
	{ FIELD(struct change_answer, uids) },				\
	{ FIELD(struct change_answer, destination) },			\
	{ FIELD(struct change_answer, destination_uidvalidity) },	\
	{ FIELD(struct change_answer, new_uids) },			\
	{ FIELD(struct change_answer, missing) }

static const struct field	 move_rows[] = {
	CHOICE_ROWS(struct move_args),
	{ FIELD(struct move_args, destination), .required = true,
	  .meaning = "As \\Archive" },
	{ FIELD(struct move_args, create) },
	{ FIELD(struct move_args, dry_run) },
	{ FIELD_END }
};

static const struct field	 copy_rows[] = {
	CHOICE_ROWS(struct copy_args),
	{ FIELD(struct copy_args, destination), .required = true },
	{ FIELD(struct copy_args, create) },
	{ FIELD_END }
};

static const struct field	 delete_rows[] = {
	CHOICE_ROWS(struct delete_args),
	{ FIELD(struct delete_args, permanent) },
	{ FIELD(struct delete_args, dry_run) },
	{ FIELD_END }
};

/* Of copies, which nothing has to take back. */
static const struct field	 copied_rows[] = {
	CHANGE_ROWS,
	{ FIELD(struct change_answer, note) },
	{ FIELD_END }
};

static const struct field	 moved_rows[] = {
	CHANGE_ROWS,
	{ FIELD(struct change_answer, dry_run) },
	{ FIELD(struct change_answer, note) },
	{ FIELD(struct change_answer, undo) },
	{ FIELD_END }
};

static const struct field	 deleted_rows[] = {
	CHANGE_ROWS,
	{ FIELD(struct change_answer, permanent) },
	{ FIELD(struct change_answer, dry_run) },
	{ FIELD(struct change_answer, note) },
	{ FIELD(struct change_answer, undo) },
	{ FIELD_END }
};

/* Whether the destination is there, for a call that changes nothing. */
static const struct fault *
check_folder(struct call *call, const char *name, const char *wire)
{
	const struct imap_command	*status;
	const struct fault		*bad;
	struct buf			 text;

	buf_start(&text, call->arena);
	buf_text(&text, "STATUS ");
	imap_astring(&text, wire);
	buf_text(&text, " (UIDNEXT)");
	status = imap_queue(call->imap, call->arena, &text);
	if ((bad = imap_run(call->imap)) != NULL)
		return bad;
	if (status->outcome != IMAP_OK)
		return folder_missing(call->imap, call->arena, name,
		    imap_command_fault(call->arena, status,
		    "look at the folder"));
	return NULL;
}

/* Messages on their way: which, where to as it was said, and whether that
 * may be made. */
struct transfer {
	const char		*name;
	const char		*wire;
	bool			 create;
	bool			 dry_run;
	bool			 copies;
	const struct imap_box	*box;	/* where they are */
	struct uids		 set;
	struct undo_moving	 moving;
	struct change		 change;
};

/* The folder that is there by another way to say its name, else the name that
 * create_mailbox would give it; a role's is made as it is called. */
static const struct fault *
name_folder(struct call *call, struct transfer *transfer, bool *there)
{
	const struct folder	*found;
	const struct fault	*bad;
	struct folders		 all;

	*there = false;
	if (transfer->name[0] == '\\')
		return NULL;
	bad = folder_list(call->imap, call->arena, NULL, false, &all);
	if (bad != NULL || (bad = folder_name_find(call->imap, call->arena,
	    &all, transfer->name, &found)) != NULL)
		return bad;
	*there = found != NULL && found->selectable;
	if (*there)
		transfer->wire = found->wire;
	else if ((bad = naming_new(call, &all, transfer->name,
	    &transfer->wire)) != NULL)
		return bad;
	return call_permits(call, transfer->wire);
}

/* Where the server keeps it under a longer name, that must be allowed too. */
static const struct fault *
make_folder(struct call *call, struct transfer *transfer)
{
	const struct fault	*bad;
	const char		*made;
	bool			 there;

	bad = name_folder(call, transfer, &there);
	if (bad != NULL || there)
		return bad;
	bad = folder_make(call->imap, call->arena, transfer->wire, &made);
	if (bad != NULL || text_equal(made, transfer->wire))
		return bad;
	return call_folder(call, folder_decode(call->arena, made),
	    &transfer->wire);
}

static const struct fault *
carry(struct call *call, struct transfer *transfer)
{
	return transfer->copies ?
	    change_copy(call->imap, call->arena, transfer->set,
	    transfer->wire, &transfer->change) :
	    change_move(call->imap, call->arena, transfer->set,
	    transfer->wire, &transfer->change);
}

static const struct fault *
carry_to(struct call *call, struct transfer *transfer)
{
	const struct fault	*bad;
	bool			 there;

	if (transfer->dry_run) {
		bad = check_folder(call, transfer->name, transfer->wire);
		if (bad != NULL && transfer->create &&
		    bad->kind == FAULT_FOLDER)
			bad = name_folder(call, transfer, &there);
		if (bad != NULL)
			return bad;
		return change_look(call->imap, call->arena, transfer->set,
		    &transfer->change);
	}
	if (!transfer->copies && (bad = undo_prepare(call, transfer->set,
	    &transfer->moving)) != NULL)
		return bad;
	bad = carry(call, transfer);
	if (bad == NULL || bad->kind != FAULT_FOLDER)
		return bad;
	if (!transfer->create)
		return folder_missing(call->imap, call->arena,
		    transfer->name, bad);
	if ((bad = make_folder(call, transfer)) != NULL)
		return bad;
	return carry(call, transfer);
}

/* FAULT_MESSAGE where nothing was there to change. */
static const struct fault *
answer_change(struct call *call, const struct transfer *transfer,
    struct change_answer *answer)
{
	const struct change	*change = &transfer->change;

	if (change->done.len == 0)
		return choice_absent(call, transfer->set);
	answer->folder = folder_decode(call->arena, transfer->box->name);
	answer->uidvalidity = transfer->box->uidvalidity;
	answer->uids = choice_numbers(call->arena, change->done);
	answer->missing = choice_numbers(call->arena, change->missing);
	answer->new_uids = choice_numbers(call->arena, change->made);
	answer->destination_uidvalidity = change->validity;
	if (transfer->wire != NULL)
		answer->destination = folder_decode(call->arena,
		    transfer->wire);
	answer->dry_run = transfer->dry_run;
	answer->note = change->note;
	if (change->remains)
		answer->note = "The server can't expunge single messages: "
		    "they stay in the folder, marked \\Deleted.";
	return NULL;
}

/* From the open folder to another. */
static const struct fault *
carry_elsewhere(struct call *call, struct transfer *transfer,
    struct change_answer *answer)
{
	const struct fault	*bad;

	if (text_equal(transfer->wire, transfer->box->name))
		return fault_make(call->arena, FAULT_ARGUMENT,
		    "the destination is the folder they are in");
	if ((bad = carry_to(call, transfer)) != NULL)
		return bad;
	return answer_change(call, transfer, answer);
}

/* The undo of a move that was made. */
static void
seal_undo(struct call *call, const struct transfer *transfer,
    struct change_answer *answer)
{
	struct undo	 undo = { .uids = NULL };

	if (transfer->dry_run || transfer->wire == NULL)
		return;
	undo_moved(call, &transfer->change, transfer->wire,
	    &transfer->moving, &undo);
	answer->undo = undo_seal(call, &undo, &answer->note);
}

/* Asks where the user wants that, about messages that are there. */
static const struct fault *
ask(struct call *call, const struct transfer *transfer, const char *kinds)
{
	const struct fault	*bad;
	struct question		*question;
	struct change		 seen = { .note = NULL };

	if (transfer->dry_run || !confirm_is_needed(call, kinds))
		return NULL;
	bad = change_look(call->imap, call->arena, transfer->set, &seen);
	if (bad != NULL || seen.done.len == 0)
		return bad != NULL ? bad : choice_absent(call, transfer->set);
	question = arena_take(call->arena, sizeof(*question));
	question->kinds = kinds;
	question->reopen = true;
	question->sentence = transfer->wire == NULL ?
	    "Delete messages for good" : text_starts(kinds, "trash") ?
	    "Move messages to the trash" : "Move messages";
	question_messages(call, question, transfer->set);
	if (transfer->wire != NULL)
		question_row(call, &question->rows, "To folder",
		    folder_decode(call->arena, transfer->wire));
	return confirm_ask(call, question);
}

/* What goes to the trash is asked for as that, however it is called. */
static const struct fault *
ask_to_move(struct call *call, struct transfer *transfer)
{
	const struct fault	*bad;
	bool			 there, trash;

	if (transfer->dry_run || !confirm_is_needed(call, "trash move"))
		return NULL;
	if ((transfer->create && (bad = name_folder(call, transfer, &there)) !=
	    NULL) || (bad = trash_holds(call, transfer->wire, &trash)) != NULL)
		return bad;
	return ask(call, transfer, trash ? "trash move" : "move");
}

static const struct fault *
move_messages(struct call *call, const void *arguments, void *result)
{
	const struct move_args	*args = arguments;
	struct change_answer	*answer = result;
	struct transfer		 transfer = { .name = args->destination,
				    .create = args->create,
				    .dry_run = args->dry_run };
	const struct fault	*bad;

	bad = call_folder(call, args->destination, &transfer.wire);
	if (bad != NULL || (bad = choice_open(call, CHOICE(args),
	    &transfer.set, &transfer.box)) != NULL ||
	    (bad = ask_to_move(call, &transfer)) != NULL ||
	    (bad = carry_elsewhere(call, &transfer, answer)) != NULL)
		return bad;
	seal_undo(call, &transfer, answer);
	return NULL;
}

static const struct fault *
copy_messages(struct call *call, const void *arguments, void *result)
{
	const struct copy_args	*args = arguments;
	struct change_answer	*answer = result;
	struct transfer		 transfer = { .name = args->destination,
				    .create = args->create, .copies = true };
	const struct fault	*bad;

	bad = call_folder(call, args->destination, &transfer.wire);
	if (bad != NULL || (bad = choice_open_any(call, CHOICE(args),
	    &transfer.set, &transfer.box)) != NULL ||
	    (bad = carry_elsewhere(call, &transfer, answer)) != NULL)
		return bad;
	if (transfer.change.made.len == 0)
		answer->note = "The mail server does not tell the new UIDs.";
	return NULL;
}

/* To Trash, unless the messages are in it already or are to go for good. */
static const struct fault *
find_trash(struct call *call, const struct folder_query *query,
    struct transfer *trash)
{
	const struct fault	*bad;

	if (query->list == NULL)
		return NULL;
	bad = folder_query_role(call->imap, call->arena, query, "\\Trash",
	    &trash->wire);
	if (bad != NULL && bad->kind == FAULT_FOLDER)
		return fault_hint(call->arena, bad,
		    "Name a folder with move_mail_message, or set permanent.");
	if (bad == NULL && text_equal(trash->wire, trash->box->name))
		trash->wire = NULL;
	return bad;
}

static const struct fault *
delete_messages(struct call *call, const void *arguments, void *result)
{
	const struct delete_args	*args = arguments;
	struct change_answer		*answer = result;
	struct transfer			 trash = { .name = "\\Trash",
					    .create = true,
					    .dry_run = args->dry_run };
	struct folder_query		 query = { .list = NULL };
	const struct fault		*bad;

	if ((bad = call_imap(call)) != NULL)
		return bad;
	if (!args->permanent)
		folder_query(call->imap, call->arena, &query);
	bad = choice_open(call, CHOICE(args), &trash.set, &trash.box);
	if (bad != NULL || (bad = find_trash(call, &query, &trash)) != NULL ||
	    (bad = ask(call, &trash, trash.wire == NULL ? "delete" :
	    "trash")) != NULL)
		return bad;
	if (trash.wire != NULL)
		bad = carry_to(call, &trash);
	else
		bad = (args->dry_run ? change_look : change_delete)(call->imap,
		    call->arena, trash.set, &trash.change);
	if (bad != NULL ||
	    (bad = answer_change(call, &trash, answer)) != NULL)
		return bad;
	answer->permanent = trash.wire == NULL;
	seal_undo(call, &trash, answer);
	return NULL;
}

const struct tool	 tool_move_messages = {
	.name = "move_mail_message", .title = "Move mail",
	.description = "Moves messages to another folder.",
	.scope = "mail:modify", .input = move_rows,
	.input_size = sizeof(struct move_args), .output = moved_rows,
	.output_size = sizeof(struct change_answer),
	.handler = move_messages
};

const struct tool	 tool_copy_messages = {
	.name = "copy_mail_message", .title = "Copy mail",
	.description = "Copies messages to another folder.",
	.scope = "mail:modify", .input = copy_rows,
	.input_size = sizeof(struct copy_args), .output = copied_rows,
	.output_size = sizeof(struct change_answer), .handler = copy_messages
};

const struct tool	 tool_delete_messages = {
	.name = "delete_mail_message", .title = "Delete mail",
	.description = "Moves messages to Trash; for good where permanent, "
	    "or there.",
	.scope = "mail:modify", .destructive = true, .input = delete_rows,
	.input_size = sizeof(struct delete_args), .output = deleted_rows,
	.output_size = sizeof(struct change_answer),
	.handler = delete_messages
};
