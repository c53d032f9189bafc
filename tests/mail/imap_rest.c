#include "mail/imap_rest.h"

#include "imap_stage.h"

#define INBOX_OPENED							\
	"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\nA2 OK [READ-ONLY]\r\n"
#define FETCHED								\
	"* 2 FETCH (UID 5 FLAGS () BODY[1] {2}\r\nHi)\r\n"

/* What a server says to a FETCH and a NOOP, and whether that is news. */
static const struct {
	const char	*said;
	bool		 has_stirred;
	uint32_t	 exists;
} flights[] = {
	{ FETCHED "A3 OK done\r\nA4 OK done\r\n", false, 3 },
	{ "* 3 EXISTS\r\n" FETCHED "A3 OK done\r\n* 3 EXISTS\r\n* 0 RECENT\r\n"
	    "A4 OK done\r\n", false, 3 },
	{ "* OK [HIGHESTMODSEQ 9] ok\r\n" FETCHED "A3 OK\r\nA4 OK\r\n",
	    false, 3 },
	{ "A3 OK done\r\nA4 OK done\r\n", false, 3 },
	{ "A3 NO gone\r\nA4 OK done\r\n", false, 3 },
	{ FETCHED "A3 OK done\r\n* 4 EXISTS\r\nA4 OK done\r\n", true, 4 },
	{ "* 4 EXISTS\r\n" FETCHED "A3 OK done\r\nA4 OK done\r\n", true, 4 },
	{ FETCHED "A3 OK done\r\n* 1 EXPUNGE\r\nA4 OK done\r\n", true, 2 },
	{ FETCHED "* 1 EXPUNGE\r\nA3 OK done\r\nA4 OK done\r\n", true, 2 },
	{ FETCHED "A3 OK done\r\n* 1 EXPUNGE\r\n* 3 EXISTS\r\nA4 OK\r\n", true,
	    3 },
	{ FETCHED "A3 OK done\r\n* VANISHED 4\r\nA4 OK done\r\n", true, 2 },
	/* Flags of a message that was asked for, and of another. */
	{ FETCHED "A3 OK\r\n* 2 FETCH (FLAGS (\\Seen))\r\nA4 OK\r\n", true,
	    3 },
	{ FETCHED "* 2 FETCH (UID 5 FLAGS (\\Seen))\r\nA3 OK\r\nA4 OK\r\n",
	    true, 3 },
	{ FETCHED "A3 OK\r\n* 1 FETCH (UID 4 FLAGS (\\Seen) MODSEQ (8))\r\n"
	    "A4 OK\r\n", true, 3 }
};

static void
open_inbox(struct stage *stage, bool writable)
{
	imap_queue_open(stage->imap, stage->arena, "INBOX", writable);
	assert_null(imap_run(stage->imap));
	imap_rest(stage->imap);
	assert_null(imap_box(stage->imap));
}

static void
each_flight(void **state)
{
	struct stage	 stage;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(flights) / sizeof(flights[0]); i++) {
		const struct step	 steps[] = { LOGGED_IN("UIDPLUS"),
		    { "A2 EXAMINE INBOX", INBOX_OPENED },
		    { "A3 UID FETCH 5 (UID FLAGS BODY.PEEK[1])", NULL },
		    { "A4 NOOP", flights[i].said }, { NULL, NULL } };

		begin(&stage);
		assert_null(meet(&stage, play, steps));
		open_inbox(&stage, false);
		assert_true(imap_take_up(stage.imap, "INBOX"));
		assert_int_equal(imap_box(stage.imap)->uidvalidity, 7);
		queue(&stage, "UID FETCH 5 (UID FLAGS BODY.PEEK[1])");
		imap_queue_stir(stage.imap, stage.arena);
		assert_null(imap_run(stage.imap));
		print_message("# %zu\n", i);
		assert_int_equal(imap_has_stirred(stage.imap),
		    flights[i].has_stirred);
		assert_int_equal(imap_box(stage.imap)->exists,
		    flights[i].exists);
		end(&stage);
	}
}

