#include "mail/imap_session.h"

#include "imap_stage.h"

#define INBOX_OPENED						\
	"* FLAGS (\\Seen)\r\n* OK [PERMANENTFLAGS (\\Seen \\*)] ok\r\n"	\
	"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 9] ok\r\n"

/* All commands come before the first is answered. */
static void
one_flight(void **state)
{
	static const struct step	 steps[] = { LOGGED_IN("UIDPLUS"),
	    { "A2 EXAMINE INBOX", NULL },
	    { "A3 UID FETCH 1:* (FLAGS)", NULL },
	    { "A4 STATUS Sent (MESSAGES)", INBOX_OPENED "A2 OK [READ-ONLY]\r\n"
	    "* 1 FETCH (UID 4 FLAGS (\\Seen))\r\n* 4 EXISTS\r\n"
	    "* 2 FETCH (UID 5 FLAGS ())\r\n* 2 EXPUNGE\r\nA3 OK done\r\n"
	    "* STATUS Sent (MESSAGES 12)\r\nA4 OK \x1b[31mdone\r\n" },
	    { NULL, NULL } };
	struct imap_command		*open, *fetch, *status;
	const struct imap_box		*box;
	struct stage			 stage;

	(void)state;
	begin(&stage);
	assert_null(meet(&stage, play, steps));
	assert_null(imap_box(stage.imap));
	open = imap_queue_open(stage.imap, stage.arena, "INBOX", false);
	fetch = queue(&stage, "UID FETCH 1:* (FLAGS)");
	assert_null(imap_queue_open(stage.imap, stage.arena, "INBOX", false));
	status = queue(&stage, "STATUS Sent (MESSAGES)");
	assert_int_equal(fetch->outcome, IMAP_WAITING);
	assert_null(imap_run(stage.imap));
	assert_int_equal(open->outcome, IMAP_OK);
	assert_int_equal(fetch->outcome, IMAP_OK);
	assert_non_null(imap_find_message(&fetch->replies, 5));
	assert_null(open->replies.messages);
	assert_int_equal(status->replies.statuses->messages, 12);
	assert_string_equal(status->text, "[31mdone");
	box = imap_box(stage.imap);
	assert_non_null(box);
	assert_string_equal(box->name, "INBOX");
	assert_false(box->writable);
	assert_int_equal(box->exists, 3);
	assert_int_equal(box->uidvalidity, 7);
	assert_int_equal(box->uidnext, 9);
	assert_true(imap_is_usable(stage.imap));
	end(&stage);
}

/* A folder's state outlives the request that opened it. */
static void
folder_stays(void **state)
{
	static const struct step	 steps[] = { LOGGED_IN("UIDPLUS"),
	    { "A2 SELECT \"a b\"", INBOX_OPENED "A2 OK [READ-WRITE]\r\n" },
	    { "A3 NOOP", "* 5 EXISTS\r\nA3 OK\r\n" },
	    { "A4 EXAMINE \"a b\"", "* OK [CLOSED] x\r\n* 1 EXISTS\r\n"
	    "* OK [UIDVALIDITY 8] x\r\nA4 OK [READ-ONLY] x\r\n" },
	    { "A5 UNSELECT", "A5 OK\r\n" },
	    { NULL, NULL } };
	const struct imap_box		*box;
	struct arena			*first;
	struct stage			 stage;

	(void)state;
	begin(&stage);
	assert_null(meet(&stage, play, steps));
	first = arena_open();
	imap_begin(stage.imap, first, clock_ms() + PATIENCE_MS);
	assert_non_null(imap_queue_open(stage.imap, first, "a b", true));
	assert_null(imap_run(stage.imap));
	arena_close(first);
	imap_begin(stage.imap, stage.arena, clock_ms() + PATIENCE_MS);
	assert_null(imap_queue_open(stage.imap, stage.arena, "a b", true));
	assert_null(imap_run(stage.imap));
	queue(&stage, "NOOP");
	assert_null(imap_run(stage.imap));
	box = imap_box(stage.imap);
	assert_string_equal(box->name, "a b");
	assert_true(box->writable);
	assert_true(box->any_keyword);
	assert_string_equal(box->permanent_flags.at[0], "\\Seen");
	assert_int_equal(box->exists, 5);
	assert_non_null(imap_queue_open(stage.imap, stage.arena, "a b",
	    false));
	assert_null(imap_run(stage.imap));
	assert_int_equal(imap_box(stage.imap)->exists, 1);
	assert_int_equal(imap_box(stage.imap)->uidvalidity, 8);
	assert_int_equal(imap_box(stage.imap)->permanent_flags.len, 0);
	imap_forget_folder(stage.imap);
	assert_int_equal(imap_guess_exists(stage.imap, "a b"), 1);
	assert_int_equal(imap_guess_exists(stage.imap, "a"), 0);
	queue(&stage, "UNSELECT");
	assert_null(imap_run(stage.imap));
	assert_null(imap_box(stage.imap));
	end(&stage);
}

#define OPENED(tag, name, exists)					\
	{ tag " EXAMINE " name, "* " exists " EXISTS\r\n" tag " OK\r\n" }

