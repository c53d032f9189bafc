#include "../check.h"

#include "base/arena.h"
#include "mail/imap_keys.h"

static const struct imap_key	 keys[] = {
	{ "FROM", "a@b" }, { "HEADER References", "<q\"\\@b>" },
	{ "SUBJECT", "two words" }, { "FROM", "c" }, { "FROM", "d" }
};

static const struct {
	size_t		 len;
	const char	*written;
} cases[] = {
	{ 1, "FROM \"a@b\"" },
	{ 2, "OR FROM \"a@b\" HEADER References \"<q\\\"\\\\@b>\"" },
	{ 3, "OR FROM \"a@b\" OR HEADER References \"<q\\\"\\\\@b>\" "
	    "SUBJECT \"two words\"" },
	{ 5, "OR OR FROM \"a@b\" HEADER References \"<q\\\"\\\\@b>\" "
	    "OR SUBJECT \"two words\" OR FROM \"c\" FROM \"d\"" }
};

static void
writes_any_of_them(void **state)
{
	struct arena	*arena = arena_open();
	struct buf	 buf;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_start(&buf, arena);
		imap_keys_any(&buf, keys, cases[i].len);
		assert_string_equal(buf_string(&buf), cases[i].written);
	}
	arena_close(arena);
}

/* Literals, whatever a value holds: nothing becomes another key. */
static void
quotes_what_is_hostile(void **state)
{
	static const struct imap_key	 hostile = {
		"FROM", "a\r\nA9 LOGOUT"
	};
	struct arena			*arena = arena_open();
	struct buf			 buf;

	(void)state;
	buf_start(&buf, arena);
	imap_keys_any(&buf, &hostile, 1);
	assert_string_equal(buf_string(&buf),
	    "FROM {12}\r\na\r\nA9 LOGOUT");
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(writes_any_of_them),
    cmocka_unit_test(quotes_what_is_hostile))
