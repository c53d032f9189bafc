#include "script.h"

#include "mail/folder_change.h"
#include "mail/folder_name.h"

/* Folders of a server with a delimiter of its own and a prefix. */
#define DOTTED								\
	{ "EXAMINE INBOX", "@ OK [READ-ONLY]\n" },			\
	{ "LIST \"\" \"*\"",						\
	    "* LIST () \".\" INBOX\n"					\
	    "* LIST () \".\" INBOX.Work\n"				\
	    "* LIST () \".\" INBOX.Work.2026\n"				\
	    "* LIST (\\Noselect) \".\" INBOX.Level\n"			\
	    "* LIST () \".\" INBOX.Workshop\n"				\
	    "* LIST () \".\" shared\n@ OK\n" },				\
	{ "LSUB \"\" \"*\"", "* LSUB () \".\" INBOX.Work.2026\n@ OK\n" }

#define SPACE	{ "NAMESPACE",						\
	"* NAMESPACE ((\"INBOX.\" \".\")) NIL NIL\n@ OK\n" }

static const struct turn	 dotted[] = { DOTTED, { NULL, NULL } };
static const struct turn	 spaced[] = { DOTTED, SPACE, { NULL, NULL } };

static void
finds_by_every_name(void **state)
{
	static const struct {
		const char	*name, *wire;	/* NULL: none */
		bool		 asks;		/* for the namespace */
	} cases[] = {
		{ "INBOX", "INBOX", false }, { "inbox", "INBOX", false },
		{ "\\Inbox", "INBOX", false },
		{ "INBOX.Work.2026", "INBOX.Work.2026", false },
		{ "INBOX/Work/2026", "INBOX.Work.2026", false },
		{ "Work/2026", "INBOX.Work.2026", true },
		{ "Work", "INBOX.Work", true },
		{ "work", NULL, true }, { "Wor", NULL, true },
		{ "\\Trash", NULL, true }
	};
	const struct folder	*found;
	struct folders		 all;
	struct script		 script;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		script_begin(&script, "NAMESPACE",
		    cases[i].asks ? spaced : dotted);
		assert_null(folder_change_begin(script.imap, script.arena,
		    &all));
		assert_null(folder_name_find(script.imap, script.arena, &all,
		    cases[i].name, &found));
		if (cases[i].wire == NULL)
			assert_null(found);
		else
			assert_string_equal(found->wire, cases[i].wire);
		script_end(&script);
	}
}

static void
makes_names(void **state)
{
	static const struct {
		const char	*name, *wire;	/* NULL: refused */
		bool		 asks;
	} cases[] = {
		{ "New", "INBOX.New", true },
		{ "New/Ä", "INBOX.New.&AMQ-", true },
		{ "INBOX.New", "INBOX.New", false },
		{ "INBOX/Work/New", "INBOX.Work.New", false },
		{ "shared.New", "shared.New", false },
		{ "Level", "INBOX.Level", true },
		{ "Work", NULL, true }, { "INBOX.Work", NULL, false },
		{ "Work/", NULL, false }, { "/Work", NULL, false },
		{ "a..b", NULL, false }, { "a/ /b", NULL, false },
		{ "Inbox", NULL, false }, { "", NULL, false },
		{ "a%", NULL, false }, { "*", NULL, false },
		{ "a\x1f", NULL, false }, { "a\xc2\x85", NULL, false },
		{ "\xff", NULL, false }, { "\\Trash", NULL, false }
	};
	const struct fault	*bad;
	const char		*wire;
	struct folders		 all;
	struct script		 script;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		script_begin(&script, "NAMESPACE",
		    cases[i].asks ? spaced : dotted);
		assert_null(folder_change_begin(script.imap, script.arena,
		    &all));
		bad = folder_name_new(script.imap, script.arena, &all,
		    cases[i].name, &wire);
		if (cases[i].wire == NULL) {
			assert_non_null(bad);
			assert_int_equal(bad->kind, FAULT_ARGUMENT);
		} else {
			assert_null(bad);
			assert_string_equal(wire, cases[i].wire);
		}
		script_end(&script);
	}
}

