#include "mcp/tool_undo.h"

#include "base/arena.h"
#include "base/fault.h"
#include "mail/change.h"
#include "mail/flags.h"
#include "mail/folder.h"
#include "mcp/call.h"
#include "mcp/changed.h"
#include "mcp/choice.h"
#include "mcp/tool.h"
#include "mcp/undo.h"

enum { CHANGES_MOST = 3 };	/* a restored, a moved back, a removed */

struct undo_args {
	const char	*undo;
};

struct undo_answer {
	struct objects	 changes;	/* struct changed */
	const char	*note;
};

static const struct field	 undo_args_rows[] = {
	{ FIELD(struct undo_args, undo), .required = true, .least = 1,
	  .most = 7168 },
	{ FIELD_END }
};

static const struct field	 answer_rows[] = {
	{ FIELD(struct undo_answer, changes), .present = true, .bare = true,
	  .rows = changed_rows, .size = sizeof(struct changed) },
	{ FIELD(struct undo_answer, note) },
	{ FIELD_END }
};

/* An undo on its way. */
struct work {
	struct call	*call;
	struct undo	 undo;
	struct changed	*list;		/* room for CHANGES_MOST */
	size_t		 len;
	const char	*note;
};

static const struct fault *
nothing_left(struct call *call, const char *why)
{
	return fault_hint(call->arena, fault_make(call->arena, FAULT_MESSAGE,
	    "nothing is left to undo: %s", why),
	    "Look for the messages by a search; do not call this again.");
}

static struct changed *
add(struct work *work, const struct imap_box *box)
{
	struct changed	*undone = &work->list[work->len++];

	undone->folder = folder_decode(work->call->arena, box->name);
	undone->uidvalidity = box->uidvalidity;
	return undone;
}

/* Moves them back from the folder they went to. */
static const struct fault *
move_back(struct work *work, const struct uids *wanted)
{
	struct call		*call = work->call;
	const struct undo	*undo = &work->undo;
	const struct imap_box	*box;
	const struct fault	*bad;
	struct change		 change = { .note = NULL };
	struct changed		*undone;
	struct uids		 found;

	if ((bad = undo_enter(call, undo->destination,
	    undo->destination_uidvalidity, &box)) != NULL ||
	    (bad = undo_find(call, undo, wanted, &found)) != NULL)
		return bad;
	if (found.len > 0 && (bad = change_move(call->imap, call->arena,
	    found, undo->folder, &change)) != NULL)
		return bad->kind != FAULT_FOLDER ? bad :
		    fault_hint(call->arena, fault_make(call->arena,
		    FAULT_FOLDER, "the folder \"%s\", where the messages "
		    "were, is gone", folder_decode(call->arena,
		    undo->folder)), "Make it with create_mailbox and undo "
		    "again.");
	if (change.done.len == 0)
		return nothing_left(call, text_format(call->arena,
		    "the messages are no longer in \"%s\"",
		    folder_decode(call->arena, box->name)));
	undone = add(work, box);
	undone->uids = choice_numbers(call->arena, change.done);
	undone->missing = choice_numbers(call->arena, change.missing);
	undone->destination = folder_decode(call->arena, undo->folder);
	undone->destination_uidvalidity = change.validity;
	undone->new_uids = choice_numbers(call->arena, change.made);
	work->note = change.note;
	if (change.remains)
		work->note = "The server can't expunge single messages: "
		    "copies stay where they were, marked \\Deleted.";
	return NULL;
}

/* Of those asked for, the UIDs that an undo of flags changed, and those that
 * are not there. */
static void
sort_flags(struct arena *arena, struct uids asked,
    const struct flags_list *list, struct uids *changed, struct uids *gone)
{
	size_t	 i, at;

	changed->at = arena_array(arena, asked.len, sizeof(*changed->at));
	gone->at = arena_array(arena, asked.len, sizeof(*gone->at));
	changed->len = gone->len = 0;
	for (i = at = 0; i < asked.len; i++) {
		if (at == list->len || list->at[at].uid != asked.at[i])
			gone->at[gone->len++] = asked.at[i];
		else if (list->at[at++].changed)
			changed->at[changed->len++] = asked.at[i];
	}
}

