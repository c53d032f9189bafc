#include <sys/resource.h>
#include <unistd.h>

#include "net/watch.h"
#include "stage.h"

enum { FLOOD_BYTES = 4 * 1024 * 1024 };

static void
greet_in_tls(struct line *line, const void *state)
{
	if (!peer_tls(line, PEER_GOOD, 0))
		return;
	peer_say(line, "* OK hello\r\n");
	peer_expect(line, "a1 NOOP");
	peer_say(line, state);
	peer_drain(line);
}

static void
implicit_tls(void **state)
{
	struct stage	 stage;
	struct buf	 buf;

	(void)state;
	begin(&stage, WIRE_IMAP, TLS_IMPLICIT);
	assert_null(meet(&stage, greet_in_tls,
	    "* 1 FETCH {5}\r\nab\r\nc)\r\na1 OK\nlast\r\n"));
	assert_false(wire_greeting_read(stage.wire));
	expect_line(&stage, "* OK hello");
	assert_false(wire_has_input(stage.wire));
	assert_null(wire_write(stage.wire, bytes_of("a1 NOOP\r\n")));
	expect_line(&stage, "* 1 FETCH {5}");
	buf_start(&buf, stage.arena);
	assert_null(wire_read(stage.wire, &buf, 5));
	assert_string_equal(buf_string(&buf), "ab\r\nc");
	expect_line(&stage, ")");
	expect_line(&stage, "a1 OK");
	assert_true(wire_has_input(stage.wire));
	expect_line(&stage, "last");
	assert_false(wire_has_input(stage.wire));
	assert_int_equal(wire_received(stage.wire), 12 + 35);
	end(&stage, true);
}

static void
greetings(void **state)
{
	static const struct {
		enum wire_protocol	 protocol;
		const char		*line;
		bool			 good;
	} rows[] = {
		{ WIRE_IMAP, "* OK\r\n", true },
		{ WIRE_IMAP, "* ok hello\r\n", true },
		{ WIRE_IMAP, "* BYE\r\n", true },
		{ WIRE_IMAP, "* PREAUTH hello\r\n", false },
		{ WIRE_IMAP, "* OKAY\r\n", false },
		{ WIRE_IMAP, "220 hello\r\n", false },
		{ WIRE_IMAP, "SSH-2.0-x\r\n", false },
		{ WIRE_IMAP, "\r\n", false },
		{ WIRE_SMTP, "220\r\n", true },
		{ WIRE_SMTP, "220-hello\r\n", true },
		{ WIRE_SMTP, "554 no\r\n", true },
		{ WIRE_SMTP, "2200 no\r\n", false },
		{ WIRE_SMTP, "22\r\n", false },
		{ WIRE_SMTP, "* OK\r\n", false }
	};
	const struct fault	*bad;
	struct stage		 stage;
	struct buf		 buf;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin(&stage, rows[i].protocol, TLS_NONE);
		assert_null(meet(&stage, say_it, rows[i].line));
		buf_start(&buf, stage.arena);
		bad = wire_read_line(stage.wire, &buf);
		if ((bad == NULL) != rows[i].good)
			fail_msg("%s", rows[i].line);
		if (bad != NULL)
			assert_int_equal(bad->kind, FAULT_PROTOCOL);
		end(&stage, true);
	}
}

static void
say_slowly(struct line *line, const void *state)
{
	const char	*at;

	for (at = state; *at != '\0'; at++)
		peer_say_bytes(line, at, 1);
	(void)peer_drain(line);
}

static void
byte_by_byte(void **state)
{
	struct stage	 stage;
	struct buf	 buf;

	(void)state;
	begin(&stage, WIRE_IMAP, TLS_NONE);
	assert_null(meet(&stage, say_slowly, "* OK hello\r\n* x\nabcdend"));
	expect_line(&stage, "* OK hello");
	expect_line(&stage, "* x");
	buf_start(&buf, stage.arena);
	assert_null(wire_read(stage.wire, &buf, 4));
	assert_string_equal(buf_string(&buf), "abcd");
	wire_set_deadline(stage.wire, clock_ms() + SHORT_MS);
	expect_fault(&stage, FAULT_TIMEOUT);
	end(&stage, false);
}