/* "INBOX.Workshop" is not below "INBOX.Work". */
static void
renames_with_subscriptions(void **state)
{
	static const struct turn	 turns[] = { DOTTED,
		{ "RENAME INBOX.Work INBOX.Old", "@ OK\n" },
		{ "SUBSCRIBE INBOX.Old.2026", "@ OK\n" },
		{ "UNSUBSCRIBE INBOX.Work.2026", "@ NO not today\n" },
		{ NULL, NULL }
	};
	struct folders			 all;
	struct script			 script;

	(void)state;
	script_begin(&script, "X", turns);
	assert_null(folder_change_begin(script.imap, script.arena, &all));
	assert_null(folder_change_rename(script.imap, script.arena, &all,
	    &all.at[2], "INBOX.Old"));
	script_end(&script);
}

/* A removal as its server lets it happen. */
struct removal {
	size_t		 gone;
	int		 fault;		/* what was refused, or -1 */
	struct turn	 turns[6];
};

static const struct removal	 removals[] = {
	{ 2, -1, {
		{ "DELETE a/b", "@ OK\n" }, { "DELETE a", "@ OK\n" },
		{ "UNSUBSCRIBE a/b", "@ OK\n" }, { "UNSUBSCRIBE a", "@ OK\n" },
		{ NULL, NULL } } },
	{ 0, FAULT_PERMISSION, {
		{ "DELETE a/b", "@ NO [NOPERM] no\n" }, { NULL, NULL } } },
	{ 1, FAULT_REFUSED, {
		{ "DELETE a/b", "@ OK\n" }, { "DELETE a", "@ NO no\n" },
		{ "LIST \"\" \"a\"", "* LIST (\\Noselect) \"/\" a\n@ OK\n" },
		{ "UNSUBSCRIBE a/b", "@ OK\n" }, { NULL, NULL } } },
	{ 2, -1, {
		{ "DELETE a/b", "@ OK\n" }, { "DELETE a", "@ NO no\n" },
		{ "LIST \"\" \"a\"", "@ OK\n" },
		{ "UNSUBSCRIBE a/b", "@ OK\n" }, { "UNSUBSCRIBE a", "@ OK\n" },
		{ NULL, NULL } } }
};

/* The second is only a level, that may go by itself. */
static void
deletes_up_to_a_refusal(void **state)
{
	struct folder		 list[] = {
		{ .wire = "a/b", .selectable = true }, { .wire = "a" }
	};
	const struct folders	 these = { list, 2 };
	const struct fault	*refused;
	struct script		 script;
	size_t			 i, gone;

	(void)state;
	for (i = 0; i < sizeof(removals) / sizeof(removals[0]); i++) {
		script_begin(&script, "X", removals[i].turns);
		assert_null(folder_change_delete(script.imap, script.arena,
		    &these, &gone, &refused));
		assert_int_equal(gone, removals[i].gone);
		assert_int_equal(refused == NULL ? -1 : (int)refused->kind,
		    removals[i].fault);
		script_end(&script);
	}
}

static void
creates(void **state)
{
	static const struct {
		int		 fault;		/* -1: none */
		struct turn	 turns[3];
	} cases[] = {
		{ -1, { { "CREATE New", "@ OK\n" },
		    { "SUBSCRIBE New", "@ NO no\n" }, { NULL, NULL } } },
		{ FAULT_ARGUMENT, { { "CREATE New",
		    "@ NO [ALREADYEXISTS] there\n" }, { NULL, NULL } } },
		{ FAULT_PERMISSION, { { "CREATE New", "@ NO [NOPERM] no\n" },
		    { NULL, NULL } } },
		{ FAULT_REFUSED, { { "CREATE New", "@ NO no\n" },
		    { NULL, NULL } } }
	};
	const struct fault	*bad;
	struct script		 script;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		script_begin(&script, "X", cases[i].turns);
		bad = folder_change_create(script.imap, script.arena, "New");
		assert_int_equal(bad == NULL ? -1 : (int)bad->kind,
		    cases[i].fault);
		script_end(&script);
	}
}

CHECK_MAIN(cmocka_unit_test(finds_by_every_name),
    cmocka_unit_test(makes_names),
    cmocka_unit_test(renames_with_subscriptions),
    cmocka_unit_test(deletes_up_to_a_refusal), cmocka_unit_test(creates))