/* Of the last few folders it is known how large they were. */
static void
sizes(void **state)
{
	static const struct step	 steps[] = { LOGGED_IN("UIDPLUS"),
	    OPENED("A2", "a", "1"), OPENED("A3", "b", "2"),
	    OPENED("A4", "c", "3"), OPENED("A5", "d", "4"),
	    OPENED("A6", "e", "5"), OPENED("A7", "f", "6"),
	    OPENED("A8", "g", "7"), OPENED("A9", "b", "9"),
	    OPENED("A10", "h", "8"), OPENED("A11", "i", "0"),
	    { "A12 EXAMINE c", "A12 NO gone\r\n" }, { NULL, NULL } };
	static const char *const	 names[] = { "a", "b", "c", "d", "e",
	    "f", "g", "b", "h", "i", "c" };
	static const struct {
		const char	*name;
		uint32_t	 exists;
	} known[] = { { "a", 0 }, { "b", 9 }, { "c", 3 }, { "h", 8 },
	    { "i", 0 }, { "j", 0 } };
	struct stage			 stage;
	size_t				 i;

	(void)state;
	begin(&stage);
	assert_null(meet(&stage, play, steps));
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		imap_queue_open(stage.imap, stage.arena, names[i], false);
		assert_null(imap_run(stage.imap));
	}
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		assert_int_equal(imap_guess_exists(stage.imap,
		    known[i].name), known[i].exists);
	end(&stage);
}

/* Nothing is believed that comes from the folder before. */
static void
failed_open(void **state)
{
	static const struct step	 steps[] = { LOGGED_IN("UIDPLUS"),
	    { "A2 EXAMINE INBOX", INBOX_OPENED "A2 OK [READ-ONLY] x\r\n" },
	    { "A3 EXAMINE Gone", NULL },
	    { "A4 UID FETCH 1 (FLAGS)", NULL },
	    { "A5 LIST \"\" *", NULL },
	    { "A6 EXAMINE Sent", NULL },
	    { "A7 UID FETCH 2 (FLAGS)", "A3 NO no such mailbox\r\n"
	    "* 1 FETCH (UID 1 FLAGS (\\Seen))\r\nA4 OK done\r\n"
	    "* LIST () \"/\" INBOX\r\nA5 OK\r\n" INBOX_OPENED
	    "A6 OK [READ-ONLY] x\r\n* 1 FETCH (UID 2 FLAGS ())\r\nA7 OK\r\n"
	    }, { NULL, NULL } };
	struct imap_command		*gone, *of_gone, *list, *of_sent;
	struct stage			 stage;

	(void)state;
	begin(&stage);
	assert_null(meet(&stage, play, steps));
	imap_queue_open(stage.imap, stage.arena, "INBOX", false);
	assert_null(imap_run(stage.imap));
	gone = imap_queue_open(stage.imap, stage.arena, "Gone", false);
	of_gone = queue(&stage, "UID FETCH 1 (FLAGS)");
	list = queue(&stage, "LIST \"\" *");
	imap_queue_open(stage.imap, stage.arena, "Sent", false);
	of_sent = queue(&stage, "UID FETCH 2 (FLAGS)");
	assert_null(imap_run(stage.imap));
	expect_fault(imap_command_fault(stage.arena, gone,
	    "open the folder"), FAULT_FOLDER, "no such mailbox");
	expect_fault(imap_command_fault(stage.arena, of_gone,
	    "read"), FAULT_FOLDER, NULL);
	assert_null(of_gone->replies.messages);
	assert_non_null(list->replies.listings);
	assert_int_equal(of_sent->outcome, IMAP_OK);
	assert_string_equal(imap_box(stage.imap)->name, "Sent");
	end(&stage);
}

/* What was queued in a request that failed does not go out in the next. */
static void
forgotten(void **state)
{
	static const struct step	 steps[] = { LOGGED_IN("UIDPLUS"),
	    { "A3 NOOP", "A3 OK\r\n" }, { NULL, NULL } };
	struct stage			 stage;

	(void)state;
	begin(&stage);
	assert_null(meet(&stage, play, steps));
	queue(&stage, "UID EXPUNGE 1");
	imap_begin(stage.imap, stage.arena, clock_ms() + PATIENCE_MS);
	queue(&stage, "NOOP");
	assert_null(imap_run(stage.imap));
	assert_null(imap_run(stage.imap));
	end(&stage);
}

static const struct refusal {
	const char	*code;
	enum fault_kind	 kind;
} refusals[] = {
	{ NULL, FAULT_REFUSED }, { "CANNOT", FAULT_REFUSED },
	{ "NONEXISTENT", FAULT_FOLDER }, { "TRYCREATE", FAULT_FOLDER },
	{ "OVERQUOTA", FAULT_LIMIT }, { "LIMIT", FAULT_LIMIT },
	{ "NOPERM", FAULT_PERMISSION }, { "READ-ONLY", FAULT_PERMISSION },
	{ "UNAVAILABLE", FAULT_UNAVAILABLE },
	{ "INUSE", FAULT_UNAVAILABLE }, { "SERVERBUG", FAULT_UNAVAILABLE }
};

static void
each_refusal(void **state)
{
	struct imap_command	 command;
	struct arena		*arena = arena_open();
	size_t			 i;

	(void)state;
	memset(&command, 0, sizeof(command));
	command.text = "words %s";
	for (i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		command.code = refusals[i].code;
		command.outcome = i % 2 == 0 ? IMAP_NO : IMAP_BAD;
		expect_fault(imap_command_fault(arena, &command, "do it"),
		    refusals[i].kind, "do it: \"words %s\"");
	}
	command.outcome = IMAP_OK;
	assert_null(imap_command_fault(arena, &command, "do it"));
	command.outcome = IMAP_WAITING;
	assert_non_null(imap_command_fault(arena, &command, "do it"));
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(one_flight),
	cmocka_unit_test(folder_stays),
	cmocka_unit_test(sizes),
	cmocka_unit_test(failed_open),
	cmocka_unit_test(forgotten),
	cmocka_unit_test(each_refusal)
)
