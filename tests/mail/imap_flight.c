#include "mail/imap_flight.h"

#include <stdio.h>
#include <unistd.h>

#include "mail/imap_quote.h"

#include "imap_stage.h"

enum { LARGE_BYTES = 20 * 1024 * 1024 };

/* A command that ends with a streamed literal of as many x. */
static struct imap_command *
queue_literal(struct stage *stage, const char *before, size_t len)
{
	struct buf	 text;
	char		*data;

	data = arena_take(stage->arena, len);
	memset(data, 'x', len);
	buf_start(&text, stage->arena);
	buf_text(&text, before);
	return imap_queue_source(stage->imap, stage->arena, &text,
	    spring_open(stage->arena, bytes_from(data, len), 1024));
}

static void
literals_at_once(void **state)
{
	static const struct step	 steps[] = { LOGGED_IN("LITERAL+"),
	    { "A2 APPEND a {3+}", NULL }, { "xxx", NULL },
	    { "A3 APPEND b {50+}", NULL },
	    { "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
	    "A2 OK [APPENDUID 7 12] x\r\nA3 NO [OVERQUOTA] {3}\r\n" },
	    { NULL, NULL } };
	struct imap_command		*a, *b;
	struct stage			 stage;

	(void)state;
	begin(&stage);
	assert_null(meet(&stage, play, steps));
	a = queue_literal(&stage, "APPEND a ", 3);
	b = queue_literal(&stage, "APPEND b ", 50);
	assert_null(imap_run(stage.imap));
	assert_int_equal(a->replies.copy_validity, 7);
	assert_int_equal(a->replies.copy_to.at[0], 12);
	expect_fault(imap_command_fault(stage.arena, b, "file it"),
	    FAULT_LIMIT, "{3}");
	end(&stage);
}

/* LITERAL- lets only small ones go at once. */
static void
literals_that_wait(void **state)
{
	static const struct step	 steps[] = { LOGGED_IN("LITERAL-"),
	    { "A2 NOOP", NULL },
	    { "A3 SEARCH TEXT {4+}", NULL },
	    { "\xc3\xa4\xc3\xa4 ALL", NULL },
	    { "A4 APPEND a {4097}",
	    "A2 OK\r\nA3 OK\r\n* 9 EXISTS\r\n+ go\r\n" },
	    { "xxxx*", "A4 OK\r\n" },
	    { NULL, NULL } };
	struct imap_command		*append;
	struct stage			 stage;
	struct buf			 text;

	(void)state;
	begin(&stage);
	assert_null(meet(&stage, play, steps));
	queue(&stage, "NOOP");
	buf_start(&text, stage.arena);
	buf_text(&text, "SEARCH TEXT ");
	imap_string(&text, "\xc3\xa4\xc3\xa4");
	buf_text(&text, " ALL");
	imap_queue(stage.imap, stage.arena, &text);
	append = queue_literal(&stage, "APPEND a ", 4097);
	assert_null(imap_run(stage.imap));
	assert_int_equal(append->outcome, IMAP_OK);
	end(&stage);
}

/* A literal that is not wanted is not sent, and the next command comes. */
static void
literals_refused(void **state)
{
	static const struct step	 steps[] = { LOGGED_IN("UIDPLUS"),
	    { "A2 APPEND a {5}", "A2 NO [TRYCREATE] no such folder\r\n" },
	    { "A3 APPEND b {5}", "+ \r\n" },
	    { "xxxxx", NULL },
	    { "A4 NOOP", "A3 OK\r\nA4 OK\r\n" },
	    { NULL, NULL } };
	struct imap_command		*a, *b, *noop;
	struct stage			 stage;

	(void)state;
	begin(&stage);
	assert_null(meet(&stage, play, steps));
	a = queue_literal(&stage, "APPEND a ", 5);
	b = queue_literal(&stage, "APPEND b ", 5);
	noop = queue(&stage, "NOOP");
	assert_null(imap_run(stage.imap));
	expect_fault(imap_command_fault(stage.arena, a, "file it"),
	    FAULT_FOLDER, NULL);
	assert_int_equal(b->outcome, IMAP_OK);
	assert_int_equal(noop->outcome, IMAP_OK);
	end(&stage);
}