/* Takes away the copies of those that are where they were again. */
static const struct fault *
remove_copies(struct work *work, struct uids restored)
{
	struct call		*call = work->call;
	const struct imap_box	*box;
	const struct fault	*bad;
	struct change		 change = { .note = NULL };
	struct changed		*undone;
	struct uids		 found;

	if ((bad = undo_enter(call, work->undo.destination,
	    work->undo.destination_uidvalidity, &box)) != NULL ||
	    (bad = undo_find(call, &work->undo, &restored, &found)) != NULL)
		return bad;
	if (found.len > 0 && (bad = change_delete(call->imap, call->arena,
	    found, &change)) != NULL)
		return bad;
	undone = add(work, box);
	undone->uids = choice_numbers(call->arena, change.done);
	undone->destination = folder_decode(call->arena, work->undo.folder);
	undone->destination_uidvalidity = work->undo.uidvalidity;
	undone->new_uids = choice_numbers(call->arena, restored);
	if (change.remains)
		work->note = "The server can't expunge single messages: the "
		    "copies stay, marked \\Deleted.";
	return NULL;
}

/* The same; that they could not be removed is only told, since what was asked
 * for is done. */
static const struct fault *
take_copies(struct work *work, struct uids restored)
{
	struct changed		*undone;
	const struct fault	*bad;

	bad = remove_copies(work, restored);
	if (bad == NULL || !imap_is_usable(work->call->imap))
		return bad;
	undone = &work->list[work->len++];
	undone->destination = folder_decode(work->call->arena,
	    work->undo.folder);
	undone->destination_uidvalidity = work->undo.uidvalidity;
	undone->new_uids = choice_numbers(work->call->arena, restored);
	work->note = text_format(work->call->arena,
	    "The messages are back; their copies could not be removed: %s.",
	    bad->detail);
	return NULL;
}

/* Where a move left them, marked \Deleted: the marks go, and the copies too;
 * those that somebody expunged meanwhile are moved back. */
static const struct fault *
unmark(struct work *work)
{
	struct call		*call = work->call;
	struct flags_past	 past = { .flag = "\\Deleted", .added = true };
	const struct flags_record	 record = { &past, 1 };
	const struct imap_box	*box;
	const struct fault	*bad;
	struct flags_list	 list;
	struct uids		 restored, gone;

	if ((bad = undo_uids(call, work->undo.uids, &past.uids)) != NULL ||
	    (bad = undo_enter(call, work->undo.folder, work->undo.uidvalidity,
	    &box)) != NULL ||
	    (bad = flags_restore(call->imap, call->arena, past.uids, &record,
	    &list)) != NULL)
		return bad;
	sort_flags(call->arena, past.uids, &list, &restored, &gone);
	if (restored.len + gone.len == 0)
		return nothing_left(call, "the messages are where they were");
	if (restored.len > 0 && (bad = take_copies(work, restored)) != NULL)
		return bad;
	if (gone.len == 0)
		return NULL;
	bad = move_back(work, &gone);
	return restored.len > 0 && bad != NULL && bad->kind == FAULT_MESSAGE ?
	    NULL : bad;
}

static const struct fault *
restore_flags(struct work *work)
{
	struct call		*call = work->call;
	struct flags_record	 record;
	const struct imap_box	*box;
	const struct fault	*bad;
	struct flags_list	 list;
	struct changed		*undone;
	struct uids		 all, changed, gone;

	record.at = arena_array(call->arena, FLAGS_PAST_MOST,
	    sizeof(*record.at));
	if ((bad = undo_flags(call, &work->undo, &record, &all)) != NULL ||
	    (bad = undo_enter(call, work->undo.folder, work->undo.uidvalidity,
	    &box)) != NULL ||
	    (bad = flags_restore(call->imap, call->arena, all, &record,
	    &list)) != NULL)
		return bad;
	sort_flags(call->arena, all, &list, &changed, &gone);
	if (changed.len == 0)
		return nothing_left(call, list.len == 0 ?
		    "the messages are no longer there" :
		    "the flags are as they were");
	undone = add(work, box);
	undone->uids = choice_numbers(call->arena, changed);
	undone->missing = choice_numbers(call->arena, gone);
	undone->flags = flags_shared(call->arena, &list);
	return NULL;
}