/* A guard that looks into another folder has this one opened anew. */
static void
opened_anew(void **state)
{
	static const struct step	 steps[] = { LOGGED_IN("UIDPLUS"),
	    { "A2 EXAMINE INBOX", INBOX_OPENED },
	    { "A3 EXAMINE Agents", NULL }, { "A4 EXAMINE INBOX", NULL },
	    { "A5 NOOP", "* 1 EXISTS\r\n* 1 EXPUNGE\r\nA3 OK\r\n"
	    "* 4 EXISTS\r\nA4 OK\r\nA5 OK\r\n" }, { NULL, NULL } };
	struct stage			 stage;

	(void)state;
	begin(&stage);
	assert_null(meet(&stage, play, steps));
	open_inbox(&stage, false);
	assert_true(imap_take_up(stage.imap, "INBOX"));
	imap_queue_open(stage.imap, stage.arena, "Agents", false);
	imap_queue_open(stage.imap, stage.arena, "INBOX", false);
	imap_queue_stir(stage.imap, stage.arena);
	assert_null(imap_run(stage.imap));
	assert_false(imap_has_stirred(stage.imap));
	assert_int_equal(imap_box(stage.imap)->exists, 4);
	end(&stage);
}

/* What it was stirred by counts once. */
static void
again(void **state)
{
	static const struct step	 steps[] = { LOGGED_IN("UIDPLUS"),
	    { "A2 EXAMINE INBOX", INBOX_OPENED },
	    { "A3 NOOP", "* 4 EXISTS\r\nA3 OK\r\n" },
	    { "A4 NOOP", "A4 OK\r\n" }, { NULL, NULL } };
	struct stage			 stage;

	(void)state;
	begin(&stage);
	assert_null(meet(&stage, play, steps));
	open_inbox(&stage, false);
	assert_true(imap_take_up(stage.imap, "INBOX"));
	assert_false(imap_take_up(stage.imap, "INBOX"));
	imap_queue_stir(stage.imap, stage.arena);
	assert_null(imap_run(stage.imap));
	assert_true(imap_has_stirred(stage.imap));
	imap_rest(stage.imap);
	assert_true(imap_take_up(stage.imap, "INBOX"));
	assert_int_equal(imap_box(stage.imap)->opened_exists, 4);
	imap_queue_stir(stage.imap, stage.arena);
	assert_null(imap_run(stage.imap));
	assert_false(imap_has_stirred(stage.imap));
	end(&stage);
}

/* Another folder, one that may be changed, one behind a flight whose news
 * nobody took, one that did not open, and none. */
static void
refused(void **state)
{
	static const struct step	 steps[] = { LOGGED_IN("UIDPLUS"),
	    { "A2 EXAMINE INBOX", INBOX_OPENED },
	    { "A3 NOOP", "* 1 EXPUNGE\r\nA3 OK\r\n" },
	    { "A4 SELECT INBOX", "* 2 EXISTS\r\nA4 OK\r\n" },
	    { "A5 EXAMINE INBOX", "* 2 EXISTS\r\nA5 OK\r\n" },
	    { "A6 EXAMINE gone", "A6 NO gone\r\n" },
	    { "A7 EXAMINE INBOX", "* 2 EXISTS\r\nA7 OK\r\n" },
	    { "A8 UNSELECT", "A8 OK\r\n" }, { NULL, NULL } };
	struct stage			 stage;

	(void)state;
	begin(&stage);
	assert_null(meet(&stage, play, steps));
	assert_false(imap_take_up(stage.imap, "INBOX"));
	open_inbox(&stage, false);
	assert_false(imap_take_up(stage.imap, "Sent"));
	queue(&stage, "NOOP");
	assert_null(imap_run(stage.imap));
	assert_false(imap_take_up(stage.imap, "INBOX"));
	open_inbox(&stage, true);
	assert_false(imap_take_up(stage.imap, "INBOX"));
	open_inbox(&stage, false);
	imap_queue_open(stage.imap, stage.arena, "gone", false);
	assert_null(imap_run(stage.imap));
	imap_rest(stage.imap);
	assert_false(imap_take_up(stage.imap, "INBOX"));
	assert_false(imap_take_up(stage.imap, "gone"));
	open_inbox(&stage, false);
	assert_true(imap_take_up(stage.imap, "INBOX"));
	queue(&stage, "UNSELECT");
	assert_null(imap_run(stage.imap));
	imap_rest(stage.imap);
	assert_false(imap_take_up(stage.imap, "INBOX"));
	end(&stage);
}

CHECK_MAIN(cmocka_unit_test(each_flight), cmocka_unit_test(again),
    cmocka_unit_test(opened_anew), cmocka_unit_test(refused))
