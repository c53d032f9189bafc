#include "mail/imap_idle.h"

#include "imap_stage.h"

static const struct row {
	const char	*name;
	bool		 grew;
	bool		 fault;
	struct step	 steps[8];
} rows[] = {
	{ "a new message ends it", true, false, { LOGGED_IN("IDLE"),
	    { "A2 EXAMINE INBOX", "* 3 EXISTS\r\nA2 OK x\r\n" },
	    { "A3 IDLE", "+ idling\r\n* OK still here\r\n* 4 EXISTS\r\n" },
	    { "DONE", "* 4 FETCH (FLAGS ())\r\nA3 OK done\r\n" } } },
	{ "one goes and one comes", true, false, { LOGGED_IN("IDLE"),
	    { "A2 EXAMINE INBOX", "* 3 EXISTS\r\nA2 OK x\r\n" },
	    { "A3 IDLE", "+ idling\r\n* 1 EXPUNGE\r\n* 3 EXISTS\r\n" },
	    { "DONE", "A3 OK done\r\n" } } },
	{ "one that goes does not", false, false, { LOGGED_IN("IDLE"),
	    { "A2 EXAMINE INBOX", "* 3 EXISTS\r\nA2 OK x\r\n" },
	    { "A3 IDLE", "+ idling\r\n* 1 EXPUNGE\r\n" },
	    { "DONE", "A3 OK done\r\n" } } },
	{ "the server refuses", false, false, { LOGGED_IN("IDLE"),
	    { "A2 EXAMINE INBOX", "* 3 EXISTS\r\nA2 OK x\r\n" },
	    { "A3 IDLE", "A3 NO not now\r\n" } } },
	{ "without IDLE it asks", true, false, { LOGGED_IN("UIDPLUS"),
	    { "A2 EXAMINE INBOX", "* 3 EXISTS\r\nA2 OK x\r\n" },
	    { "A3 NOOP", "* 5 EXISTS\r\nA3 OK\r\n" } } },
	{ "the server leaves", false, true, { LOGGED_IN("IDLE"),
	    { "A2 EXAMINE INBOX", "* 3 EXISTS\r\nA2 OK x\r\n" },
	    { "A3 IDLE", "+ idling\r\n* BYE going down\r\n" } } },
};

static void
each_wait(void **state)
{
	const struct fault	*bad;
	struct stage		 stage;
	size_t			 i;
	bool			 grew;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		print_message("# %s\n", rows[i].name);
		begin(&stage);
		assert_null(meet(&stage, play, rows[i].steps));
		expect_fault(imap_idle(stage.imap, stage.arena, clock_ms(),
		    &grew), FAULT_FOLDER, NULL);
		imap_queue_open(stage.imap, stage.arena, "INBOX", false);
		assert_null(imap_run(stage.imap));
		bad = imap_idle(stage.imap, stage.arena,
		    clock_ms() + SHORT_MS, &grew);
		assert_int_equal(bad != NULL, rows[i].fault);
		assert_int_equal(grew, rows[i].grew);
		assert_int_equal(imap_is_usable(stage.imap), !rows[i].fault);
		end(&stage);
	}
}

CHECK_MAIN(
	cmocka_unit_test(each_wait)
)
