#include "mail/private.h"

#include "mail/folder.h"

#include "imap_stage.h"

static const char	 own[] = "Connected Agents";

/* Wire names and whether they are, or may be taken for, the folder. */
static const struct row {
	const char	*wire;
	bool		 covered;
} rows[] = {
	{ "Connected Agents", true },
	{ "Connected Agents/Uploads", true },
	{ "connected agents/uploads/x", true },
	{ "CONNECTED AGENTS", true },
	{ "INBOX.Connected Agents", true },
	{ "inbox.connected Agents.Ledger", true },
	{ "InBoX/Connected Agents", true },
	{ "INBOX\\Connected Agents", true },
	{ "user.demo.Connected Agents", true },
	{ "#shared/demo/Connected Agents", true },
	{ "./Connected Agents", true },
	{ "x/../Connected Agents", true },
	{ "/Connected Agents/", true },
	{ "~/Connected Agents", true },
	{ "Mein^Connected Agents", true },		/* an odd delimiter */
	{ "a|Connected Agents|Ledger", true },
	{ "INBOX:connected agents", true },
	{ "a-b_Connected Agents", true },
	{ "Connected  Agents", true },
	{ " Connected Agents ", true },
	{ "Connected Agents (Uploads)", true },
	{ "Connected Agents-Ledger", true },
	{ "&AEM-onnected Agents", true },		/* needs no shift */
	{ "&AEMAbwBuAG4AZQBjAHQAZQBk- Agents", true },
	{ "INBOX&AC4-Connected Agents", true },		/* a shifted dot */
	{ "&AGM-onnected&AKA-Agents", true },		/* a hard blank */
	{ "&,yM-onnected Agents", true },		/* a wide C */
	{ "Connected &IAs-Agents", true },		/* zero width */
	{ "Connect&AwE-ed Agents", true },		/* an accent */
	{ "\xef\xbc\xa3onnected Agents", true },	/* in eight bits */
	{ "Connected\xe2\x80\x8b Agents", true },
	{ "Connected Agent\xc5\xbf", true },
	{ "INBOX", false },
	{ "Connected", false },
	{ "Connected Agentship", false },
	{ "Disconnected Agents", false },
	{ "Mein^Disconnected Agents", false },
	{ "Connected^Agents", false },
	{ "My Connected Agents", false },
	{ "ConnectedAgents", false },
	{ "Connected/Agents", false },
	{ "Agents/Connected", false },
	{ "&-AEM-onnected Agents", false },
	{ "", false },
};

static void
each_name(void **state)
{
	static const struct step	 steps[] = { LOGGED_IN(""),
	    { NULL, NULL } };
	struct stage			 stage;
	size_t				 i;

	(void)state;
	begin(&stage);
	stage.config.grants_folder = own;
	assert_null(meet(&stage, play, steps));
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (private_covers(stage.imap, stage.arena, rows[i].wire) !=
		    rows[i].covered)
			fail_msg("%s", rows[i].wire);
	end(&stage);
}

/* Without a folder by configuration no name is anything special. */
static void
switched_off(void **state)
{
	static const struct step	 steps[] = { LOGGED_IN(""),
	    { NULL, NULL } };
	struct private_folder		 folder;
	struct stage			 stage;

	(void)state;
	begin(&stage);
	assert_null(meet(&stage, play, steps));
	assert_false(private_covers(stage.imap, stage.arena, own));
	expect_fault(private_find(stage.imap, stage.arena, PRIVATE_ROOT,
	    &folder), FAULT_UNSUPPORTED, NULL);
	expect_fault(private_make(stage.imap, stage.arena, PRIVATE_UPLOADS,
	    &folder), FAULT_UNSUPPORTED, NULL);
	end(&stage);
}

/* No role leads there, no list shows it, no name opens it. */
static void
no_way_in(void **state)
{
	static const struct step	 steps[] = {
	    LOGGED_IN("LIST-EXTENDED LIST-STATUS SPECIAL-USE"),
	    { "A2 LIST *", "* LIST (\\Archive) \"/\" \"Connected Agents\"\r\n"
	    "* LIST () \"/\" \"connected agents/Sent\"\r\n"
	    "* LIST () \"/\" INBOX\r\n* LIST () \"/\" &AEM-onnected+Agents\r\n"
	    "* LIST (\\Sent) \"/\" Gesendet\r\n"
	    "* STATUS \"Connected Agents\" (MESSAGES 4)\r\n"
	    "* STATUS INBOX (MESSAGES 5)\r\nA2 OK\r\n" },
	    { "A3 LIST *", "* LIST (\\Archive) \"/\" \"Connected Agents\"\r\n"
	    "A3 OK\r\n" },
	    { "A4 LIST *", "* LIST () \"/\" \"Connected R&D\"\r\nA4 OK\r\n" },
	    { NULL, NULL } };
	struct folders			 folders;
	struct stage			 stage;
	const char			*wire;

	(void)state;
	begin(&stage);
	stage.config.grants_folder = "Connected";
	assert_null(meet(&stage, play, steps));
	assert_null(folder_list(stage.imap, stage.arena, "*", true,
	    &folders));
	assert_int_equal(folders.len, 2);
	assert_string_equal(folders.at[0].wire, "INBOX");
	assert_int_equal(folders.at[0].messages, 5);
	assert_string_equal(folders.at[1].wire, "Gesendet");
	expect_fault(folder_wire_name(stage.imap, stage.arena, "\\Archive",
	    &wire), FAULT_FOLDER, NULL);
	expect_fault(folder_wire_name(stage.imap, stage.arena,
	    "Connected R&D", &wire), FAULT_PERMISSION, "own");
	expect_fault(folder_wire_name(stage.imap, stage.arena,
	    "inbox/CONNECTED", &wire), FAULT_PERMISSION, "own");
	end(&stage);
}

