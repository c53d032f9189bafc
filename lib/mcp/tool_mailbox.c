#include "mcp/tool_mailbox.h"

#include "base/arena.h"
#include "base/fault.h"
#include "mail/folder.h"
#include "mail/folder_change.h"
#include "mail/folder_missing.h"
#include "mail/folder_name.h"
#include "mcp/call.h"
#include "mcp/confirm.h"
#include "mcp/naming.h"
#include "mcp/question.h"
#include "mcp/tool.h"
#include "mcp/trash.h"

enum { BELOW_MOST = 100 };	/* folders that go with the one named */

struct create_args {
	const char	*name;
};

struct rename_args {
	const char	*name;
	const char	*new_name;
};

struct delete_args {
	const char	*name;
	bool		 even_if_not_empty;
};

struct created {
	const char	*name;
};

struct renamed {
	const char	*name;
	const char	*note;
};

struct deleted {
	struct texts	 deleted;
	const char	*note;
};

static const struct field	 create_rows[] = {
	{ FIELD(struct create_args, name), .required = true },
	{ FIELD_END }
};

static const struct field	 rename_rows[] = {
	{ FIELD(struct rename_args, name), .required = true },
	{ FIELD(struct rename_args, new_name), .required = true },
	{ FIELD_END }
};

static const struct field	 delete_rows[] = {
	{ FIELD(struct delete_args, name), .required = true },
	{ FIELD(struct delete_args, even_if_not_empty) },
	{ FIELD_END }
};

static const struct field	 created_rows[] = {
	{ FIELD(struct created, name) },
	{ FIELD_END }
};

static const struct field	 renamed_rows[] = {
	{ FIELD(struct renamed, name) },
	{ FIELD(struct renamed, note) },
	{ FIELD_END }
};

static const struct field	 deleted_rows[] = {
	{ FIELD(struct deleted, deleted) },
	{ FIELD(struct deleted, note) },
	{ FIELD_END }
};

static const struct fault *
begin(struct call *call, struct folders *all)
{
	const struct fault	*bad;

	if ((bad = call_imap(call)) != NULL)
		return bad;
	return folder_change_begin(call->imap, call->arena, all);
}

/* Whoever may look into some folders only is not told what others there are.
 */
static const struct fault *
tell_missing(struct call *call, const char *name)
{
	const struct fault	*bad;
	const char		*wire;

	if ((bad = call_folder(call, name, &wire)) != NULL)
		return bad;
	return folder_missing(call->imap, call->arena, name,
	    fault_make(call->arena, FAULT_FOLDER, "the mail server did not "
	    "list the folder a moment ago"));
}

/* The folder of that name that is to be changed: not INBOX, none with a role,
 * and one that the grant leaves open. */
static const struct fault *
find_own(struct call *call, const struct folders *all, const char *name,
    const struct folder **found)
{
	const struct fault	*bad;

	bad = folder_name_find(call->imap, call->arena, all, name, found);
	if (bad != NULL)
		return bad;
	if (*found == NULL)
		return tell_missing(call, name);
	if ((bad = call_permits(call, (*found)->wire)) != NULL)
		return bad;
	if ((*found)->role != NULL)
		return fault_hint(call->arena, fault_make(call->arena,
		    FAULT_PERMISSION, "\"%s\" is the mailbox's %s folder, "
		    "which this tool leaves alone", (*found)->name,
		    (*found)->role), "The user can do it in a mail program.");
	return NULL;
}

/* All folders below one, the deepest first, since the list is sorted by name:
 * each must be one that may be changed, too. */
static const struct fault *
find_below(struct call *call, const struct folders *all,
    const struct folder *parent, struct folders *below)
{
	const struct fault	*bad;
	size_t			 i;

	below->at = arena_array(call->arena, all->len + 1,
	    sizeof(*below->at));
	for (i = all->len, below->len = 0; i-- > 0;) {
		if (!folder_name_is_below(&all->at[i], parent))
			continue;
		bad = call_permits(call, all->at[i].wire);
		if (bad != NULL)
			return bad;
		if (all->at[i].role != NULL)
			return fault_hint(call->arena,
			    fault_make(call->arena, FAULT_PERMISSION,
			    "\"%s\" below it is the mailbox's %s folder, "
			    "which this tool leaves alone", all->at[i].name,
			    all->at[i].role),
			    "The user can do it in a mail program.");
		below->at[below->len++] = all->at[i];
	}
	return NULL;
}

