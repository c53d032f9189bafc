#include "base/tally.h"

#include "../check.h"
#include "base/arena.h"

enum { A_WHILE = 3600 };

static int64_t
count(struct tally *tally, unsigned counter, int64_t seconds, int64_t more)
{
	struct counting	 counting = { seconds, more, -1 };
	int64_t		 stands;

	stands = tally_count(tally, counter, &counting);
	assert_true(counting.left >= seconds - 1 && counting.left <= seconds);
	return stands;
}

static void
what_is_counted(void **state)
{
	struct arena	*arena = arena_open();
	struct tally	*tally = tally_make(arena), *other = tally_make(arena);

	(void)state;
	assert_int_equal(count(tally, 7, A_WHILE, 0), 0);
	assert_int_equal(count(tally, 7, A_WHILE, 1), 1);
	assert_int_equal(count(tally, 7, A_WHILE, 2), 3);
	assert_int_equal(count(tally, 8, A_WHILE, 1), 1);
	assert_int_equal(count(other, 7, A_WHILE, 0), 0);
	assert_int_equal(count(tally, 7 + TALLY_COUNTERS, A_WHILE, 0), 3);
	assert_int_equal(count(tally, 7, A_WHILE, -5), 0);
	arena_close(arena);
}

static void
it_begins_anew(void **state)
{
	struct arena	*arena = arena_open();
	struct tally	*tally = tally_make(arena);

	(void)state;
	assert_int_equal(count(tally, 1, A_WHILE, 5), 5);
	assert_int_equal(count(tally, 1, 0, 1), 1);
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(what_is_counted),
	cmocka_unit_test(it_begins_anew)
)
