#include "script.h"

#include "mail/append.h"
#include "mail/change.h"

#define LOOK	"UID FETCH 3,5 (UID FLAGS)"
#define BOTH	"* 1 FETCH (UID 3 FLAGS ())\n* 2 FETCH (UID 5 FLAGS ())\n"
#define THIRD	"* 1 FETCH (UID 3 FLAGS ())\n"

static uint32_t		 numbers[] = { 3, 5 };
static const struct uids asked = { numbers, 2 };

/* A change as its server lets it happen, and what is told of it. */
struct row {
	const char	*name;
	const char	*capabilities;
	bool		 moves;		/* or deletes */
	int		 fault;		/* -1: none */
	size_t		 done, made, missing;
	bool		 remains, noted;
	struct turn	 turns[7];
};

static const struct row	 rows[] = {
	{ "MOVE tells the new UIDs", "UIDPLUS MOVE", true, -1,
	    2, 2, 0, false, false, {
		{ LOOK, BOTH "@ OK\n" },
		{ "UID MOVE 3,5 Archive",
		    "* OK [COPYUID 9 3,5 70:71] moved\n@ OK done\n" },
		{ NULL, NULL } } },
	{ "one of two is gone", "UIDPLUS MOVE", true, -1,
	    1, 1, 1, false, false, {
		{ LOOK, THIRD "@ OK\n" },
		{ "UID MOVE 3,5 Archive",
		    "* OK [COPYUID 9 3 70] moved\n@ OK done\n" },
		{ NULL, NULL } } },
	{ "MOVE without COPYUID: looks again", "MOVE", true, -1,
	    2, 0, 0, false, false, {
		{ LOOK, BOTH "@ OK\n" },
		{ "UID MOVE 3,5 Archive", "@ OK done\n" },
		{ LOOK, "@ OK\n" }, { NULL, NULL } } },
	{ "MOVE that moved half and said NO", "UIDPLUS MOVE", true, -1,
	    1, 0, 0, false, true, {
		{ LOOK, BOTH "@ OK\n" },
		{ "UID MOVE 3,5 Archive", "@ NO [OVERQUOTA] full\n" },
		{ LOOK, THIRD "@ OK\n" }, { NULL, NULL } } },
	{ "MOVE that moved none", "UIDPLUS MOVE", true, FAULT_LIMIT,
	    0, 0, 0, false, false, {
		{ LOOK, BOTH "@ OK\n" },
		{ "UID MOVE 3,5 Archive", "@ NO [OVERQUOTA] full\n" },
		{ LOOK, BOTH "@ OK\n" }, { NULL, NULL } } },
	{ "no such destination", "UIDPLUS MOVE", true, FAULT_FOLDER,
	    0, 0, 0, false, false, {
		{ LOOK, BOTH "@ OK\n" },
		{ "UID MOVE 3,5 Archive", "@ NO [TRYCREATE] no\n" },
		{ NULL, NULL } } },
	{ "no such destination, without a code", "UIDPLUS", true,
	    FAULT_FOLDER, 0, 0, 0, false, false, {
		{ LOOK, BOTH "@ OK\n" },
		{ "UID COPY 3,5 Archive", "@ NO Error in IMAP command\n" },
		{ "STATUS Archive (UIDNEXT)", "@ NO does not exist\n" },
		{ "LIST \"\" \"Archive\"", "@ OK\n" },
		{ NULL, NULL } } },
	{ "refused without a code twice, but it is listed", "UIDPLUS", true,
	    FAULT_REFUSED, 0, 0, 0, false, false, {
		{ LOOK, BOTH "@ OK\n" },
		{ "UID COPY 3,5 Archive", "@ NO Error in IMAP command\n" },
		{ "STATUS Archive (UIDNEXT)", "@ NO not today\n" },
		{ "LIST \"\" \"Archive\"",
		    "* LIST () \"/\" Archive\n@ OK\n" },
		{ NULL, NULL } } },
	{ "MOVE that said OK and moved none", "MOVE", true, FAULT_REFUSED,
	    0, 0, 0, false, false, {
		{ LOOK, BOTH "@ OK\n" },
		{ "UID MOVE 3,5 Archive", "@ OK done\n" },
		{ LOOK, BOTH "@ OK\n" }, { NULL, NULL } } },
	{ "refused without a code, but it is there", "UIDPLUS", true,
	    FAULT_REFUSED, 0, 0, 0, false, false, {
		{ LOOK, BOTH "@ OK\n" },
		{ "UID COPY 3,5 Archive", "@ NO not today\n" },
		{ "STATUS Archive (UIDNEXT)",
		    "* STATUS Archive (UIDNEXT 1)\n@ OK\n" },
		{ NULL, NULL } } },
	{ "COPY, STORE, EXPUNGE of exactly those", "UIDPLUS", true, -1,
	    2, 2, 0, false, false, {
		{ LOOK, BOTH "@ OK\n" },
		{ "UID COPY 3,5 Archive",
		    "@ OK [COPYUID 9 3,5 70:71] copied\n" },
		{ "UID STORE 3,5 +FLAGS.SILENT (\\Deleted)", "@ OK\n" },
		{ "UID EXPUNGE 3,5", "* 1 EXPUNGE\n* 1 EXPUNGE\n@ OK\n" },
		{ LOOK, "@ OK\n" }, { NULL, NULL } } },
	{ "copied but not marked", "UIDPLUS", true, FAULT_UNKNOWN_STATE,
	    0, 0, 0, false, false, {
		{ LOOK, BOTH "@ OK\n" },
		{ "UID COPY 3,5 Archive",
		    "@ OK [COPYUID 9 3,5 70:71] copied\n" },
		{ "UID STORE 3,5 +FLAGS.SILENT (\\Deleted)", "@ NO no\n" },
		{ "UID EXPUNGE 3,5", "@ OK\n" },
		{ LOOK, BOTH "@ OK\n" }, { NULL, NULL } } },
	{ "without UIDPLUS nothing is expunged", "X", true, -1,
	    2, 0, 0, true, false, {
		{ LOOK, BOTH "@ OK\n" },
		{ "UID COPY 3,5 Archive", "@ OK copied\n" },
		{ "UID STORE 3,5 +FLAGS.SILENT (\\Deleted)", "@ OK\n" },
		{ LOOK, BOTH "@ OK\n" }, { NULL, NULL } } },
	{ "deletes exactly those", "UIDPLUS MOVE", false, -1,
	    2, 0, 0, false, false, {
		{ LOOK, BOTH "@ OK\n" },
		{ "UID STORE 3,5 +FLAGS.SILENT (\\Deleted)", "@ OK\n" },
		{ "UID EXPUNGE 3,5", "* 1 EXPUNGE\n* 1 EXPUNGE\n@ OK\n" },
		{ LOOK, "@ OK\n" }, { NULL, NULL } } },
	{ "an EXPUNGE that did not see the marks is sent again", "UIDPLUS",
	    false, -1, 2, 0, 0, false, false, {
		{ LOOK, BOTH "@ OK\n" },
		{ "UID STORE 3,5 +FLAGS.SILENT (\\Deleted)", "@ OK\n" },
		{ "UID EXPUNGE 3,5", "* 2 EXPUNGE\n@ OK\n" },
		{ LOOK, THIRD "@ OK\n" },
		{ "UID EXPUNGE 3", "* 1 EXPUNGE\n@ OK\n" },
		{ "UID FETCH 3 (UID FLAGS)", "@ OK\n" }, { NULL, NULL } } },
	{ "EXPUNGE that said OK and expunged none", "UIDPLUS", false,
	    FAULT_REFUSED, 0, 0, 0, false, false, {
		{ LOOK, BOTH "@ OK\n" },
		{ "UID STORE 3,5 +FLAGS.SILENT (\\Deleted)", "@ OK\n" },
		{ "UID EXPUNGE 3,5", "@ OK\n" },
		{ LOOK, BOTH "@ OK\n" },
		{ "UID EXPUNGE 3,5", "@ OK\n" },
		{ LOOK, BOTH "@ OK\n" }, { NULL, NULL } } },
	{ "deletes the one that is there", "UIDPLUS", false, -1,
	    1, 0, 1, false, false, {
		{ LOOK, THIRD "@ OK\n" },
		{ "UID STORE 3 +FLAGS.SILENT (\\Deleted)", "@ OK\n" },
		{ "UID EXPUNGE 3", "* 1 EXPUNGE\n@ OK\n" },
		{ "UID FETCH 3 (UID FLAGS)", "@ OK\n" }, { NULL, NULL } } },
	{ "nothing there: nothing is done", "UIDPLUS", false, -1,
	    0, 0, 2, false, false, {
		{ LOOK, "@ OK\n" }, { NULL, NULL } } },
	{ "may not expunge", "UIDPLUS", false, FAULT_PERMISSION,
	    0, 0, 0, false, false, {
		{ LOOK, BOTH "@ OK\n" },
		{ "UID STORE 3,5 +FLAGS.SILENT (\\Deleted)", "@ OK\n" },
		{ "UID EXPUNGE 3,5", "@ NO [NOPERM] no\n" },
		{ LOOK, BOTH "@ OK\n" }, { NULL, NULL } } }
};