static const struct fault *
create_folder(struct call *call, const void *arguments, void *result)
{
	const struct create_args	*args = arguments;
	struct created			*answer = result;
	const struct fault		*bad;
	const char			*wire;
	struct folders			 all;

	if ((bad = begin(call, &all)) != NULL ||
	    (bad = naming_new(call, &all, args->name, &wire)) != NULL ||
	    (bad = call_permits(call, wire)) != NULL ||
	    (bad = folder_change_create(call->imap, call->arena, wire))
	    != NULL)
		return bad;
	answer->name = folder_decode(call->arena, wire);
	return NULL;
}

static const struct fault *
check_target(struct call *call, const struct folder *folder,
    const char *wire)
{
	const struct folder	 target = { .wire = wire };

	if (folder_name_is_below(&target, folder))
		return fault_make(call->arena, FAULT_ARGUMENT,
		    "a folder can't be moved below itself");
	return call_permits(call, wire);
}

/* Many programs throw folders away so. */
static const struct fault *
ask_to_move(struct call *call, const struct folder *folder, const char *wire)
{
	const struct fault	*bad;
	struct question		*question;
	bool			 trash;

	if (!confirm_is_needed(call, "trash"))
		return NULL;
	bad = trash_holds(call, wire, &trash);
	if (bad != NULL || !trash)
		return bad;
	question = arena_take(call->arena, sizeof(*question));
	question->kinds = "trash";
	question->sentence = "Move a folder with all that is in it to the "
	    "trash";
	question_row(call, &question->rows, "Folder", folder->name);
	question_row(call, &question->rows, "To", folder_decode(call->arena,
	    wire));
	return confirm_ask(call, question);
}

static const struct fault *
rename_folder(struct call *call, const void *arguments, void *result)
{
	const struct rename_args	*args = arguments;
	struct renamed			*answer = result;
	const struct folder		*folder;
	const struct fault		*bad;
	const char			*wire;
	struct folders			 all, below;

	if ((bad = begin(call, &all)) != NULL ||
	    (bad = find_own(call, &all, args->name, &folder)) != NULL ||
	    (bad = find_below(call, &all, folder, &below)) != NULL ||
	    (bad = naming_new(call, &all, args->new_name, &wire)) != NULL ||
	    (bad = check_target(call, folder, wire)) != NULL ||
	    (bad = ask_to_move(call, folder, wire)) != NULL ||
	    (bad = folder_change_rename(call->imap, call->arena, &all, folder,
	    wire)) != NULL)
		return bad;
	answer->name = folder_decode(call->arena, wire);
	if (below.len > 0)
		answer->note = text_format(call->arena,
		    "%zu folder%s below it moved along.", below.len,
		    below.len == 1 ? "" : "s");
	return NULL;
}

/* Refuses what holds messages or folders, unless that is wanted. */
static const struct fault *
check_empty(struct call *call, struct folders *these, const char *name)
{
	const struct fault	*bad;
	int64_t			 messages = 0;
	size_t			 i;

	if ((bad = folder_count(call->imap, call->arena, these)) != NULL)
		return bad;
	for (i = 0; i < these->len; i++)
		if (these->at[i].messages > 0)
			messages += these->at[i].messages;
	if (messages == 0 && these->len == 1)
		return NULL;
	return fault_hint(call->arena, fault_make(call->arena,
	    FAULT_ARGUMENT, "\"%s\" is not empty: %lld message%s and %zu "
	    "folder%s would go for good", name, (long long)messages,
	    messages == 1 ? "" : "s", these->len - 1,
	    these->len == 2 ? "" : "s"), "Move them elsewhere, or set "
	    "even_if_not_empty if the user wants all that gone.");
}