/* Breaks in its second half. */
static const struct fault *
break_off(void *state, struct bytes *piece)
{
	struct spring	*spring = state;

	(void)spring_next(spring, piece);
	return spring->at <= spring->bytes.len / 2 ? NULL :
	    fault_make(spring->arena, FAULT_MESSAGE, "it broke");
}

/* Takes an APPEND's literal that breaks off: neither its rest comes, nor a
 * line that could be taken for it. */
static void
take_half(struct line *line, const void *state)
{
	static const struct step	 steps[] = { LOGGED_IN("LITERAL+"),
	    { "A2 APPEND a {65536+}", NULL }, { NULL, NULL } };
	const struct step		*step;

	(void)state;
	for (step = steps; step->expect != NULL || step->say != NULL; step++) {
		if (step->expect != NULL)
			peer_expect(line, step->expect);
		if (step->say != NULL)
			peer_say(line, step->say);
	}
	if (peer_drain(line) >= 65536)
		_exit(9);
}

static void
literals_that_break(void **state)
{
	static const struct {
		const char	*name;
		int		 more;		/* than its length */
		bool		 breaks;
		enum fault_kind	 kind;
	} rows[] = {
		{ "breaks", 0, true, FAULT_MESSAGE },
		{ "too long", 1, false, FAULT_PROTOCOL },
		{ "too short", -1, false, FAULT_PROTOCOL }
	};
	struct imap_command	*append;
	struct queued		*queued;
	struct stage		 stage;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		print_message("# %s\n", rows[i].name);
		begin(&stage);
		assert_null(meet(&stage, take_half, NULL));
		append = queue_literal(&stage, "APPEND a ",
		    (size_t)(65536 + rows[i].more));
		queued = (struct queued *)append;
		queued->source->length = 65536;
		if (rows[i].breaks)
			queued->source->next = break_off;
		queue(&stage, "NOOP");
		expect_fault(imap_run(stage.imap), rows[i].kind, NULL);
		assert_int_equal(append->outcome, IMAP_WAITING);
		assert_false(imap_is_usable(stage.imap));
		end(&stage);
	}
}

/* A large literal goes by in little memory, at once or when it is asked for. */
static void
take_large(struct line *line, const void *state)
{
	const char	*const *abilities = state;
	bool		 waits;

	waits = (*abilities)[0] == '\0';
	peer_say(line, "* OK [CAPABILITY IMAP4rev1] hello\r\n");
	peer_expect(line, "A1 *");
	peer_say(line, "A1 OK [CAPABILITY IMAP4rev1 ");
	peer_say(line, *abilities);
	peer_say(line, "] in\r\n");
	peer_expect(line, waits ? "A2 APPEND a {20971520}" :
	    "A2 APPEND a {20971520+}");
	if (waits)
		peer_say(line, "+ go\r\n");
	if (peer_take(line, LARGE_BYTES) != LARGE_BYTES)
		_exit(9);
	peer_expect(line, "");
	peer_say(line, "A2 OK [APPENDUID 7 12] done\r\n");
	peer_drain(line);
}

static void
large_literals(void **state)
{
	static const char *const	 abilities[] = { "LITERAL+", "" };
	const struct imap_command	*append;
	struct stage			 stage;
	size_t				 i, before;

	(void)state;
	for (i = 0; i < 2; i++) {
		begin(&stage);
		assert_null(meet(&stage, take_large, &abilities[i]));
		append = queue_literal(&stage, "APPEND a ", LARGE_BYTES);
		before = arena_size(stage.arena);
		assert_null(imap_run(stage.imap));
		assert_true(arena_size(stage.arena) - before < 256 * 1024);
		assert_int_equal(append->replies.copy_to.at[0], 12);
		end(&stage);
	}
}

