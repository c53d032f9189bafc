#include "mail/imap_idle.h"

#include <unistd.h>

#include "imap_stage.h"
#include "net/watch.h"

#define OPENED(abilities)	LOGGED_IN(abilities),			\
    { "A2 EXAMINE INBOX", "* 3 EXISTS\r\nA2 OK x\r\n" }

static const struct row {
	const char		*name;
	enum imap_idle_end	 end;
	bool			 fault;
	struct step		 steps[8];
} rows[] = {
	{ "a new message ends it", IMAP_IDLE_GREW, false, { OPENED("IDLE"),
	    { "A3 IDLE", "+ idling\r\n* OK still here\r\n* 4 EXISTS\r\n" },
	    { "DONE", "* 4 FETCH (FLAGS ())\r\nA3 OK done\r\n" } } },
	{ "one goes and one comes", IMAP_IDLE_GREW, false, { OPENED("IDLE"),
	    { "A3 IDLE", "+ idling\r\n* 1 EXPUNGE\r\n* 3 EXISTS\r\n" },
	    { "DONE", "A3 OK done\r\n" } } },
	{ "one that goes does not", IMAP_IDLE_TIME, false, { OPENED("IDLE"),
	    { "A3 IDLE", "+ idling\r\n* 1 EXPUNGE\r\n" },
	    { "DONE", "A3 OK done\r\n" } } },
	{ "one that comes last of all", IMAP_IDLE_GREW, false,
	    { OPENED("IDLE"), { "A3 IDLE", "+ idling\r\n" },
	    { "DONE", "* 4 EXISTS\r\nA3 OK done\r\n" } } },
	{ "the server ends it", IMAP_IDLE_TIME, false, { OPENED("IDLE"),
	    { "A3 IDLE", "+ idling\r\nA3 OK enough\r\n" } } },
	{ "the server refuses, and is asked", IMAP_IDLE_GREW, false,
	    { OPENED("IDLE"), { "A3 IDLE", "A3 NO not now\r\n" },
	    { "A4 NOOP", "* 4 EXISTS\r\nA4 OK\r\n" } } },
	{ "without IDLE it asks", IMAP_IDLE_GREW, false, { OPENED("UIDPLUS"),
	    { "A3 NOOP", "A3 OK\r\n" },
	    { "A4 NOOP", "* 5 EXISTS\r\nA4 OK\r\n" } } },
	{ "the server leaves", IMAP_IDLE_TIME, true, { OPENED("IDLE"),
	    { "A3 IDLE", "+ idling\r\n* BYE going down\r\n" } } },
	{ "no response at all", IMAP_IDLE_TIME, true, { OPENED("IDLE"),
	    { "A3 IDLE", "+ idling\r\nnonsense\r\n" } } },
	{ "two go-aheads", IMAP_IDLE_TIME, true, { OPENED("IDLE"),
	    { "A3 IDLE", "+ idling\r\n+ and more\r\n" } } }
};

static void
open_inbox(struct stage *stage)
{
	imap_queue_open(stage->imap, stage->arena, "INBOX", false);
	assert_null(imap_run(stage->imap));
}

static void
each_wait(void **state)
{
	const struct fault	*bad;
	enum imap_idle_end	 ended;
	struct imap_idle	 idle;
	struct stage		 stage;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		print_message("# %s\n", rows[i].name);
		begin(&stage);
		assert_null(meet(&stage, play, rows[i].steps));
		idle = (struct imap_idle){ .known = 3,
		    .until = clock_ms() + SHORT_MS };
		expect_fault(imap_idle(stage.imap, stage.arena, &idle,
		    &ended), FAULT_FOLDER, NULL);
		open_inbox(&stage);
		idle.until = clock_ms() + SHORT_MS;
		bad = imap_idle(stage.imap, stage.arena, &idle, &ended);
		assert_int_equal(bad != NULL, rows[i].fault);
		if (bad == NULL)
			assert_int_equal(ended, rows[i].end);
		assert_int_equal(imap_is_usable(stage.imap), !rows[i].fault);
		end(&stage);
	}
}

