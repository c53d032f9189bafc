#include "../mail/script.h"

#include "mcp/call.h"
#include "mcp/tool.h"
#include "mcp/tool_mailbox.h"

/* What a grant that names some folders may do with them and with others. */
#define LISTED								\
	{ "EXAMINE INBOX", "@ OK [READ-ONLY]\n" },			\
	{ "LIST \"\" \"*\"",						\
	    "* LIST () \"/\" INBOX\n* LIST () \"/\" Work\n"		\
	    "* LIST () \"/\" Work/2026\n* LIST () \"/\" Private\n"	\
	    "* LIST (\\Sent) \"/\" Work/Out\n@ OK\n" },			\
	{ "LSUB \"\" \"*\"", "@ OK\n" }

struct arguments {
	const char	*name;
	const char	*new_name;	/* or whether even if not empty */
};

struct row {
	const char		*title;
	const struct tool	*tool;
	const char		*limit;		/* the only folder, or NULL */
	struct arguments	 args;
	int			 fault;		/* -1: none */
	const char		*word;		/* of the fault, or NULL */
	struct turn		 turns[10];
};

static const struct row	 rows[] = {
	{ "makes what the grant names", &tool_create_folder, "New",
	    { "New", NULL }, -1, NULL, { LISTED,
		{ "CREATE New", "@ OK\n" }, { "SUBSCRIBE New", "@ OK\n" },
		{ NULL, NULL } } },
	{ "makes nothing else", &tool_create_folder, "Work",
	    { "New", NULL }, FAULT_PERMISSION, "Work", { LISTED,
		{ NULL, NULL } } },
	{ "renames nothing to another name", &tool_rename_folder, "Private",
	    { "Private", "Mine" }, FAULT_PERMISSION, "only: Private", {
		LISTED, { NULL, NULL } } },
	{ "renames no other", &tool_rename_folder, "Work",
	    { "Private", "Work/x" }, FAULT_PERMISSION, "only: Work", {
		LISTED, { NULL, NULL } } },
	{ "renames none with others below", &tool_rename_folder, "Work",
	    { "Work", "Work" }, FAULT_PERMISSION, "only: Work", {
		LISTED, { NULL, NULL } } },
	{ "removes no other", &tool_delete_folder, "Work",
	    { "Private", NULL }, FAULT_PERMISSION, "only: Work", {
		LISTED, { NULL, NULL } } },
	{ "tells nobody what else there is", &tool_delete_folder, "Work",
	    { "Privat", NULL }, FAULT_PERMISSION, "only: Work", {
		LISTED, { NULL, NULL } } },
	{ "leaves a parent of a folder with a role", &tool_delete_folder,
	    NULL, { "Work", NULL }, FAULT_PERMISSION, "\\Sent", { LISTED,
		{ NULL, NULL } } },
	{ "leaves a folder with a role", &tool_rename_folder, NULL,
	    { "Work/Out", "Out" }, FAULT_PERMISSION, "\\Sent", { LISTED,
		{ NULL, NULL } } },
	{ "leaves INBOX", &tool_delete_folder, NULL, { "inbox", NULL },
	    FAULT_PERMISSION, "\\Inbox", { LISTED, { NULL, NULL } } },
	{ "does not move a folder below itself", &tool_rename_folder, NULL,
	    { "Private", "Private/x" }, FAULT_ARGUMENT, "below itself", {
		LISTED, { NULL, NULL } } },
	{ "removes what is empty", &tool_delete_folder, NULL,
	    { "Private", NULL }, -1, NULL, { LISTED,
		{ "STATUS Private (MESSAGES UNSEEN UIDNEXT UIDVALIDITY)",
		    "* STATUS Private (MESSAGES 0)\n@ OK\n" },
		{ "DELETE Private", "@ OK\n" },
		{ "UNSUBSCRIBE Private", "@ OK\n" }, { NULL, NULL } } },
	{ "removes nothing with messages", &tool_delete_folder, NULL,
	    { "Private", NULL }, FAULT_ARGUMENT, "1 message ", { LISTED,
		{ "STATUS Private (MESSAGES UNSEEN UIDNEXT UIDVALIDITY)",
		    "* STATUS Private (MESSAGES 1)\n@ OK\n" },
		{ NULL, NULL } } },
	{ "removes nothing that is not counted", &tool_delete_folder, NULL,
	    { "Private", NULL }, FAULT_REFUSED, "does not tell", { LISTED,
		{ "STATUS Private (MESSAGES UNSEEN UIDNEXT UIDVALIDITY)",
		    "@ OK\n" }, { NULL, NULL } } }
};

static void
run_row(const struct row *row)
{
	static const struct access	 access = { .grant = "grant" };
	const char			*limit = row->limit;
	void				*answer;
	const struct fault		*bad;
	struct account			 account;
	struct script			 script;
	struct call			 call;

	print_message("# %s\n", row->title);
	script_begin(&script, "X", row->turns);
	account = script.account;
	account.folders = (struct texts){ &limit, limit == NULL ? 0 : 1 };
	call = (struct call){ .arena = script.arena, .access = &access,
	    .config = &script.config, .account = &account,
	    .imap = script.imap };
	answer = arena_take(script.arena, row->tool->output_size);
	bad = row->tool->handler(&call, &row->args, answer);
	if (bad != NULL && (int)bad->kind != row->fault)
		print_message("# %s\n", bad->detail);
	assert_int_equal(bad == NULL ? -1 : (int)bad->kind, row->fault);
	if (row->word != NULL)
		assert_non_null(strstr(bad->detail, row->word));
	script_end(&script);
}

static void
keeps_to_the_limits(void **state)
{
	size_t	 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		run_row(&rows[i]);
}

CHECK_MAIN(cmocka_unit_test(keeps_to_the_limits))