static void
check_row(const struct row *row)
{
	struct change		 change = { 0 };
	const struct fault	*bad;
	struct script		 script;

	script_begin(&script, row->capabilities, row->turns);
	bad = row->moves ? change_move(script.imap, script.arena, asked,
	    "Archive", &change) :
	    change_delete(script.imap, script.arena, asked, &change);
	print_message("# %s\n", row->name);
	assert_int_equal(bad == NULL ? -1 : (int)bad->kind, row->fault);
	if (bad == NULL) {
		assert_int_equal(change.done.len, row->done);
		assert_int_equal(change.made.len, row->made);
		assert_int_equal(change.missing.len, row->missing);
		assert_int_equal(change.remains, row->remains);
		assert_int_equal(change.note != NULL, row->noted);
	}
	script_end(&script);
}

static void
changes(void **state)
{
	size_t	 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_row(&rows[i]);
}

/* Copies change nothing where they come from. */
static void
copies(void **state)
{
	static const struct {
		int		 fault;		/* -1: none */
		size_t		 done, made, missing;
		struct turn	 turns[4];
	} cases[] = {
		{ -1, 2, 2, 0, { { LOOK, BOTH "@ OK\n" },
		    { "UID COPY 3,5 Archive",
			"@ OK [COPYUID 9 3,5 70:71] copied\n" },
		    { NULL, NULL } } },
		{ -1, 1, 0, 1, { { LOOK, THIRD "@ OK\n" },
		    { "UID COPY 3,5 Archive", "@ OK copied\n" },
		    { NULL, NULL } } },
		{ -1, 0, 0, 2, { { LOOK, "@ OK\n" },
		    { "UID COPY 3,5 Archive", "@ OK nothing\n" },
		    { NULL, NULL } } },
		{ FAULT_FOLDER, 0, 0, 0, { { LOOK, BOTH "@ OK\n" },
		    { "UID COPY 3,5 Archive", "@ NO [TRYCREATE] no\n" },
		    { NULL, NULL } } },
		{ FAULT_LIMIT, 0, 0, 0, { { LOOK, BOTH "@ OK\n" },
		    { "UID COPY 3,5 Archive", "@ NO [OVERQUOTA] full\n" },
		    { NULL, NULL } } }
	};
	const struct fault	*bad;
	struct script		 script;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct change	 change = { 0 };

		script_begin(&script, "UIDPLUS MOVE", cases[i].turns);
		bad = change_copy(script.imap, script.arena, asked, "Archive",
		    &change);
		assert_int_equal(bad == NULL ? -1 : (int)bad->kind,
		    cases[i].fault);
		if (bad == NULL) {
			assert_int_equal(change.done.len, cases[i].done);
			assert_int_equal(change.made.len, cases[i].made);
			assert_int_equal(change.missing.len,
			    cases[i].missing);
		}
		script_end(&script);
	}
}