/* After these nothing of the flight is believed, not even what was whole. */
static const struct loss {
	const char	*name;
	enum fault_kind	 kind;		/* FAULT_KINDS: any */
	const char	*said;
} losses[] = {
	{ "gone in mid-FETCH", FAULT_KINDS,
	    "* 2 FETCH (UID 5 BODY[] {10}\r\nabc" },
	{ "gone in mid-line", FAULT_KINDS, "* 2 FETCH (UID 5 FLA" },
	{ "gone between", FAULT_KINDS, "" },
	{ "BYE", FAULT_UNAVAILABLE, "* BYE shutting down\r\n" },
	{ "a literal over the limit", FAULT_LIMIT,
	    "* 2 FETCH (UID 5 BODY[] {8388609}\r\n" },
	{ "a literal of 2^64 bytes", FAULT_LIMIT,
	    "* 2 FETCH (UID 5 BODY[] {18446744073709551616}\r\n" },
	{ "another's tag", FAULT_PROTOCOL, "A4 OK done\r\n" },
	{ "a tag that only starts so", FAULT_PROTOCOL, "A33 OK done\r\n" },
	{ "an old tag", FAULT_PROTOCOL, "A2 OK done\r\n" },
	{ "a go-ahead", FAULT_PROTOCOL, "+ go\r\n" },
	{ "what is no IMAP", FAULT_PROTOCOL, "\x15\x03\x03\r\n" },
	{ "a FETCH that does not close", FAULT_PROTOCOL,
	    "* 2 FETCH (UID 5 FLAGS (\\Seen)\r\nA3 OK\r\n" },
};

static void
say_and_go(struct line *line, const void *state)
{
	static const struct step	 steps[] = { LOGGED_IN("UIDPLUS"),
	    { "A2 FETCH 1 (UID)", NULL }, { "A3 FETCH 2 (UID)", NULL },
	    { NULL, NULL } };
	const struct loss		*loss = state;
	const struct step		*step;

	for (step = steps; step->expect != NULL || step->say != NULL; step++) {
		if (step->expect != NULL)
			peer_expect(line, step->expect);
		if (step->say != NULL)
			peer_say(line, step->say);
	}
	peer_say(line, "* 1 FETCH (UID 4)\r\nA2 OK done\r\n");
	peer_say(line, loss->said);
	if (loss->kind != FAULT_KINDS)
		peer_drain(line);
}

static void
losses_of_flight(void **state)
{
	const struct fault	*bad;
	struct imap_command	*first, *second;
	struct stage		 stage;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(losses) / sizeof(losses[0]); i++) {
		print_message("# %s\n", losses[i].name);
		begin(&stage);
		assert_null(meet(&stage, say_and_go, &losses[i]));
		first = queue(&stage, "FETCH 1 (UID)");
		second = queue(&stage, "FETCH 2 (UID)");
		bad = imap_run(stage.imap);
		assert_non_null(bad);
		if (losses[i].kind != FAULT_KINDS)
			expect_fault(bad, losses[i].kind, NULL);
		assert_int_equal(first->outcome, IMAP_WAITING);
		assert_int_equal(second->outcome, IMAP_WAITING);
		assert_null(first->replies.messages);
		assert_null(second->replies.messages);
		assert_non_null(imap_command_fault(stage.arena, first, "x"));
		assert_false(imap_is_usable(stage.imap));
		assert_null(imap_box(stage.imap));
		queue(&stage, "NOOP");
		expect_fault(imap_run(stage.imap), FAULT_UNAVAILABLE, NULL);
		end(&stage);
	}
}

