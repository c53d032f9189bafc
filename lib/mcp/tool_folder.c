#include "mcp/tool_folder.h"

#include "base/arena.h"
#include "base/fault.h"
#include "mail/folder.h"
#include "mcp/call.h"
#include "mcp/excerpt.h"
#include "mcp/naming.h"
#include "mcp/tool.h"

enum {
	FOLDER_PAGE = 200,
	FOLDER_PAGE_MOST = 500,
	FOLDER_ANSWER_CHARS = 90000
};

struct folders_args {
	const char	*pattern;
	bool		 counts;
	int64_t		 page;
	int64_t		 per_page;
};

struct folder_answer {
	const char	*name;
	const char	*role;
	int64_t		 messages;
	int64_t		 unseen;
	bool		 selectable;
	bool		 subscribed;
};

struct folders_answer {
	const char	*account;
	int64_t		 total;
	struct objects	 mailboxes;	/* struct folder_answer */
	const char	*note;
};

static const struct field	 folders_rows[] = {
	{ FIELD(struct folders_args, pattern), .most = NAMING_CHARS_MOST,
	  .meaning = "As Projects/*" },
	{ FIELD(struct folders_args, counts), .otherwise = true },
	{ FIELD(struct folders_args, page), .least = 1, .most = 100000,
	  .otherwise = 1, .bare = true },
	{ FIELD(struct folders_args, per_page), .least = 1,
	  .most = FOLDER_PAGE_MOST, .otherwise = FOLDER_PAGE },
	{ FIELD_END }
};

static const struct field	 folder_rows[] = {
	{ FIELD(struct folder_answer, name) },
	{ FIELD(struct folder_answer, role) },
	{ FIELD(struct folder_answer, messages), .present = true },
	{ FIELD(struct folder_answer, unseen), .present = true },
	{ FIELD(struct folder_answer, selectable), .otherwise = true },
	{ FIELD(struct folder_answer, subscribed), .otherwise = true },
	{ FIELD_END }
};

static const struct field	 answer_rows[] = {
	{ FIELD(struct folders_answer, account) },
	{ FIELD(struct folders_answer, total), .present = true },
	{ FIELD(struct folders_answer, mailboxes), .present = true,
	  .bare = true, .rows = folder_rows,
	  .size = sizeof(struct folder_answer) },
	{ FIELD(struct folders_answer, note) },
	{ FIELD_END }
};

static void
answer_folder(struct call *call, const struct folder *folder,
    struct folder_answer *answer)
{
	answer->name = naming_shown(call->arena, folder->name);
	answer->role = folder->role;
	answer->messages = folder->messages < 0 ? FIELD_ABSENT :
	    folder->messages;
	answer->unseen = folder->messages < 0 || folder->unseen < 0 ?
	    FIELD_ABSENT : folder->unseen;
	answer->selectable = folder->selectable;
	answer->subscribed = folder->subscribed;
}

/* Counts of all folders come with the list where the server can; of a later
 * page, or from other servers, only those of the page are asked for. */
static const struct fault *
find_folders(struct call *call, const struct folders_args *args,
    struct folders *page, struct folders_answer *answer)
{
	const struct fault	*bad;
	struct folders		 all;
	size_t			 first;
	bool			 at_once;

	at_once = args->counts && args->page == 1 &&
	    imap_can(call->imap, IMAP_CAN_LIST_EXTENDED) &&
	    imap_can(call->imap, IMAP_CAN_LIST_STATUS);
	bad = folder_list(call->imap, call->arena,
	    text_is_empty(args->pattern) ? NULL : args->pattern, at_once,
	    &all);
	if (bad != NULL)
		return bad;
	if (all.len == FOLDERS_MOST)
		answer->note = "There are too many folders: narrow it by "
		    "pattern.";
	if ((bad = call_keep_allowed(call, &all)) != NULL)
		return bad;
	answer->total = (int64_t)all.len;
	first = (size_t)((args->page - 1) * args->per_page);
	if (first > all.len)
		first = all.len;
	page->at = all.at + first;
	page->len = all.len - first;
	if (page->len > (size_t)args->per_page)
		page->len = (size_t)args->per_page;
	return !args->counts || at_once ? NULL :
	    folder_count(call->imap, call->arena, page);
}

static const struct fault *
list_folders(struct call *call, const void *arguments, void *result)
{
	const struct folders_args	*args = arguments;
	struct folders_answer		*answer = result;
	struct folder_answer		*list;
	const struct fault		*bad;
	struct folders			 page;
	size_t				 n, spent;

	if ((bad = call_imap(call)) != NULL ||
	    (bad = find_folders(call, args, &page, answer)) != NULL)
		return bad;
	answer->account = call->account->address;
	list = arena_array(call->arena, page.len, sizeof(*list));
	for (n = spent = 0; n < page.len; n++) {
		answer_folder(call, &page.at[n], &list[n]);
		spent += excerpt_cost(list[n].name) + 110;
		if (spent > FOLDER_ANSWER_CHARS)
			break;
	}
	answer->mailboxes = (struct objects){ list, n };
	if (spent > FOLDER_ANSWER_CHARS)
		answer->note = "The page was cut: ask for fewer per_page.";
	return NULL;
}

const struct tool	 tool_list_folders = {
	.name = "list_mailboxes", .title = "List folders",
	.description = "The folders: name, role, how many messages and "
	    "unseen.",
	.scope = "mail:folders", .read_only = true, .idempotent = true,
	.open_world = true, .input = folders_rows,
	.input_size = sizeof(struct folders_args), .output = answer_rows,
	.output_size = sizeof(struct folders_answer),
	.handler = list_folders
};