static void
say_long_line(struct line *line, const void *state)
{
	static char	 x[WIRE_LINE_BYTES + 1];

	memset(x, 'x', sizeof(x));
	peer_say(line, "220 hello\r\n");
	peer_say_bytes(line, x, WIRE_LINE_BYTES);
	peer_say(line, "\r\n");
	peer_say_bytes(line, x, sizeof(x));
	peer_say(line, state);
	peer_drain(line);
}

static void
lines_have_an_end(void **state)
{
	struct stage	 stage;
	struct buf	 buf;

	(void)state;
	begin(&stage, WIRE_SMTP, TLS_NONE);
	assert_null(meet(&stage, say_long_line, "\r\n"));
	expect_line(&stage, "220 hello");
	buf_start(&buf, stage.arena);
	assert_null(wire_read_line(stage.wire, &buf));
	assert_int_equal(buf.len, WIRE_LINE_BYTES);
	expect_fault(&stage, FAULT_PROTOCOL);
	end(&stage, false);
}

static void
say_and_end(struct line *line, const void *state)
{
	peer_say(line, state);
}

static void
say_and_cut(struct line *line, const void *state)
{
	if (!peer_tls(line, PEER_GOOD, 0))
		return;
	peer_say(line, state);
	/* A reset takes along what was not read yet. */
	peer_sleep(SHORT_MS);
	peer_cut(line);
}

static void
streams_that_end(void **state)
{
	struct stage	 stage;
	struct buf	 buf;

	(void)state;
	begin(&stage, WIRE_IMAP, TLS_NONE);
	assert_null(meet(&stage, say_and_end, "* OK hello\r\nab"));
	expect_line(&stage, "* OK hello");
	buf_start(&buf, stage.arena);
	assert_non_null(wire_read(stage.wire, &buf, 100));
	expect_fault(&stage, FAULT_PROTOCOL);
	assert_true(wire_has_input(stage.wire));
	end(&stage, true);

	begin(&stage, WIRE_IMAP, TLS_IMPLICIT);
	assert_null(meet(&stage, say_and_cut, "* OK hello\r\n"));
	expect_line(&stage, "* OK hello");
	buf_start(&buf, stage.arena);
	assert_non_null(wire_read_line(stage.wire, &buf));
	assert_true(wire_has_input(stage.wire));
	end(&stage, false);
}

/* Talks first and listens only then: whoever waits for its ear is stuck. */
static void
flood(struct line *line, const void *state)
{
	static char	 x[FLOOD_BYTES];

	if (*(const bool *)state && !peer_tls(line, PEER_GOOD, 0))
		return;
	memset(x, 'x', sizeof(x));
	peer_say(line, "* OK hello\r\n");
	peer_say_bytes(line, x, sizeof(x));
	if (peer_drain(line) != FLOOD_BYTES)
		_exit(5);
}

static void
both_ends_write(void **state)
{
	static const bool	 in_tls[] = { false, true };
	unsigned char		*x;
	struct stage		 stage;
	struct buf		 buf;
	size_t			 i;

	(void)state;
	for (i = 0; i < 2; i++) {
		begin(&stage, WIRE_IMAP, in_tls[i] ? TLS_IMPLICIT : TLS_NONE);
		x = arena_take(stage.arena, FLOOD_BYTES);
		assert_null(meet(&stage, flood, &in_tls[i]));
		wire_set_deadline(stage.wire, clock_ms() + 6 * PATIENCE_MS);
		assert_null(wire_write(stage.wire,
		    bytes_from(x, FLOOD_BYTES)));
		expect_line(&stage, "* OK hello");
		buf_start(&buf, stage.arena);
		assert_null(wire_read(stage.wire, &buf, FLOOD_BYTES));
		assert_int_equal(buf.len, FLOOD_BYTES);
		assert_int_equal(buf.at[FLOOD_BYTES - 1], 'x');
		end(&stage, true);
	}
}

