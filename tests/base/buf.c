#include "base/buf.h"

#include <sys/wait.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/arena.h"
#include "../check.h"

enum { LONG_BYTES = 40000 };	/* more than one block of an arena */

static void
numbers_are_decimal(void **state)
{
	static const int64_t	 numbers[] = { 0, 7, -7, 10, -10, 4294967296,
	    INT64_MAX, INT64_MIN };
	struct arena		*arena;
	struct buf		 buf;
	char			 text[32];
	size_t			 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		snprintf(text, sizeof(text), "%" PRId64, numbers[i]);
		buf_start(&buf, arena);
		buf_number(&buf, numbers[i]);
		assert_string_equal(buf_string(&buf), text);
	}
	arena_close(arena);
}

/* Two that grow in turns, and what each has had is still there. */
static void
two_grow_beside_each_other(void **state)
{
	struct arena	*arena;
	struct buf	 one, other;
	size_t		 i;

	(void)state;
	arena = arena_open();
	buf_start(&one, arena);
	buf_start(&other, arena);
	for (i = 0; i < LONG_BYTES; i++) {
		buf_byte(&one, (unsigned char)('a' + i % 26));
		if (i % 3 == 0)
			buf_text(&other, "xyz");
		if (i % 1000 == 0)
			assert_int_equal(strlen(buf_string(&one)), i + 1);
	}
	for (i = 0; i < LONG_BYTES; i++)
		assert_int_equal(one.at[i], 'a' + i % 26);
	for (i = 0; i < other.len; i++)
		assert_int_equal(other.at[i], 'x' + i % 3);
	arena_close(arena);
}

/* Of any length, also just what there is room for. */
static void
formats_are_whole(void **state)
{
	static char	 text[1200];
	struct arena	*arena;
	struct buf	 buf;
	size_t		 len, before;

	(void)state;
	arena = arena_open();
	for (len = 0; len < sizeof(text); len++) {
		memset(text, 'a', len);
		text[len] = '\0';
		assert_string_equal(text_format(arena, "%s", text), text);
		buf_start(&buf, arena);
		buf_text(&buf, "before ");
		before = buf.len;
		buf_format(&buf, "%s.", text);
		assert_int_equal(buf.len, before + len + 1);
		buf_byte(&buf, '!');
		assert_memory_equal(buf.at + before + len, ".!", 2);
	}
	arena_close(arena);
}

/* What was in which text is always told. */
static void
lists_differ(void **state)
{
	static const char *const	 lists[][3] = {
		{ "ab", "c", "" }, { "a", "bc", "" }, { "", "abc", "" },
		{ "abc", "", "" }, { "abc", "0:", "" }, { "1:a", "bc", NULL },
		{ "a1:b", "c", "" }, { "2:ab1:c", "", "" }
	};
	enum { LISTS = sizeof(lists) / sizeof(lists[0]) };
	const char	*told[LISTS];
	struct arena	*arena;
	struct buf	 buf;
	size_t		 i, j;

	(void)state;
	arena = arena_open();
	for (i = 0; i < LISTS; i++) {
		buf_start(&buf, arena);
		for (j = 0; j < 3; j++)
			buf_counted(&buf, lists[i][j]);
		told[i] = buf_string(&buf);
		for (j = 0; j < i; j++)
			assert_string_not_equal(told[i], told[j]);
	}
	assert_string_equal(told[0], "2:ab1:c0:");
	assert_string_equal(told[5], "3:1:a2:bc0:");
	arena_close(arena);
}

/* A string that is looked at takes what it needs, and can still grow. */
static void
strings_take_what_they_need(void **state)
{
	struct arena	*arena;
	struct buf	 buf;
	unsigned char	*next;

	(void)state;
	arena = arena_open();
	buf_start(&buf, arena);
	buf_text(&buf, "short");
	assert_string_equal(buf_string(&buf), "short");
	next = arena_take(arena, 1);
	assert_true(next > buf.at && next - buf.at <= 16);
	buf_text(&buf, " and longer than it was");
	assert_string_equal(buf_string(&buf), "short and longer than it was");
	arena_close(arena);
}

/* Where the machine has 32 bits, a peer may tell of as many bytes. */
static void
more_than_can_be_ends_the_process(void **state)
{
	static const size_t	 lens[] = { SIZE_MAX, SIZE_MAX - 1,
		SIZE_MAX - 3, SIZE_MAX - 4 };
	struct arena		*arena;
	struct buf		 buf;
	size_t			 i;
	pid_t			 child;
	int			 status;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		buf_start(&buf, arena);
		buf_text(&buf, "four");
		if ((child = fork()) == 0) {
			buf_room(&buf, lens[i]);
			_exit(0);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), EX_OSERR);
	}
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(numbers_are_decimal),
	cmocka_unit_test(two_grow_beside_each_other),
	cmocka_unit_test(formats_are_whole),
	cmocka_unit_test(lists_differ),
	cmocka_unit_test(strings_take_what_they_need),
	cmocka_unit_test(more_than_can_be_ends_the_process)
)