/* Many large answers are over the limit of a flight, which bounds memory. */
static void
flood(struct line *line, const void *state)
{
	static char	 zeros[1024 * 1024];
	size_t		 i, j;

	(void)state;
	peer_say(line, "* OK [CAPABILITY IMAP4rev1] hello\r\n");
	peer_expect(line, "A1 *");
	peer_say(line, "A1 OK [CAPABILITY IMAP4rev1] in\r\n");
	peer_expect(line, "A2 *");
	for (i = 0; i < 5; i++) {
		peer_say(line, "* 1 FETCH (UID 1 BODY[] {8388608}\r\n");
		for (j = 0; j < 8; j++)
			peer_say_bytes(line, zeros, sizeof(zeros));
		peer_say(line, ")\r\n");
	}
}

static void
limit_of_flight(void **state)
{
	struct stage	 stage;

	(void)state;
	begin(&stage);
	assert_null(meet(&stage, flood, NULL));
	queue(&stage, "FETCH 1 (BODY.PEEK[])");
	expect_fault(imap_run(stage.imap), FAULT_LIMIT, NULL);
	imap_close(stage.imap);
	peer_stop(&stage.peer);
	arena_close(stage.arena);
}

static void
drip(struct line *line, const void *state)
{
	(void)state;
	peer_say(line, "* OK [CAPABILITY IMAP4rev1] hello\r\n");
	peer_expect(line, "A1 *");
	peer_say(line, "A1 OK [CAPABILITY IMAP4rev1] in\r\n");
	peer_expect(line, "A2 *");
	for (;;) {
		peer_say(line, "* OK still here\r\n");
		peer_sleep(20);
	}
}

/* Progress does not move a deadline. */
static void
deadline_holds(void **state)
{
	struct stage	 stage;
	int64_t		 start;

	(void)state;
	begin(&stage);
	assert_null(meet(&stage, drip, NULL));
	start = clock_ms();
	imap_begin(stage.imap, stage.arena, start + SHORT_MS);
	queue(&stage, "NOOP");
	expect_fault(imap_run(stage.imap), FAULT_TIMEOUT, NULL);
	assert_in_range(clock_ms() - start, SHORT_MS, 10 * SHORT_MS);
	imap_close(stage.imap);
	peer_stop(&stage.peer);
	arena_close(stage.arena);
}

/* Thousands of commands do not fill both ends' buffers. */
static void
answer_all(struct line *line, const void *state)
{
	char	 text[256], tag[16];

	(void)state;
	peer_say(line, "* OK [CAPABILITY IMAP4rev1] hello\r\n");
	peer_expect(line, "A1 *");
	peer_say(line, "A1 OK [CAPABILITY IMAP4rev1 ID] in\r\n");
	peer_expect(line, "A5002 ID (\"name\" \"Postern\")");
	peer_say(line, "* ID NIL\r\nA5002 OK\r\n");
	while (peer_read_line(line, text, sizeof(text)) && text[0] == 'A') {
		text[strcspn(text, " ")] = '\0';
		snprintf(tag, sizeof(tag), "%.15s", text);
		peer_say(line, "* OK ");
		memset(text, 'y', 200);
		peer_say_bytes(line, text, 200);
		snprintf(text, sizeof(text), "\r\n%s OK\r\n", tag);
		peer_say(line, text);
	}
}

static void
many_commands(void **state)
{
	struct imap_command	*last = NULL;
	struct stage		 stage;
	int			 i;

	(void)state;
	begin(&stage);
	assert_null(meet(&stage, answer_all, NULL));
	for (i = 0; i < 5000; i++)
		last = queue(&stage, "UID FETCH 1 (FLAGS BODY.PEEK[1]<0.9>)");
	assert_null(imap_run(stage.imap));
	assert_int_equal(last->outcome, IMAP_OK);
	end(&stage);
}

CHECK_MAIN(
	cmocka_unit_test(literals_at_once),
	cmocka_unit_test(literals_that_wait),
	cmocka_unit_test(literals_refused),
	cmocka_unit_test(literals_that_break),
	cmocka_unit_test(large_literals),
	cmocka_unit_test(losses_of_flight),
	cmocka_unit_test(limit_of_flight),
	cmocka_unit_test(deadline_holds),
	cmocka_unit_test(many_commands)
)