#define SPACE(prefix)	"* NAMESPACE ((\"" prefix "\" \".\")) NIL NIL\r\n"
#define ASK(tag, name)	tag " STATUS \"" name "\" (MESSAGES UIDVALIDITY)"
#define TOLD(name)	"* STATUS \"" name "\" (MESSAGES 3 UIDVALIDITY 7)\r\n"
#define ROOT		"INBOX.Connected Agents"

/* Where the folder comes to be; NULL: nowhere. */
static const struct making {
	const char	*below, *made;
	struct step	 steps[16];
} makings[] = {
	{ PRIVATE_ROOT, ROOT, { LOGGED_IN("NAMESPACE"),
	    { "A2 NAMESPACE", SPACE("INBOX.") "A2 OK\r\n" },
	    { ASK("A3", ROOT), TOLD(ROOT) "A3 OK\r\n" } } },
	{ PRIVATE_UPLOADS, ROOT ".Uploads", { LOGGED_IN("NAMESPACE"),
	    { "A2 NAMESPACE", SPACE("INBOX.") "A2 OK\r\n" },
	    { ASK("A3", ROOT ".Uploads"), NULL },
	    { ASK("A4", ROOT " (Uploads)"), "A3 NO\r\nA4 NO\r\n" },
	    { ASK("A5", ROOT), "A5 NO\r\n" },
	    { "A6 CREATE \"" ROOT "\"", NULL },
	    { "A7 SUBSCRIBE \"" ROOT "\"", "A6 OK\r\nA7 OK\r\n" },
	    { ASK("A8", ROOT), TOLD(ROOT) "A8 OK\r\n" },
	    { "A9 CREATE \"" ROOT ".Uploads\"", NULL },
	    { "A10 UNSUBSCRIBE \"" ROOT ".Uploads\"",
	    "A9 OK\r\nA10 BAD\r\n" },
	    { ASK("A11", ROOT ".Uploads"), NULL },
	    { ASK("A12", ROOT " (Uploads)"),
	    TOLD(ROOT ".Uploads") "A11 OK\r\nA12 NO\r\n" } } },
	/* No folder below another. */
	{ PRIVATE_UPLOADS, "Connected Agents (Uploads)", {
	    LOGGED_IN("UIDPLUS"),
	    { "A2 LIST \"\" \"\"",
	    "* LIST (\\Noselect) NIL \"\"\r\nA2 OK\r\n" },
	    { ASK("A3", "Connected Agents (Uploads)"), "A3 NO\r\n" },
	    { ASK("A4", "Connected Agents"), "A4 OK\r\n" },
	    { "A5 CREATE \"Connected Agents (Uploads)\"", NULL },
	    { "A6 UNSUBSCRIBE *", "A5 OK\r\nA6 OK\r\n" },
	    { ASK("A7", "Connected Agents (Uploads)"),
	    TOLD("Connected Agents (Uploads)") "A7 OK\r\n" } } },
	/* All is below INBOX, and there is no NAMESPACE to say so. */
	{ PRIVATE_ROOT, ROOT, { LOGGED_IN("UIDPLUS"),
	    { "A2 LIST \"\" \"\"", "* LIST () \".\" \"\"\r\nA2 OK\r\n" },
	    { ASK("A3", "Connected Agents"), NULL },
	    { ASK("A4", ROOT), "A3 NO\r\nA4 NO\r\n" },
	    { "A5 CREATE \"Connected Agents\"", NULL },
	    { "A6 SUBSCRIBE *", "A5 NO below INBOX\r\nA6 NO\r\n" },
	    { "A7 CREATE \"" ROOT "\"", NULL },
	    { "A8 SUBSCRIBE *", "A7 OK\r\nA8 OK\r\n" },
	    { ASK("A9", "Connected Agents"), NULL },
	    { ASK("A10", ROOT), "A9 NO\r\n" TOLD(ROOT) "A10 OK\r\n" } } },
	/* The mailbox is full, or not ours to change. */
	{ PRIVATE_ROOT, NULL, { LOGGED_IN("NAMESPACE"),
	    { "A2 NAMESPACE", SPACE("x/") "A2 OK\r\n" },
	    { ASK("A3", "x/Connected Agents"), "A3 NO\r\n" },
	    { "A4 CREATE *", NULL },
	    { "A5 SUBSCRIBE *", "A4 NO [NOPERM] no\r\nA5 NO\r\n" },
	    { ASK("A6", "x/Connected Agents"), "A6 NO\r\n" } } },
};

static void
each_making(void **state)
{
	const struct fault	*bad;
	struct private_folder	 folder;
	struct stage		 stage;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(makings) / sizeof(makings[0]); i++) {
		begin(&stage);
		stage.config.grants_folder = own;
		assert_null(meet(&stage, play, makings[i].steps));
		bad = private_make(stage.imap, stage.arena, makings[i].below,
		    &folder);
		if (makings[i].made == NULL) {
			expect_fault(bad, FAULT_PERMISSION, "make its folder");
		} else {
			assert_null(bad);
			assert_true(folder.there);
			assert_string_equal(folder.wire, makings[i].made);
			assert_int_equal(folder.messages, 3);
			assert_int_equal(folder.uidvalidity, 7);
		}
		end(&stage);
	}
}

CHECK_MAIN(
	cmocka_unit_test(each_name),
	cmocka_unit_test(switched_off),
	cmocka_unit_test(no_way_in),
	cmocka_unit_test(each_making)
)