/* The draft that was made goes to Trash, where there is one and it is not in
 * it. */
static const struct fault *
throw_away(struct work *work, const char **trash, struct change *change)
{
	struct call		*call = work->call;
	const struct fault	*bad;
	struct uids		 draft;

	bad = undo_find_draft(call, &work->undo, &draft);
	if (bad != NULL || draft.len == 0)
		return bad;
	bad = folder_wire_name(call->imap, call->arena, "\\Trash", trash);
	if (bad != NULL && bad->kind != FAULT_FOLDER)
		return bad;
	if (bad == NULL && !text_equal(*trash, work->undo.folder))
		return change_move(call->imap, call->arena, draft, *trash,
		    change);
	*trash = NULL;
	return change_delete(call->imap, call->arena, draft, change);
}

static const struct fault *
remove_draft(struct work *work)
{
	struct call		*call = work->call;
	const struct imap_box	*box;
	const struct fault	*bad;
	const char		*trash = NULL;
	struct change		 change = { .note = NULL };
	struct changed		*undone;

	if ((bad = undo_enter(call, work->undo.folder, work->undo.uidvalidity,
	    &box)) != NULL ||
	    (bad = throw_away(work, &trash, &change)) != NULL)
		return bad;
	if (change.done.len == 0)
		return nothing_left(call, "the draft is no longer there");
	undone = add(work, box);
	undone->uids = choice_numbers(call->arena, change.done);
	if (trash != NULL)
		undone->destination = folder_decode(call->arena, trash);
	undone->destination_uidvalidity = change.validity;
	undone->new_uids = choice_numbers(call->arena, change.made);
	if (change.remains)
		work->note = "The draft stays, marked \\Deleted: the server "
		    "can't expunge single messages.";
	return NULL;
}

static const struct fault *
take_back(struct work *work)
{
	const struct undo	*undo = &work->undo;
	const struct fault	*bad = NULL;

	if (undo->uids != NULL)
		bad = undo->remains ? unmark(work) : move_back(work, NULL);
	if (bad == NULL && undo->flags.len > 0)
		bad = restore_flags(work);
	if (bad != NULL || undo->draft == 0)
		return bad;
	bad = remove_draft(work);
	if (bad == NULL || work->len == 0)
		return bad;
	work->note = text_format(work->call->arena,
	    "The old draft is back, the new one could not be removed: %s.",
	    bad->detail);
	return NULL;
}

static const struct fault *
undo_change(struct call *call, const void *arguments, void *result)
{
	const struct undo_args	*args = arguments;
	struct undo_answer	*answer = result;
	const struct fault	*bad;
	struct work		 work = { .call = call };

	work.list = arena_array(call->arena, CHANGES_MOST,
	    sizeof(*work.list));
	if ((bad = undo_open(call, args->undo, &work.undo)) != NULL ||
	    (bad = call_imap(call)) != NULL ||
	    (bad = take_back(&work)) != NULL)
		return bad;
	answer->changes = (struct objects){ work.list, work.len };
	answer->note = work.note;
	return NULL;
}

const struct tool	 tool_undo_change = {
	.name = "undo_mail_change", .title = "Undo",
	.description = "Takes back a move, deletion, change of flags or "
	    "draft.",
	.scope = "mail:modify", .idempotent = true, .input = undo_args_rows,
	.input_size = sizeof(struct undo_args), .output = answer_rows,
	.output_size = sizeof(struct undo_answer), .handler = undo_change
};
