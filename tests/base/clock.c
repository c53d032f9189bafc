#include "base/clock.h"

#include "base/arena.h"

#include "../check.h"

#include <time.h>

/* RFC 3339 5.6 and 5.8; LLONG_MIN: refused. */
static const struct {
	const char	*text;
	int64_t		 seconds;
} rows[] = {
	{ "1970-01-01T00:00:00Z", 0 },
	{ "1985-04-12T23:20:50.52Z", 482196050 },
	{ "1996-12-19T16:39:57-08:00", 851042397 },
	{ "1990-12-31T23:59:60Z", 662688000 },
	{ "1937-01-01T12:00:27.87+00:20", -1041337173 },
	{ "2100-01-01t02:00:00+02:00", 4102444800 },
	{ "2100-01-01 00:00:00z", 4102444800 },
	{ "2024-02-29T00:00:00Z", 1709164800 },
	{ "", INT64_MIN }, { "2026", INT64_MIN },
	{ "2026-07-28", INT64_MIN }, { "2026-07-28T09:30:00", INT64_MIN },
	{ "2026-07-28T09:30Z", INT64_MIN },
	{ "2026-02-30T00:00:00Z", INT64_MIN },
	{ "2025-02-29T00:00:00Z", INT64_MIN },
	{ "2026-00-10T00:00:00Z", INT64_MIN },
	{ "2026-10-00T00:00:00Z", INT64_MIN },
	{ "2026-13-10T00:00:00Z", INT64_MIN },
	{ "2026-10-10T24:00:00Z", INT64_MIN },
	{ "2026-10-10T00:60:00Z", INT64_MIN },
	{ "2026-10-10T00:00:00+24:00", INT64_MIN },
	{ "2026-10-10T00:00:00Z ", INT64_MIN },
	{ "2026-10-10T00:00:00+0200", INT64_MIN },
	{ "-026-10-10T00:00:00Z", INT64_MIN },
	{ "tomorrow", INT64_MIN }
};

static void
reading(void **state)
{
	int64_t	 seconds;
	size_t	 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!clock_read_rfc3339(rows[i].text, &seconds))
			seconds = INT64_MIN;
		if (seconds != rows[i].seconds)
			fail_msg("%s: %lld", rows[i].text,
			    (long long)seconds);
	}
}

/* What is written is read back, for a day of each month of many years. */
static void
both_ways(void **state)
{
	struct moment	 moment = { 0 };
	struct arena	*arena;
	int64_t		 seconds;

	(void)state;
	arena = arena_open();
	for (moment.seconds = -60000000000; moment.seconds < 250000000000;
	    moment.seconds += 86400 * 31 + 3601) {
		moment.offset = (int)(moment.seconds % 1400);
		assert_true(clock_read_rfc3339(clock_rfc3339(arena, moment),
		    &seconds));
		assert_int_equal(seconds, moment.seconds);
	}
	arena_close(arena);
}

/* Where the machine has 32 bits, a second of 1901 comes behind it otherwise. */
static void
after_2038(void **state)
{
	static const int64_t	 seconds[] = { INT32_MAX, INT64_C(2147483648),
		INT64_C(4102444800), INT64_C(253402300799) };
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(seconds) / sizeof(seconds[0]); i++)
		assert_true((int64_t)(time_t)seconds[i] == seconds[i]);
}

CHECK_MAIN(cmocka_unit_test(reading), cmocka_unit_test(both_ways),
    cmocka_unit_test(after_2038))