/* What was told before the wait counts too. */
static void
more_than_known(void **state)
{
	static const struct step	 steps[] = { OPENED("IDLE"),
	    { NULL, NULL } };
	struct imap_idle		 idle = { .known = 2 };
	enum imap_idle_end		 ended;
	struct stage			 stage;

	(void)state;
	begin(&stage);
	assert_null(meet(&stage, play, steps));
	open_inbox(&stage);
	idle.until = clock_ms() + PATIENCE_MS;
	assert_null(imap_idle(stage.imap, stage.arena, &idle, &ended));
	assert_int_equal(ended, IMAP_IDLE_GREW);
	end(&stage);
}

/* Whoever hangs up at the other end ends it before its time. */
static void
who_hangs_up(void **state)
{
	static const struct step	 steps[] = { OPENED("IDLE"),
	    { "A3 IDLE", "+ idling\r\n" }, { "DONE", "A3 OK\r\n" },
	    { NULL, NULL } };
	struct imap_idle		 idle = { .known = 3 };
	struct watch			 watch = { .events = POLLIN };
	enum imap_idle_end		 ended;
	struct stage			 stage;
	int64_t				 start;
	int				 ends[2];

	(void)state;
	begin(&stage);
	assert_null(meet(&stage, play, steps));
	open_inbox(&stage);
	assert_int_equal(pipe(ends), 0);
	close(ends[1]);
	start = clock_ms();
	idle.until = start + PATIENCE_MS;
	watch.fd = ends[0];
	imap_set_watch(stage.imap, &watch);
	assert_null(imap_idle(stage.imap, stage.arena, &idle, &ended));
	assert_int_equal(ended, IMAP_IDLE_GONE);
	assert_true(clock_ms() - start < PATIENCE_MS);
	assert_true(imap_is_usable(stage.imap));
	close(ends[0]);
	end(&stage);
}

/* Talks all the time, of nothing, and hears no DONE. */
static void
flood(struct line *line, const void *state)
{
	static const char	 words[] = "* 3 EXISTS\r\n* OK still here\r\n";
	size_t			 i;

	peer_say(line, "* OK [CAPABILITY IMAP4rev1] hello\r\n");
	peer_expect(line, "A1 " LOGIN_LINE);
	peer_say(line, "A1 OK [CAPABILITY IMAP4rev1 IDLE] in\r\n");
	peer_expect(line, "A2 EXAMINE INBOX");
	peer_say(line, "* 3 EXISTS\r\nA2 OK x\r\n");
	peer_expect(line, "A3 IDLE");
	peer_say(line, "+ idling\r\n");
	for (i = 0; *(const bool *)state && i < IMAP_UNTAGGED_MOST; i++)
		peer_say(line, words);
	peer_drain(line);
}

/* A flood and a silence both end, soon after the time, with a fault. */
static void
never_done(void **state)
{
	static const bool	 floods[] = { true, false };
	struct imap_idle	 idle;
	enum imap_idle_end	 ended;
	struct stage		 stage;
	int64_t			 start;
	size_t			 i;

	(void)state;
	for (i = 0; i < 2; i++) {
		begin(&stage);
		assert_null(meet(&stage, flood, &floods[i]));
		open_inbox(&stage);
		start = clock_ms();
		idle = (struct imap_idle){ .known = 3,
		    .until = start + SHORT_MS };
		expect_fault(imap_idle(stage.imap, stage.arena, &idle,
		    &ended), floods[i] ? FAULT_LIMIT : FAULT_TIMEOUT, NULL);
		assert_true(clock_ms() - start < SHORT_MS +
		    IMAP_IDLE_ANSWER_MS + PATIENCE_MS);
		assert_false(imap_is_usable(stage.imap));
		imap_close(stage.imap);
		(void)peer_stop(&stage.peer);
		arena_close(stage.arena);
	}
}

CHECK_MAIN(
	cmocka_unit_test(each_wait),
	cmocka_unit_test(more_than_known),
	cmocka_unit_test(who_hangs_up),
	cmocka_unit_test(never_done)
)