static void
who_does_not_answer(void **state)
{
	static const enum tls_mode	 modes[] = { TLS_IMPLICIT,
					    TLS_STARTTLS };
	const struct fault		*bad;
	struct stage			 stage;
	int64_t				 start;
	size_t				 i;

	(void)state;
	for (i = 0; i < 2; i++) {
		begin(&stage, WIRE_IMAP, modes[i]);
		peer_start(&stage.peer, say_it, "");
		stage.target.guard.port = stage.peer.port;
		start = clock_ms();
		bad = wire_open(stage.arena, &stage.target, start + SHORT_MS,
		    &stage.wire);
		assert_non_null(bad);
		assert_int_equal(bad->kind, FAULT_TIMEOUT);
		assert_true(clock_ms() - start < PATIENCE_MS);
		end(&stage, true);
		/* Its port is free now. */
		begin(&stage, WIRE_IMAP, modes[i]);
		stage.target.guard.port = 1;
		bad = wire_open(stage.arena, &stage.target, start +
		    PATIENCE_MS, &stage.wire);
		assert_non_null(bad);
		assert_int_equal(bad->kind, FAULT_CONNECT);
		arena_close(stage.arena);
	}
}

/* Whatever goes wrong with a host a user typed is one text at one delay. */
static void
what_a_user_typed(void **state)
{
	const struct fault	*bad;
	struct stage		 stage;
	int64_t			 start;

	(void)state;
	begin(&stage, WIRE_IMAP, TLS_IMPLICIT);
	stage.target.guard = (struct guard_target){
		.host = "nowhere.example", .port = 993, .mail = true
	};
	start = clock_ms();
	bad = wire_open(stage.arena, &stage.target, start + SHORT_MS,
	    &stage.wire);
	assert_non_null(bad);
	assert_int_equal(bad->kind, FAULT_CONNECT);
	assert_null(strstr(bad->detail, "nowhere"));
	assert_true(clock_ms() - start >= SHORT_MS);
	/* What the text alone shows to be wrong is told at once. */
	stage.target.guard.host = "localhost";
	bad = wire_open(stage.arena, &stage.target, start, &stage.wire);
	assert_int_equal(bad->kind, FAULT_HOST);
	stage.target.guard.host = "imap.example.org";
	stage.target.tls = TLS_NONE;
	bad = wire_open(stage.arena, &stage.target, start, &stage.wire);
	assert_int_equal(bad->kind, FAULT_TLS);
	arena_close(stage.arena);
}

/* What went wrong is told by a text that outlives the connection. */
static void
no_descriptor_is_left(void **state)
{
	const struct fault	*bad;
	struct rlimit		 before, none;
	struct stage		 stage;

	(void)state;
	begin(&stage, WIRE_IMAP, TLS_IMPLICIT);
	stage.target.guard = (struct guard_target){
		.host = "imap.example.org", .port = 993, .mail = true
	};
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = before;
	none.rlim_cur = 0;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	bad = wire_open(stage.arena, &stage.target, clock_ms() + SHORT_MS,
	    &stage.wire);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_non_null(bad);
	assert_int_equal(bad->kind, FAULT_UNAVAILABLE);
	assert_non_null(bad->detail);
	assert_non_null(strstr(bad->detail, "no name can be looked up"));
	arena_close(stage.arena);
}

enum { RECORDS = 30 };

static void
say_in_records(struct line *line, const void *state)
{
	int	 i;

	(void)state;
	if (!peer_tls(line, PEER_GOOD, 0))
		return;
	peer_say(line, "* OK hello\r\n");
	peer_expect(line, "more");
	for (i = 0; i < RECORDS; i++)
		peer_say(line, i % 2 == 0 ? "* 1 " : "EXISTS\r\n");
	peer_drain(line);
}

