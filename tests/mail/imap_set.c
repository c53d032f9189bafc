#include "mail/imap_set.h"

#include "base/arena.h"
#include "base/buf.h"

#include "../check.h"

enum { GIVEN_MOST = 6, MANY = 1000000, WANTED = 20 };

static const struct {
	uint32_t	 given[GIVEN_MOST];
	size_t		 len, most;
	const char	*newest;
} rows[] = {
	{ { 0 }, 0, 3, "" },
	{ { 7 }, 1, 3, "7 " },
	{ { 1, 2, 3, 4, 5 }, 5, 3, "5 4 3 " },
	{ { 5, 4, 3, 2, 1 }, 5, 3, "5 4 3 " },
	{ { 2, 5, 1, 4, 3 }, 5, 3, "5 4 3 " },
	{ { 4, 4, 1, 4, 2 }, 5, 4, "4 4 4 2 " },
	{ { 3, 1, 4294967295u }, 3, 1, "4294967295 " },
	{ { 1, 2 }, 2, 9, "2 1 " },
	{ { 1, 2 }, 2, 0, "" }
};

static void
each_list(void **state)
{
	struct arena	*arena = arena_open();
	struct uids	 given = { 0 }, newest;
	struct buf	 told;
	size_t		 i, k;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		given.at = arena_array(arena, GIVEN_MOST, sizeof(*given.at));
		given.len = rows[i].len;
		for (k = 0; k < given.len; k++)
			given.at[k] = rows[i].given[k];
		newest = imap_set_newest(arena, given, rows[i].most);
		buf_start(&told, arena);
		for (k = 0; k < newest.len; k++)
			buf_format(&told, "%lu ",
			    (unsigned long)newest.at[k]);
		assert_string_equal(buf_string(&told), rows[i].newest);
	}
	arena_close(arena);
}

/* As many as a folder may tell, in the order that servers tell them in. */
static void
many(void **state)
{
	struct arena	*arena = arena_open();
	struct uids	 given = { .len = MANY }, newest;
	size_t		 i;

	(void)state;
	given.at = arena_array(arena, MANY, sizeof(*given.at));
	for (i = 0; i < MANY; i++)
		given.at[i] = (uint32_t)(i + 1);
	newest = imap_set_newest(arena, given, WANTED);
	assert_int_equal(newest.len, WANTED);
	for (i = 0; i < WANTED; i++)
		assert_int_equal(newest.at[i], MANY - i);
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(each_list), cmocka_unit_test(many))