/* A server that goes in the middle has moved nothing that we know of. */
static void
broken_line(void **state)
{
	static const struct turn	 turns[] = {
		{ LOOK, BOTH }, { NULL, NULL }
	};
	struct change			 change = { 0 };
	const struct fault		*bad;
	struct script			 script;

	(void)state;
	script_begin(&script, "UIDPLUS MOVE", turns);
	bad = change_move(script.imap, script.arena, asked, "Archive",
	    &change);
	assert_non_null(bad);
	assert_false(imap_is_usable(script.imap));
	script_end(&script);
}

static const struct fault *
append_one(struct script *script, struct appended *made)
{
	const struct append	 append = { "Sent", "\\Seen",
				    spring_open(script->arena,
				    bytes_of("a\r\nb\r\n"), 4) };

	return append_message(script->imap, script->arena, &append, made);
}

/* Filed at once, after making the folder, or not at all. */
static void
appends(void **state)
{
	static const struct {
		int		 fault;		/* -1: none */
		uint32_t	 uid;
		struct turn	 turns[6];
	} cases[] = {
		{ -1, 71, {
			{ "APPEND Sent (\\Seen) {6+}", "" },
			{ "|a", "" }, { "|b", "" },
			{ "|", "A2 OK [APPENDUID 9 71] done\n" },
			{ NULL, NULL } } },
		{ -1, 0, {
			{ "APPEND Sent (\\Seen) {6+}", "" },
			{ "|a", "" }, { "|b", "" },
			{ "|", "A2 OK done\n" }, { NULL, NULL } } },
		{ FAULT_LIMIT, 0, {
			{ "APPEND Sent (\\Seen) {6+}", "" },
			{ "|a", "" }, { "|b", "" },
			{ "|", "A2 NO [OVERQUOTA] full\n" },
			{ NULL, NULL } } }
	};
	const struct fault	*bad;
	struct appended		 made;
	struct script		 script;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		script_begin(&script, "UIDPLUS LITERAL+", cases[i].turns);
		bad = append_one(&script, &made);
		assert_int_equal(bad == NULL ? -1 : (int)bad->kind,
		    cases[i].fault);
		assert_int_equal(made.uid, cases[i].uid);
		script_end(&script);
	}
}

