#include "base/slot.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../check.h"
#include "base/arena.h"
#include "base/buf.h"

enum { MOST = 2 };

static void
places_are_counted(void **state)
{
	char		 folder[] = "/tmp/postern-slot-XXXXXX";
	struct arena	*arena = arena_open();
	struct slot	 slots[MOST + 1];
	size_t		 i;

	(void)state;
	assert_non_null(mkdtemp(folder));
	for (i = 0; i <= MOST; i++) {
		slot_take(arena, folder, "wait", MOST, &slots[i]);
		assert_int_equal(slots[i].taken, i < MOST);
	}
	/* Those of another name are others. */
	slot_take(arena, folder, "other", 1, &slots[MOST]);
	assert_true(slots[MOST].taken);
	slot_give(&slots[MOST]);
	slot_give(&slots[0]);
	slot_give(&slots[0]);
	slot_take(arena, folder, "wait", MOST, &slots[0]);
	assert_true(slots[0].taken);
	for (i = 0; i < MOST; i++)
		slot_give(&slots[i]);
	slot_take(arena, folder, "wait", 0, &slots[0]);
	assert_false(slots[0].taken);
	for (i = 1; i <= MOST; i++)
		unlink(text_format(arena, "%s/wait-%zu", folder, i));
	unlink(text_format(arena, "%s/other-1", folder));
	assert_int_equal(rmdir(folder), 0);
	arena_close(arena);
}

/* Whoever ends, however, gives its place back. */
static void
dead_processes_hold_none(void **state)
{
	char		 folder[] = "/tmp/postern-slot-XXXXXX";
	struct arena	*arena = arena_open();
	struct slot	 slot;
	pid_t		 child;
	int		 status;

	(void)state;
	assert_non_null(mkdtemp(folder));
	if ((child = fork()) == 0) {
		slot_take(arena, folder, "wait", 1, &slot);
		_exit(!slot.taken);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	slot_take(arena, folder, "wait", 1, &slot);
	assert_true(slot.taken);
	slot_give(&slot);
	unlink(text_format(arena, "%s/wait-1", folder));
	rmdir(folder);
	arena_close(arena);
}

static void
folders(void **state)
{
	struct arena	*arena = arena_open();
	struct slot	 slot;

	(void)state;
	slot_take(arena, NULL, "wait", 1, &slot);
	assert_true(slot.taken);
	slot_give(&slot);
	slot_take(arena, "", "wait", 0, &slot);
	assert_true(slot.taken);
	slot_take(arena, "/nowhere/at/all", "wait", 1, &slot);
	assert_true(slot.taken);
	slot_give(&slot);
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(places_are_counted),
	cmocka_unit_test(dead_processes_hold_none),
	cmocka_unit_test(folders)
)
