#include "mail/folder.h"

#include "mail/folder_make.h"
#include "mail/folder_missing.h"
#include "mail/imap_flight.h"

#include "imap_stage.h"

/* Old servers: LIST and LSUB, then a STATUS each. */
static const struct step	 plain[] = { LOGGED_IN("UIDPLUS"),
	{ "A2 LIST \"\" \"*\"", NULL },
	{ "A3 LSUB \"\" \"*\"",
	"* LIST (\\HasChildren) \".\" inbox\r\n"
	"* LIST () \".\" INBOX.Gesendet\r\n"
	"* LIST () \".\" \"INBOX.Sent Items\"\r\n"
	"* LIST (\\Noselect) \".\" INBOX.Junk\r\n"
	"* LIST () \".\" INBOX.Entw&APw-rfe\r\n"
	"* LIST () \".\" {3}\r\na\"b\r\n"
	"* LIST () \".\" &AA0ACg-x\r\n"
	"* LIST () \".\" \"\"\r\nA2 OK done\r\n"
	"* LSUB () \".\" INBOX.Gesendet\r\nA3 OK done\r\n" },
	{ "A4 STATUS INBOX (MESSAGES UNSEEN UIDNEXT UIDVALIDITY)", NULL },
	{ "A5 STATUS INBOX.Gesendet *", NULL },
	{ "A6 STATUS \"INBOX.Sent Items\" *", NULL },
	{ "A7 STATUS INBOX.Entw&APw-rfe *", NULL },
	{ "A8 STATUS \"a\\\"b\" *", NULL },
	{ "A9 STATUS &AA0ACg-x *",
	"* STATUS INBOX (MESSAGES 12 UNSEEN 3 UIDNEXT 90 UIDVALIDITY 4)\r\n"
	"A4 OK\r\nA5 NO no\r\nA6 OK\r\nA7 OK\r\nA8 OK\r\nA9 OK\r\n" },
	{ NULL, NULL } };

static void
plain_server(void **state)
{
	static const struct {
		const char	*name, *role;
		bool		 selectable, subscribed;
		int		 messages;
	} rows[] = {
		{ "INBOX", "\\Inbox", true, false, 12 },
		{ "&AA0ACg-x", NULL, true, false, -1 },
		{ "INBOX.Entwürfe", "\\Drafts", true, false, -1 },
		{ "INBOX.Gesendet", NULL, true, true, -1 },
		{ "INBOX.Junk", NULL, false, false, -1 },
		{ "INBOX.Sent Items", "\\Sent", true, false, -1 },
		{ "a\"b", NULL, true, false, -1 },
	};
	struct folders	 folders;
	struct stage	 stage;
	size_t		 i;

	(void)state;
	begin(&stage);
	assert_null(meet(&stage, play, plain));
	assert_null(folder_list(stage.imap, stage.arena, NULL, true,
	    &folders));
	assert_int_equal(folders.len, sizeof(rows) / sizeof(rows[0]));
	for (i = 0; i < folders.len; i++) {
		assert_string_equal(folders.at[i].name, rows[i].name);
		assert_int_equal(folders.at[i].selectable,
		    rows[i].selectable);
		assert_int_equal(folders.at[i].subscribed,
		    rows[i].subscribed);
		assert_int_equal(folders.at[i].messages, rows[i].messages);
		assert_int_equal(folders.at[i].delimiter, '.');
		if (rows[i].role == NULL)
			assert_null(folders.at[i].role);
		else
			assert_string_equal(folders.at[i].role,
			    rows[i].role);
	}
	assert_int_equal(folders.at[0].unseen, 3);
	assert_int_equal(folders.at[0].uidnext, 90);
	assert_int_equal(folders.at[0].uidvalidity, 4);
	end(&stage);
}

#define MODERN	"LIST-EXTENDED LIST-STATUS SPECIAL-USE NAMESPACE"
#define LISTED	"* LIST (\\Subscribed) \"/\" INBOX\r\n"			\
	"* LIST (\\NonExistent) \"/\" Old\r\n"				\
	"* LIST (\\SENT \\Subscribed) \"/\" Weg\r\n"			\
	"* LIST () \"/\" Sent\r\n* LIST () \"/\" R&D\r\n"		\
	"* LIST () \"/\" M&-M\r\n* LIST (\\Junk) \"/\" Junk\r\n"