/* What was read off the socket beside the record at hand is input as well,
 * also where nothing more comes. */
static void
many_records(void **state)
{
	struct stage	 stage;
	int64_t		 start = clock_ms();
	int		 i;

	(void)state;
	begin(&stage, WIRE_IMAP, TLS_IMPLICIT);
	assert_null(meet(&stage, say_in_records, NULL));
	wire_set_deadline(stage.wire, start + PATIENCE_MS);
	expect_line(&stage, "* OK hello");
	assert_null(wire_write(stage.wire, bytes_of("more\r\n")));
	clock_sleep_until(clock_ms() + SHORT_MS);
	for (i = 0; i < RECORDS / 2; i++) {
		assert_int_equal(wire_await(stage.wire, start + PATIENCE_MS),
		    WIRE_INPUT);
		expect_line(&stage, "* 1 EXISTS");
	}
	assert_false(wire_has_input(stage.wire));
	assert_true(clock_ms() - start < PATIENCE_MS);
	end(&stage, true);
}

static void
say_later(struct line *line, const void *state)
{
	(void)state;
	if (!peer_tls(line, PEER_GOOD, 0))
		return;
	peer_say(line, "* OK hello\r\n* 1 EXISTS\r\n");
	peer_expect(line, "more");
	peer_sleep(SHORT_MS);
	peer_say(line, "* 2 EXISTS\r\n");
	peer_drain(line);
}

/* What TLS holds is input too, though the socket has none. */
static void
waiting(void **state)
{
	struct stage	 stage;
	int64_t		 start;
	int		 ends[2];
	struct watch	 watch = { .events = POLLIN };

	(void)state;
	begin(&stage, WIRE_IMAP, TLS_IMPLICIT);
	assert_null(meet(&stage, say_later, NULL));
	assert_int_equal(pipe(ends), 0);
	watch.fd = ends[0];
	wire_set_deadline(stage.wire, clock_ms() + PATIENCE_MS);
	expect_line(&stage, "* OK hello");
	start = clock_ms();
	assert_int_equal(wire_await(stage.wire, start + PATIENCE_MS),
	    WIRE_INPUT);
	expect_line(&stage, "* 1 EXISTS");
	wire_set_watch(stage.wire, &watch);
	assert_int_equal(wire_await(stage.wire, clock_ms() + SHORT_MS / 10),
	    WIRE_TIME);
	assert_null(wire_write(stage.wire, bytes_of("more\r\n")));
	assert_int_equal(wire_await(stage.wire, start + PATIENCE_MS),
	    WIRE_INPUT);
	expect_line(&stage, "* 2 EXISTS");
	close(ends[1]);
	assert_int_equal(wire_await(stage.wire, start + PATIENCE_MS),
	    WIRE_GONE);
	wire_set_watch(stage.wire, NULL);
	/* The wire's own deadline holds as well. */
	wire_set_deadline(stage.wire, clock_ms() + SHORT_MS / 10);
	assert_int_equal(wire_await(stage.wire, start + 10 * PATIENCE_MS),
	    WIRE_TIME);
	assert_true(clock_ms() - start < PATIENCE_MS);
	close(ends[0]);
	end(&stage, true);
}

CHECK_MAIN(cmocka_unit_test(implicit_tls),
    cmocka_unit_test(greetings), cmocka_unit_test(byte_by_byte),
    cmocka_unit_test(lines_have_an_end), cmocka_unit_test(streams_that_end),
    cmocka_unit_test(both_ends_write), cmocka_unit_test(who_does_not_answer),
    cmocka_unit_test(what_a_user_typed),
    cmocka_unit_test(no_descriptor_is_left), cmocka_unit_test(waiting),
    cmocka_unit_test(many_records))
