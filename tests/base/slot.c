#include "base/slot.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../check.h"
#include "base/arena.h"
#include "base/buf.h"

enum { MOST = 2 };

static const struct slot_room	 waiting = { "wait", 7, MOST };
static const struct slot_room	 one = { "wait", 7, 1 };
static const struct slot_room	 none = { "wait", 7, 0 };
static const struct slot_room	 others[] = {
	{ "other", 7, 1 }, { "wait", 6, SLOT_PLACES }, { "wait", 8, 1 },
	{ "wait", 7 + (1 << 16), 1 }, { "wait", 7 + (UINT64_C(1) << 32), 1 },
	{ "wait", (UINT64_C(1) << SLOT_ROOM_BITS) - 1, SLOT_PLACES }
};

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
		assert_int_equal(slot_are_free(arena, folder, &waiting, 1),
		    i < MOST);
		assert_int_equal(slot_are_free(arena, folder, &waiting, 2),
		    i + 1 < MOST);
		slot_take(arena, folder, &waiting, &slots[i]);
		assert_int_equal(slots[i].taken, i < MOST);
	}
	/* Those of other rooms are others. */
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		slot_take(arena, folder, &others[i], &slots[MOST]);
		assert_true(slots[MOST].taken);
		slot_give(&slots[MOST]);
	}
	slot_give(&slots[0]);
	slot_give(&slots[0]);
	slot_take(arena, folder, &waiting, &slots[0]);
	assert_true(slots[0].taken);
	for (i = 0; i < MOST; i++)
		slot_give(&slots[i]);
	slot_take(arena, folder, &none, &slots[0]);
	assert_false(slots[0].taken);
	unlink(text_format(arena, "%s/wait", folder));
	unlink(text_format(arena, "%s/other", folder));
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
		slot_take(arena, folder, &one, &slot);
		_exit(!slot.taken);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	slot_take(arena, folder, &one, &slot);
	assert_true(slot.taken);
	slot_give(&slot);
	unlink(text_format(arena, "%s/wait", folder));
	rmdir(folder);
	arena_close(arena);
}

/* What was never taken closes nobody's file. */
static void
none_to_give(void **state)
{
	struct slot	 slot = { 0 };

	(void)state;
	assert_int_not_equal(fcntl(0, F_GETFD), -1);
	slot_give(&slot);
	assert_int_not_equal(fcntl(0, F_GETFD), -1);
}

static void
folders(void **state)
{
	struct arena	*arena = arena_open();
	struct slot	 slot;

	(void)state;
	slot_take(arena, NULL, &one, &slot);
	assert_true(slot.taken);
	slot_give(&slot);
	slot_take(arena, "", &none, &slot);
	assert_true(slot.taken);
	slot_take(arena, "/nowhere/at/all", &one, &slot);
	assert_true(slot.taken);
	slot_give(&slot);
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(places_are_counted),
	cmocka_unit_test(dead_processes_hold_none),
	cmocka_unit_test(none_to_give),
	cmocka_unit_test(folders)
)