/* One command tells all. */
static void
modern_server(void **state)
{
	static const struct step	 steps[] = { LOGGED_IN(MODERN),
	    { "A2 LIST \"\" \"*\" RETURN (SUBSCRIBED SPECIAL-USE STATUS "
	    "(MESSAGES UNSEEN UIDNEXT UIDVALIDITY))", LISTED
	    "* STATUS INBOX (MESSAGES 5 UNSEEN 1)\r\n"
	    "* STATUS Junk (MESSAGES 9 UNSEEN 9)\r\n"
	    "* STATUS Weg (MESSAGES 7 UNSEEN 0)\r\nA2 OK\r\n" },
	    { "A3 LIST \"\" \"a%\" RETURN (SUBSCRIBED SPECIAL-USE)",
	    "A3 NO [NOPERM] not yours\r\n" },
	    { NULL, NULL } };
	struct folders			 folders;
	struct stage			 stage;

	(void)state;
	begin(&stage);
	assert_null(meet(&stage, play, steps));
	assert_null(folder_list(stage.imap, stage.arena, NULL, true,
	    &folders));
	assert_int_equal(folders.len, 7);
	assert_true(folders.at[0].subscribed);
	assert_false(folders.at[3].selectable);
	assert_string_equal(folders.at[6].role, "\\Sent");
	assert_null(folders.at[5].role);
	assert_string_equal(folders.at[2].name, "M&M");
	assert_int_equal(folders.at[0].messages, 5);
	assert_int_equal(folders.at[6].messages, 7);
	assert_int_equal(folders.at[1].messages, 9);
	assert_int_equal(folders.at[5].messages, -1);
	expect_fault(folder_list(stage.imap, stage.arena, "a%", false,
	    &folders), FAULT_PERMISSION, NULL);
	end(&stage);
}

/* What a caller says and what goes to the server; NULL: refused. */
static const struct name {
	const char	*name;
	const char	*wire;
	enum fault_kind	 kind;
	bool		 lists;		/* the server is asked */
} names[] = {
	{ "INBOX", "INBOX", 0, false },
	{ "inBox", "INBOX", 0, false },
	{ "\\Inbox", "INBOX", 0, false },
	{ "Entwürfe", "Entw&APw-rfe", 0, false },
	{ "a\"b\\c*", "a\"b\\c*", 0, false },
	{ "\\sent", "Weg", 0, true },
	{ "\\Junk", "Junk", 0, true },
	{ "\\Archive", NULL, FAULT_FOLDER, true },
	{ "R&D", "R&D", 0, true },	/* as the server wrote it */
	{ "M&M", "M&-M", 0, true },
	{ "M&-M", "M&-M", 0, true },	/* the server's own way */
	{ "new & better", "new &- better", 0, true },
	{ "\\Nonsense", NULL, FAULT_ARGUMENT, false },
	{ "", NULL, FAULT_ARGUMENT, false },
	{ "a\r\nA9 DELETE b", NULL, FAULT_ARGUMENT, false },
	{ "a\x7f", NULL, FAULT_ARGUMENT, false },
	{ "a\xff", NULL, FAULT_ARGUMENT, false },
};

static void
list_often(struct line *line, const void *state)
{
	char	 text[256];

	(void)state;
	peer_say(line, "* OK [CAPABILITY IMAP4rev1] hello\r\n");
	peer_expect(line, "A1 *");
	peer_say(line, "A1 OK [CAPABILITY " MODERN "] in\r\n");
	while (peer_read_line(line, text, sizeof(text)) && text[0] == 'A') {
		text[strcspn(text, " ")] = '\0';
		peer_say(line, LISTED);
		peer_say(line, text);
		peer_say(line, " OK done\r\n");
	}
}

static void
each_name(void **state)
{
	const struct fault	*bad, *refused;
	struct stage		 stage;
	const char		*wire;
	unsigned		 before;
	size_t			 i;

	(void)state;
	begin(&stage);
	assert_null(meet(&stage, list_often, NULL));
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		before = stage.imap->tags;
		bad = folder_wire_name(stage.imap, stage.arena,
		    names[i].name, &wire);
		assert_int_equal(stage.imap->tags > before, names[i].lists);
		if (names[i].wire == NULL) {
			expect_fault(bad, names[i].kind, NULL);
		} else {
			assert_null(bad);
			assert_string_equal(wire, names[i].wire);
		}
	}
	refused = fault_make(stage.arena, FAULT_REFUSED, "not today");
	bad = folder_missing(stage.imap, stage.arena, "snet\x1b", refused);
	expect_fault(bad, FAULT_FOLDER, "\"snet\"");
	expect_fault(bad, FAULT_FOLDER, "\"Sent\", ");
	assert_null(strstr(bad->detail, "Old"));
	/* What is listed is not missing. */
	bad = folder_missing(stage.imap, stage.arena, "Sent", refused);
	assert_ptr_equal(bad, refused);
	bad = folder_missing(stage.imap, stage.arena, "\\sent", refused);
	assert_ptr_equal(bad, refused);
	bad = folder_missing(stage.imap, stage.arena, "Old", refused);
	expect_fault(bad, FAULT_FOLDER, "\"Old\"");
	end(&stage);
}

