#include "base/shelf.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../check.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/tally.h"

enum { MOST = 100, PROCESSES = 8, TIMES = 200, A_WHILE = 1000 };

static const char	*folder;

static int64_t
count(const char *name, unsigned counter, int64_t seconds, int64_t more)
{
	struct counting	 counting = { seconds, more, -1 };
	struct arena	*arena = arena_open();
	int64_t		 stands;

	stands = shelf_count(arena, folder, name, counter, &counting);
	assert_true(stands == -1 || (counting.left >= seconds - 1 &&
	    counting.left <= seconds));
	arena_close(arena);
	return stands;
}

static const char *
path(struct arena *arena, const char *name)
{
	return text_format(arena, "%s/%s", folder, name);
}

static void
what_is_kept(void **state)
{
	struct arena	*arena = arena_open();
	struct bytes	 bytes;

	(void)state;
	assert_false(shelf_read(arena, folder, "a", MOST, &bytes));
	shelf_write(arena, folder, "a", bytes_of("one and two"));
	assert_true(shelf_read(arena, folder, "a", MOST, &bytes));
	assert_true(bytes_is(bytes, "one and two"));
	shelf_write(arena, folder, "a", bytes_of("three"));
	assert_true(shelf_read(arena, folder, "a", MOST, &bytes));
	assert_true(bytes_is(bytes, "three"));
	assert_true(shelf_read(arena, folder, "a", 5, &bytes));
	assert_false(shelf_read(arena, folder, "a", 4, &bytes));
	arena_close(arena);
}

/* A link leads nowhere, a folder and a pipe are no file, and nobody's folder
 * is none. */
static void
what_is_not_touched(void **state)
{
	struct counting	 one = { A_WHILE, 1, 0 };
	struct arena	*arena = arena_open();
	struct bytes	 bytes;
	struct stat	 told;

	(void)state;
	assert_int_equal(symlink(path(arena, "target"),
	    path(arena, "link")), 0);
	shelf_write(arena, folder, "link", bytes_of("x"));
	assert_int_equal(stat(path(arena, "target"), &told), -1);
	assert_int_equal(count("link", 0, A_WHILE, 1), -1);
	assert_int_equal(mkdir(path(arena, "folder"), 0700), 0);
	shelf_write(arena, folder, "folder", bytes_of("x"));
	assert_false(shelf_read(arena, folder, "folder", MOST, &bytes));
	assert_int_equal(mkfifo(path(arena, "pipe"), 0600), 0);
	shelf_write(arena, folder, "pipe", bytes_of("x"));
	assert_false(shelf_read(arena, folder, "pipe", MOST, &bytes));
	assert_int_equal(count("pipe", 0, A_WHILE, 1), -1);
	shelf_write(arena, NULL, "a", bytes_of("x"));
	shelf_write(arena, "/nonexistent", "a", bytes_of("x"));
	assert_false(shelf_read(arena, "", "a", MOST, &bytes));
	assert_int_equal(shelf_count(arena, NULL, "a", 0, &one), -1);
	assert_int_equal(shelf_count(arena, "/nonexistent", "a", 0, &one),
	    -1);
	arena_close(arena);
}

static void
what_is_counted(void **state)
{
	(void)state;
	assert_int_equal(count("n", 7, A_WHILE, 0), 0);
	assert_int_equal(count("n", 7, A_WHILE, 1), 1);
	assert_int_equal(count("n", 7, A_WHILE, 2), 3);
	assert_int_equal(count("n", 7, A_WHILE, 0), 3);
	assert_int_equal(count("n", 7, A_WHILE, -5), 0);
	assert_int_equal(count("n", SHELF_COUNTERS - 1, A_WHILE, 1), 1);
	/* A second that is over begins anew. */
	assert_int_equal(count("n", 7, 0, 1), 1);
}

static void
many_count_at_once(void **state)
{
	int	 i, k, status;

	(void)state;
	for (i = 0; i < PROCESSES; i++) {
		if (fork() != 0)
			continue;
		for (k = 0; k < TIMES; k++)
			if (count("many", 1, A_WHILE, 1) < 1)
				_exit(1);
		_exit(0);
	}
	while (wait(&status) != -1)
		assert_int_equal(status, 0);
	assert_int_equal(count("many", 1, A_WHILE, 0), PROCESSES * TIMES);
}

static int
make_folder(void **state)
{
	static char	 name[] = "/tmp/postern-shelf-XXXXXX";

	(void)state;
	folder = mkdtemp(name);
	return folder == NULL ? -1 : 0;
}

static int
remove_folder(void **state)
{
	static const char *const	 names[] = {
		"a", "n", "many", "link", "pipe"
	};
	struct arena			*arena = arena_open();
	size_t				 i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlink(path(arena, names[i]));
	rmdir(path(arena, "folder"));
	arena_close(arena);
	return rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(what_is_kept),
		cmocka_unit_test(what_is_not_touched),
		cmocka_unit_test(what_is_counted),
		cmocka_unit_test(many_count_at_once)
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
