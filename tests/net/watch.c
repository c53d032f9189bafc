#include "net/watch.h"

#include "../check.h"

#include <unistd.h>

#include "base/clock.h"

enum { SHORT_MS = 60, PATIENCE_MS = 5000 };

static void
count_beat(struct watch *watch)
{
	++*(int *)watch->state;
	watch->due = *(int *)watch->state < 3 ? clock_ms() + 1 : 0;
}

/* Without a watch it is poll(2). */
static void
nobody_to_watch(void **state)
{
	struct pollfd	 polled = { .events = POLLIN };
	int		 ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	polled.fd = ends[0];
	assert_int_equal(watch_poll(NULL, &polled, 0), 0);
	assert_int_equal(write(ends[1], "x", 1), 1);
	assert_int_equal(watch_poll(NULL, &polled, PATIENCE_MS), 1);
	assert_int_equal(polled.revents, POLLIN);
	assert_false(watch_look(NULL));
	assert_false(watch_ends(NULL));
	watch_hold(NULL);
	close(ends[0]);
	close(ends[1]);
}

/* Who has gone ends a wait once, and is not waited for any more. */
static void
who_goes(void **state)
{
	struct watch	 watch = { .events = POLLIN, .stops = true };
	struct pollfd	 polled = { .fd = -1, .events = POLLIN };
	int64_t		 start;
	int		 ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	watch.fd = ends[0];
	assert_false(watch_look(&watch));
	close(ends[1]);
	start = clock_ms();
	assert_int_equal(watch_poll(&watch, &polled, PATIENCE_MS), 0);
	assert_true(clock_ms() - start < PATIENCE_MS);
	assert_true(watch.gone);
	assert_true(watch_ends(&watch));
	start = clock_ms();
	assert_int_equal(watch_poll(&watch, &polled, SHORT_MS), 0);
	assert_true(clock_ms() - start >= SHORT_MS - 1);
	watch_hold(&watch);
	assert_false(watch_ends(&watch));
	assert_true(watch.gone);
	close(ends[0]);
}

/* Of a pipe's writing end only the hang-up counts. */
static void
who_reads(void **state)
{
	struct watch	 watch = { .events = 0, .stops = true };
	int		 ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	watch.fd = ends[1];
	assert_false(watch_look(&watch));
	close(ends[0]);
	assert_true(watch_look(&watch));
	close(ends[1]);
}

static void
beats(void **state)
{
	struct pollfd	 polled = { .fd = -1 };
	int		 count = 0;
	struct watch	 watch = { .fd = -1, .beat = count_beat,
			    .state = &count };

	(void)state;
	(void)watch_look(&watch);
	assert_int_equal(count, 0);
	watch.due = clock_ms() + SHORT_MS;
	(void)watch_look(&watch);
	assert_int_equal(count, 0);
	while (watch.due != 0)
		assert_int_equal(watch_poll(&watch, &polled, PATIENCE_MS), 0);
	assert_int_equal(count, 3);
}

CHECK_MAIN(cmocka_unit_test(nobody_to_watch), cmocka_unit_test(who_goes),
    cmocka_unit_test(who_reads), cmocka_unit_test(beats))