static void
append_makes_the_folder(void **state)
{
	static const struct turn	 turns[] = {
		{ "APPEND Sent (\\Seen) {6+}", "" },
		{ "|a", "" }, { "|b", "" },
		{ "|", "A2 NO [TRYCREATE] no\n" },
		{ "CREATE Sent", "@ OK\n" }, { "SUBSCRIBE Sent", "@ NO\n" },
		{ "APPEND Sent (\\Seen) {6+}", "" },
		{ "|a", "" }, { "|b", "" },
		{ "|", "A5 OK [APPENDUID 9 1] done\n" }, { NULL, NULL }
	};
	struct appended			 made;
	struct script			 script;

	(void)state;
	script_begin(&script, "UIDPLUS LITERAL+", turns);
	assert_null(append_one(&script, &made));
	assert_int_equal(made.uid, 1);
	assert_int_equal(made.uidvalidity, 9);
	script_end(&script);
}

/* A name that can't be there is refused without a code; the folder is made
 * where this server keeps those of a user. */
static void
append_makes_it_elsewhere(void **state)
{
	static const struct turn	 turns[] = {
		{ "APPEND Sent (\\Seen) {6+}", "" },
		{ "|a", "" }, { "|b", "" },
		{ "|", "A2 NO Invalid mailbox name.\n" },
		{ "STATUS Sent (UIDNEXT)", "@ NO does not exist\n" },
		{ "LIST \"\" \"Sent\"", "@ OK\n" },
		{ "CREATE Sent", "@ NO Invalid mailbox name.\n" },
		{ "SUBSCRIBE Sent", "@ NO\n" },
		{ "NAMESPACE",
		    "* NAMESPACE ((\"INBOX.\" \".\")) NIL NIL\n@ OK\n" },
		{ "CREATE INBOX.Sent", "@ OK\n" },
		{ "SUBSCRIBE INBOX.Sent", "@ OK\n" },
		{ "APPEND INBOX.Sent (\\Seen) {6+}", "" },
		{ "|a", "" }, { "|b", "" },
		{ "|", "A10 OK [APPENDUID 9 1] done\n" }, { NULL, NULL }
	};
	struct appended			 made;
	struct script			 script;

	(void)state;
	script_begin(&script, "UIDPLUS LITERAL+ NAMESPACE", turns);
	assert_null(append_one(&script, &made));
	assert_string_equal(made.wire, "INBOX.Sent");
	assert_int_equal(made.uid, 1);
	script_end(&script);
}