/* A folder whose count nobody tells counts as one that is not empty. */
static const struct fault *
check_counted(struct call *call, const struct folders *these)
{
	size_t	 i;

	for (i = 0; i < these->len; i++)
		if (these->at[i].selectable && these->at[i].messages < 0)
			return fault_hint(call->arena, fault_make(call->arena,
			    FAULT_REFUSED, "the mail server does not tell "
			    "whether \"%s\" is empty", these->at[i].name),
			    "Look into it, or set even_if_not_empty if the "
			    "user wants all in it gone.");
	return NULL;
}

static const struct fault *
remove_these(struct call *call, const struct folders *these,
    struct deleted *answer)
{
	const struct fault	*bad, *refused;
	size_t			 gone, i;

	bad = folder_change_delete(call->imap, call->arena, these, &gone,
	    &refused);
	if (bad != NULL)
		return bad;
	if (gone == 0 && refused != NULL)
		return refused;
	for (i = 0; i < gone; i++)
		texts_add(call->arena, &answer->deleted, these->at[i].name);
	if (refused != NULL)
		answer->note = text_format(call->arena,
		    "\"%s\" and what is not named stays: %s",
		    these->at[gone].name, refused->detail);
	return NULL;
}

static const struct fault *
ask(struct call *call, const struct folders *these)
{
	struct question	*question;
	struct texts	 names = { NULL, 0 };
	size_t		 i;

	question = arena_take(call->arena, sizeof(*question));
	question->kinds = "delete";
	question->sentence = "Delete folders with all that is in them";
	for (i = 0; i < these->len; i++)
		texts_add(call->arena, &names, these->at[i].name);
	question_row(call, &question->rows, these->len == 1 ? "Folder" :
	    "Folders", texts_join(call->arena, names, ", "));
	return confirm_ask(call, question);
}

static const struct fault *
delete_folder(struct call *call, const void *arguments, void *result)
{
	const struct delete_args	*args = arguments;
	const struct folder		*folder;
	const struct fault		*bad;
	struct folders			 all, these;

	if ((bad = begin(call, &all)) != NULL ||
	    (bad = find_own(call, &all, args->name, &folder)) != NULL ||
	    (bad = find_below(call, &all, folder, &these)) != NULL)
		return bad;
	if (these.len > BELOW_MOST)
		return fault_make(call->arena, FAULT_LIMIT, "\"%s\" has %zu "
		    "folders below it; %d go at once", folder->name,
		    these.len, BELOW_MOST);
	these.at[these.len++] = *folder;
	if (!args->even_if_not_empty &&
	    ((bad = check_empty(call, &these, folder->name)) != NULL ||
	    (bad = check_counted(call, &these)) != NULL))
		return bad;
	if ((bad = ask(call, &these)) != NULL)
		return bad;
	return remove_these(call, &these, result);
}

const struct tool	 tool_create_folder = {
	.name = "create_mailbox", .title = "Create folder",
	.description = "As A/B for B in A.",
	.scope = "mail:modify", .input = create_rows,
	.input_size = sizeof(struct create_args), .output = created_rows,
	.output_size = sizeof(struct created), .handler = create_folder
};

const struct tool	 tool_rename_folder = {
	.name = "rename_mailbox", .title = "Rename folder",
	.description = "Or moves it, as to A/B.",
	.scope = "mail:modify", .input = rename_rows,
	.input_size = sizeof(struct rename_args), .output = renamed_rows,
	.output_size = sizeof(struct renamed), .handler = rename_folder
};

const struct tool	 tool_delete_folder = {
	.name = "delete_mailbox", .title = "Delete folder",
	.description = "With even_if_not_empty all in and below it, too.",
	.scope = "mail:modify", .destructive = true, .input = delete_rows,
	.input_size = sizeof(struct delete_args), .output = deleted_rows,
	.output_size = sizeof(struct deleted), .handler = delete_folder
};
