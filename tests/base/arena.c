#include "base/arena.h"

#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../check.h"

static int	 order[3], released;

static void
note(void *thing)
{
	order[released++] = *(int *)thing;
}

static void
memory_is_zeroed_and_aligned(void **state)
{
	struct arena	*arena;
	unsigned char	*at;
	size_t		 i, len;

	(void)state;
	arena = arena_open();
	for (len = 0; len < 70000; len = len * 3 + 1) {
		at = arena_take(arena, len);
		assert_int_equal((uintptr_t)at % _Alignof(max_align_t), 0);
		for (i = 0; i < len; i++)
			assert_int_equal(at[i], 0);
		memset(at, 0xaa, len);
	}
	arena_close(arena);
}

static void
deferred_run_latest_first(void **state)
{
	static int	 numbers[] = { 1, 2, 3 };
	struct arena	*arena;
	int		 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < 3; i++)
		arena_defer(arena, note, &numbers[i]);
	arena_wipe(arena);
	assert_int_equal(released, 3);
	assert_int_equal(order[0], 3);
	assert_int_equal(order[2], 1);
	assert_int_equal(arena_size(arena), 0);
	arena_close(arena);
}

static void
copies_end_with_nul(void **state)
{
	struct arena	*arena;

	(void)state;
	arena = arena_open();
	assert_string_equal(arena_copy(arena, "abcdef", 3), "abc");
	assert_string_equal(arena_text(arena, ""), "");
	arena_close(arena);
}

/* Only the last one, and only as far as its block goes. */
static void
the_last_taken_is_resized(void **state)
{
	struct arena	*arena;
	unsigned char	*first, *last;
	size_t		 i;

	(void)state;
	arena = arena_open();
	first = arena_take(arena, 20);
	last = arena_take(arena, 300);
	memset(first, 'f', 20);
	memset(last, 'l', 300);
	assert_false(arena_resize(arena, first, 20, 40));
	assert_true(arena_resize(arena, last, 300, 100));
	assert_true(arena_resize(arena, last, 100, 400));
	for (i = 0; i < 400; i++)
		assert_int_equal(last[i], i < 100 ? 'l' : 0);
	assert_false(arena_resize(arena, last, 400, 17 * 1024));
	assert_ptr_equal(arena_take(arena, 1), last + 400);
	assert_false(arena_resize(arena, last, 400, 100));
	assert_false(arena_resize(arena, arena_take(arena, 70000), 70000,
	    100));
	assert_int_equal(first[19], 'f');
	arena_close(arena);
}

/*
 * What is freed by anybody is wiped, also what goes through the thread cache.
 * The look at freed memory is the test; the allocator's own words at the
 * chunk's start are skipped.  Sanitizers have an allocator of their own, and
 * there only that free(3) works is seen.
 */
static void
freed_memory_is_wiped(void **state)
{
	char *volatile	 secret;
	uintptr_t	 address;
	size_t		 i;

	(void)state;
	secret = malloc(64);
	assert_non_null(secret);
	memset(secret, 's', 64);
	address = (uintptr_t)secret;
	free(secret);
#ifdef POSTERN_SANITIZED
	i = 64;
#else
	i = 16;
#endif
	for (; i < 64; i++)
		assert_int_equal(((volatile char *)address)[i], 0);
}

/*
 * Nor is anything left where something stood before it grew or shrank.  What
 * the allocator itself notes in freed memory holds no run of one letter.
 */
static void
resized_memory_is_wiped(void **state)
{
	enum { SMALL = 64, LARGE = 4096, RUN = 8 };
	static const size_t	 sizes[] = { SMALL, LARGE, SMALL };
	char			 run[RUN];
	char *volatile		 secret;
	void *volatile		 behind;
	uintptr_t		 address;
	size_t			 at, i;

	(void)state;
	memset(run, 's', RUN);
	for (i = 0; i + 1 < sizeof(sizes) / sizeof(sizes[0]); i++) {
		secret = malloc(sizes[i]);
		assert_non_null(secret);
		behind = malloc(SMALL);
		memset(secret, 's', sizes[i]);
		address = (uintptr_t)secret;
		secret = realloc(secret, sizes[i + 1]);
		assert_memory_equal(secret + SMALL - RUN, run, RUN);
		at = (uintptr_t)secret == address ? SMALL + RUN : 0;
#ifdef POSTERN_SANITIZED
		at = sizes[i];
#endif
		for (; at + RUN <= sizes[i]; at++)
			assert_memory_not_equal((char *)address + at, run,
			    RUN);
		free(secret);
		free(behind);
	}
}

enum { GAVE_UP = 71, MANY = 1 << 20 };

#ifdef POSTERN_SANITIZED
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

/* Where a compiler sees to what is done with it, it may leave out a call. */
static volatile size_t	 far_too_much = SIZE_MAX / 4;
static void *volatile	 taken;

static void
ask_malloc(void)
{
	taken = malloc(far_too_much);
}

static void
ask_calloc(void)
{
	taken = calloc(2, far_too_much);
}

static void
ask_realloc(void)
{
	taken = malloc(1);
	taken = realloc(taken, far_too_much);
}

/* The C library's own calls, too. */
static void
ask_library(void)
{
	struct rlimit	 little = { MANY, MANY };
	int		 i;

	setrlimit(RLIMIT_AS, &little);
	for (i = 0; i < MANY; i++)
		taken = strdup("some text");
}

/*
 * Whoever calls for memory that there is not ends the process, so that no
 * library goes on without.  Sanitizers have an allocator of their own.
 */
static void
want_of_memory_ends_the_process(void **state)
{
	static void	(*const asks[])(void) = {
		ask_malloc, ask_calloc, ask_realloc, ask_library
	};
	size_t		 i;
	pid_t		 pid;
	int		 status;

	(void)state;
	for (i = 0; !SANITIZED && i < sizeof(asks) / sizeof(asks[0]); i++) {
		if ((pid = fork()) == 0) {
			close(STDERR_FILENO);
			asks[i]();
			_exit(0);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), GAVE_UP);
	}
}

CHECK_MAIN(
	cmocka_unit_test(want_of_memory_ends_the_process),
	cmocka_unit_test(memory_is_zeroed_and_aligned),
	cmocka_unit_test(deferred_run_latest_first),
	cmocka_unit_test(copies_end_with_nul),
	cmocka_unit_test(the_last_taken_is_resized),
	cmocka_unit_test(freed_memory_is_wiped),
	cmocka_unit_test(resized_memory_is_wiped)
)