/* Courier takes nothing for a folder that the session has open for reading;
 * and sees what came only when it is opened anew. */
static void
append_to_what_is_read(void **state)
{
	static const struct turn	 turns[] = {
		{ "EXAMINE Sent", "@ OK [READ-ONLY]\n" },
		{ "UID SEARCH HEADER Message-ID \"<a@b>\"",
		    "* SEARCH\n@ OK\n" },
		{ "APPEND Sent (\\Seen) {6+}", "" },
		{ "|a", "" }, { "|b", "" },
		{ "|", "A4 NO Current box is selected READ-ONLY.\n" },
		{ "SELECT Sent", "@ OK [READ-WRITE]\n" },
		{ "APPEND Sent (\\Seen) {6+}", "" },
		{ "|a", "" }, { "|b", "" },
		{ "|", "A6 OK done\n" },
		{ "EXAMINE Sent", "* OK [UIDVALIDITY 9] Ok\n@ OK\n" },
		{ "UID SEARCH HEADER Message-ID \"<a@b>\"",
		    "* SEARCH 7 3\n@ OK\n" },
		{ "EXAMINE Sent", "* OK [UIDVALIDITY 9] Ok\n@ OK\n" },
		{ "UID SEARCH HEADER Message-ID \"<a@b>\"",
		    "* SEARCH 8\n@ OK\n" },
		{ NULL, NULL }
	};
	static const uint32_t		 uids[] = { 7, 8 };
	struct appended			 made;
	struct script			 script;
	size_t				 i;

	(void)state;
	script_begin(&script, "LITERAL+", turns);
	assert_null(append_find(script.imap, script.arena, "Sent", "<a@b>",
	    &made));
	assert_int_equal(made.uid, 0);
	/* As at the end of a request. */
	imap_forget_folder(script.imap);
	assert_null(append_one(&script, &made));
	for (i = 0; i < 2; i++) {
		assert_null(append_find(script.imap, script.arena, "Sent",
		    "<a@b>", &made));
		assert_int_equal(made.uid, uids[i]);
		assert_int_equal(made.uidvalidity, 9);
	}
	script_end(&script);
}

/* All values are asked for at once; the first that is there counts. */
static void
finds_one_of_some(void **state)
{
	static const struct turn	 turns[] = {
		{ "EXAMINE Sent", "* OK [UIDVALIDITY 9] Ok\n@ OK\n" },
		{ "UID SEARCH HEADER Message-ID \"<a@b>\"", "" },
		{ "UID SEARCH HEADER Message-ID \"<c@d>\"", "" },
		{ "UID SEARCH HEADER Message-ID \"<e@f>\"",
		    "* SEARCH\nA3 OK\n* SEARCH 7 3\nA4 OK\n"
		    "* SEARCH 9\n@ OK\n" },
		{ NULL, NULL }
	};
	static const char		*ids[] = { "<a@b>", "<c@d>", "<e@f>" };
	struct appended			 found;
	struct script			 script;

	(void)state;
	script_begin(&script, "LITERAL+", turns);
	assert_null(append_find_by(script.imap, script.arena, "Sent",
	    (struct append_field){ "Message-ID", { ids, 3 } }, &found));
	assert_int_equal(found.uid, 7);
	assert_string_equal(found.value, "<c@d>");
	assert_int_equal(found.uidvalidity, 9);
	script_end(&script);
}

CHECK_MAIN(cmocka_unit_test(changes), cmocka_unit_test(copies),
    cmocka_unit_test(finds_one_of_some),
    cmocka_unit_test(broken_line), cmocka_unit_test(appends),
    cmocka_unit_test(append_makes_the_folder),
    cmocka_unit_test(append_makes_it_elsewhere),
    cmocka_unit_test(append_to_what_is_read))
