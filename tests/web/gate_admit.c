#include "web/gate_admit.h"

#include "../check.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"

/* Records of request 1: type, length and padding are one byte each. */
#define RECORD(type, len)	"\1" type "\0\1\0" len "\0\0"
#define BEGIN			RECORD("\1", "\10") "\0\1\0\0\0\0\0\0"
#define PARAMS(len)		RECORD("\4", len)
#define BODY(len)		RECORD("\5", len)
#define ROW(why, text, phase)	{ why, text, sizeof(text) - 1, phase }

struct row {
	const char		*why;
	const char		*text;
	size_t			 len;
	enum gate_admit_phase	 phase;	/* what it comes to */
};

static const struct row	 rows[] = {
	ROW("nothing", "", GATE_ADMIT_BEGIN),
	ROW("a request", BEGIN PARAMS("\4") "\1\1ab" PARAMS("\0") BODY("\2")
	    "hi" BODY("\0"), GATE_ADMIT_DONE),
	ROW("without a body's end", BEGIN PARAMS("\0") BODY("\2") "hi",
	    GATE_ADMIT_BODY),
	ROW("without variables", BEGIN PARAMS("\0"), GATE_ADMIT_BODY),
	ROW("an empty name and value", BEGIN PARAMS("\2") "\0\0"
	    PARAMS("\0"), GATE_ADMIT_BODY),
	ROW("a long length", BEGIN PARAMS("\7") "\200\0\0\1\0a\0",
	    GATE_ADMIT_PARAMS),
	ROW("a variable over two records", BEGIN PARAMS("\3") "\2\1a"
	    PARAMS("\2") "bc" PARAMS("\0"), GATE_ADMIT_BODY),
	ROW("a length over two records", BEGIN PARAMS("\2") "\200\0"
	    PARAMS("\4") "\0\1\0a" PARAMS("\0"), GATE_ADMIT_BODY),
	ROW("padding", BEGIN "\1\4\0\1\0\2\2\0\0\0xx" PARAMS("\0")
	    "\1\5\0\1\0\1\3\0yxxx" BODY("\0"), GATE_ADMIT_DONE),
	ROW("padding of the beginning",
	    "\1\1\0\1\0\10\2\0\0\1\0\0\0\0\0\0xx" PARAMS("\0"),
	    GATE_ADMIT_REFUSED),
	ROW("padding of the variables' end", BEGIN "\1\4\0\1\0\0\3\0xxx"
	    BODY("\0"), GATE_ADMIT_REFUSED),
	ROW("given up", BEGIN RECORD("\2", "\0"), GATE_ADMIT_PARAMS),
	ROW("given up in the body", BEGIN PARAMS("\0") BODY("\1") "x"
	    RECORD("\2", "\0"), GATE_ADMIT_BODY),
	ROW("whatever is behind", BEGIN PARAMS("\0") BODY("\0") "\377xyzzy"
	    BEGIN, GATE_ADMIT_DONE),
	ROW("another version", "\2\1\0\1\0\10\0\0", GATE_ADMIT_REFUSED),
	ROW("HTTP", "GET / HTTP/1.1\r\n", GATE_ADMIT_REFUSED),
	ROW("no request", "\1\1\0\0\0\10\0\0", GATE_ADMIT_REFUSED),
	ROW("a long beginning", RECORD("\1", "\11"), GATE_ADMIT_REFUSED),
	ROW("a short beginning", RECORD("\1", "\7"), GATE_ADMIT_REFUSED),
	ROW("variables first", PARAMS("\0"), GATE_ADMIT_REFUSED),
	ROW("given up first", RECORD("\2", "\0"), GATE_ADMIT_REFUSED),
	ROW("a second beginning", BEGIN RECORD("\1", "\10"),
	    GATE_ADMIT_REFUSED),
	ROW("a second beginning in the body", BEGIN PARAMS("\0")
	    RECORD("\1", "\10"), GATE_ADMIT_REFUSED),
	ROW("a body before the variables' end", BEGIN BODY("\0"),
	    GATE_ADMIT_REFUSED),
	ROW("variables behind their end", BEGIN PARAMS("\0") PARAMS("\0"),
	    GATE_ADMIT_REFUSED),
	ROW("another id", BEGIN "\1\4\0\2\0\0\0\0", GATE_ADMIT_REFUSED),
	ROW("asked for its limits", "\1\11\0\0\0\0\0\0", GATE_ADMIT_REFUSED),
	ROW("asked for its limits later", BEGIN "\1\11\0\0\0\0\0\0",
	    GATE_ADMIT_REFUSED),
	ROW("a filter's data", BEGIN PARAMS("\0") RECORD("\10", "\0"),
	    GATE_ADMIT_REFUSED),
	ROW("a type that is none", BEGIN RECORD("\143", "\0"),
	    GATE_ADMIT_REFUSED),
	ROW("an end within a length", BEGIN PARAMS("\2") "\200\0"
	    PARAMS("\0"), GATE_ADMIT_REFUSED),
	ROW("an end without a value", BEGIN PARAMS("\1") "\1" PARAMS("\0"),
	    GATE_ADMIT_REFUSED),
	ROW("an end within a variable", BEGIN PARAMS("\3") "\1\1a"
	    PARAMS("\0"), GATE_ADMIT_REFUSED),
	ROW("a name of 1 MiB", BEGIN PARAMS("\4") "\200\20\0\0",
	    GATE_ADMIT_PARAMS),
	ROW("a longer name", BEGIN PARAMS("\4") "\200\20\0\1",
	    GATE_ADMIT_REFUSED),
	ROW("as long as can be said", BEGIN PARAMS("\5") "\1\377\377\377\377",
	    GATE_ADMIT_REFUSED)
};

