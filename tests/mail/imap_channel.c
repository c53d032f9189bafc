#include "imap_stage.h"

/* As many lines as state says, each of which takes next to nothing, and the
 * answer behind them. */
static void
flood_of_lines(struct line *line, const void *state)
{
	static const char	 told[] = "* OK x\r\n* OK x\r\n* OK x\r\n"
	    "* OK x\r\n* OK x\r\n* OK x\r\n* OK x\r\n* OK x\r\n";
	enum { LINES = 8 };
	size_t			 left;

	peer_say(line, "* OK [CAPABILITY IMAP4rev1] hello\r\n");
	peer_expect(line, "A1 *");
	peer_say(line, "A1 OK [CAPABILITY IMAP4rev1] in\r\n");
	peer_expect(line, "A2 *");
	for (left = *(const size_t *)state; left >= LINES; left -= LINES)
		peer_say(line, told);
	peer_say(line, told + (LINES - left) * (strlen(told) / LINES));
	peer_say(line, "A2 OK done\r\n");
	peer_drain(line);
}

/* Nobody is told of for ever. */
static void
lines_of_flight(void **state)
{
	size_t			 lines = IMAP_UNTAGGED_MOST - 1;
	struct imap_command	*command;
	struct stage		 stage;

	(void)state;
	begin(&stage);
	assert_null(meet(&stage, flood_of_lines, &lines));
	command = queue(&stage, "NOOP");
	assert_null(imap_run(stage.imap));
	assert_int_equal(command->outcome, IMAP_OK);
	end(&stage);

	lines++;
	begin(&stage);
	assert_null(meet(&stage, flood_of_lines, &lines));
	command = queue(&stage, "NOOP");
	expect_fault(imap_run(stage.imap), FAULT_LIMIT, "lines");
	assert_int_equal(command->outcome, IMAP_WAITING);
	assert_false(imap_is_usable(stage.imap));
	imap_close(stage.imap);
	peer_stop(&stage.peer);
	arena_close(stage.arena);
}

CHECK_MAIN(cmocka_unit_test(lines_of_flight))