#define SPACE	"* NAMESPACE ((\"INBOX.\" \".\")) NIL NIL\r\n"

/* A folder is made where the server lets it be made; NULL: nowhere. */
static const struct making {
	const char	*wire, *made;
	struct step	 steps[9];
} makings[] = {
	{ "Work", "Work", { LOGGED_IN("NAMESPACE"),
	    { "A2 CREATE Work", NULL },
	    { "A3 SUBSCRIBE Work", "A2 OK\r\nA3 NO never\r\n" } } },
	{ "Work", "INBOX.Work", { LOGGED_IN("NAMESPACE"),
	    { "A2 CREATE Work", NULL },
	    { "A3 SUBSCRIBE Work", "A2 NO not there\r\nA3 NO\r\n" },
	    { "A4 NAMESPACE", SPACE "A4 OK\r\n" },
	    { "A5 CREATE INBOX.Work", NULL },
	    { "A6 SUBSCRIBE INBOX.Work",
	    "A5 NO [ALREADYEXISTS] x\r\nA6 OK\r\n" } } },
	{ "INBOX.Work", NULL, { LOGGED_IN("NAMESPACE"),
	    { "A2 CREATE INBOX.Work", NULL },
	    { "A3 SUBSCRIBE INBOX.Work", "A2 NO full\r\nA3 NO\r\n" },
	    { "A4 NAMESPACE", SPACE "A4 OK\r\n" } } },
	{ "Work", NULL, { LOGGED_IN("NAMESPACE"),
	    { "A2 CREATE Work", NULL },
	    { "A3 SUBSCRIBE Work", "A2 NO not there\r\nA3 NO\r\n" },
	    { "A4 NAMESPACE", SPACE "A4 OK\r\n" },
	    { "A5 CREATE INBOX.Work", NULL },
	    { "A6 SUBSCRIBE INBOX.Work", "A5 NO full\r\nA6 NO\r\n" },
	    { "A7 LIST \"\" \"INBOX.Work\"", "A7 OK\r\n" } } },
	{ "Work", "INBOX.Work", { LOGGED_IN("NAMESPACE"),
	    { "A2 CREATE Work", NULL },
	    { "A3 SUBSCRIBE Work", "A2 NO not there\r\nA3 NO\r\n" },
	    { "A4 NAMESPACE", SPACE "A4 OK\r\n" },
	    { "A5 CREATE INBOX.Work", NULL },
	    { "A6 SUBSCRIBE INBOX.Work", "A5 NO no\r\nA6 OK\r\n" },
	    { "A7 LIST \"\" \"INBOX.Work\"",
	    "* LIST () \".\" INBOX.Work\r\nA7 OK\r\n" } } },
	{ "Work", NULL, { LOGGED_IN("UIDPLUS"),
	    { "A2 CREATE Work", NULL },
	    { "A3 SUBSCRIBE Work", "A2 NO not there\r\nA3 NO\r\n" } } },
};

static void
each_making(void **state)
{
	const struct fault	*bad;
	struct stage		 stage;
	const char		*made;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(makings) / sizeof(makings[0]); i++) {
		begin(&stage);
		assert_null(meet(&stage, play, makings[i].steps));
		bad = folder_make(stage.imap, stage.arena, makings[i].wire,
		    &made);
		if (makings[i].made == NULL)
			expect_fault(bad, FAULT_REFUSED, "create the folder");
		else {
			assert_null(bad);
			assert_string_equal(made, makings[i].made);
		}
		end(&stage);
	}
}

CHECK_MAIN(
	cmocka_unit_test(plain_server),
	cmocka_unit_test(modern_server),
	cmocka_unit_test(each_name),
	cmocka_unit_test(each_making)
)