static void
check_row(const struct row *row, size_t step)
{
	struct gate_admit	 admit = { .phase = GATE_ADMIT_BEGIN };
	bool			 fine = true;
	size_t			 at;

	for (at = 0; at < row->len; at += step)
		fine = gate_admit(&admit, bytes_from(row->text + at,
		    row->len - at < step ? row->len - at : step));
	if (admit.phase != row->phase ||
	    fine == (row->phase == GATE_ADMIT_REFUSED))
		fail_msg("%s, by %zu: phase %d", row->why, step,
		    (int)admit.phase);
}

static void
what_may_come(void **state)
{
	size_t	 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		check_row(&rows[i], rows[i].len + 1);
		check_row(&rows[i], 1);
		check_row(&rows[i], 7);
	}
}

/* How many records of so many bytes of variables pass. */
static size_t
count_records(struct bytes content)
{
	static const unsigned char	 begin[] = BEGIN;
	struct gate_admit		 admit = { .phase = GATE_ADMIT_BEGIN };
	unsigned char			 head[] = PARAMS("\0");
	size_t				 count = 0;

	head[4] = (unsigned char)(content.len >> 8);
	head[5] = (unsigned char)content.len;
	assert_true(gate_admit(&admit, bytes_from(begin, sizeof(begin) - 1)));
	while (gate_admit(&admit, bytes_from(head, sizeof(head) - 1)) &&
	    gate_admit(&admit, content))
		count++;
	assert_false(gate_admit(&admit, content));
	return count;
}

static void
how_much_may_come(void **state)
{
	enum { STEP = 32 * 1024, LENGTHS = 5, PAIRS = 16 };
	struct arena	*arena = arena_open();
	struct buf	 buf;

	(void)state;
	/* One variable a record. */
	buf_start(&buf, arena);
	memset(buf_room(&buf, STEP), 'x', STEP);
	memcpy(buf.at, "\0\200\0\177\373", LENGTHS);
	assert_int_equal(count_records(buf_view(&buf)),
	    GATE_ADMIT_BYTES / STEP);
	buf_start(&buf, arena);
	memset(buf_room(&buf, 2 * PAIRS), 0, 2 * PAIRS);
	assert_int_equal(count_records(buf_view(&buf)),
	    GATE_ADMIT_VARIABLES / PAIRS);
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(what_may_come),
	cmocka_unit_test(how_much_may_come))
