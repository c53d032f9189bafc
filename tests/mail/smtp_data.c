#include "mail/smtp_data.h"

#include <string.h>

#include "base/arena.h"

#include "../check.h"

static const struct {
	const char	*given, *expected;
} rows[] = {
	{ "", "" },
	{ "a\r\n", "a\r\n" },
	{ "a", "a\r\n" },
	{ "a\r\nb", "a\r\nb\r\n" },
	{ ".", "..\r\n" },
	{ ".\r\n", "..\r\n" },
	{ "a\r\n.\r\nb\r\n", "a\r\n..\r\nb\r\n" },
	{ "..a\r\n.b", "...a\r\n..b\r\n" },
	{ "a.\r\n", "a.\r\n" },
	{ "\r\n\r\n", "\r\n\r\n" },
	/* What smuggles a second message past some servers. */
	{ "a\n.\nb", "a\r\n..\r\nb\r\n" },
	{ "a\r.\rb", "a\r\n..\r\nb\r\n" },
	{ "a\n.\r\nb", "a\r\n..\r\nb\r\n" },
	{ "a\r\n.\nb", "a\r\n..\r\nb\r\n" },
	{ "a\r\n.\rb", "a\r\n..\r\nb\r\n" },
	{ "a\r\r\n.\r\r\n", "a\r\n\r\n..\r\n\r\n" },
	{ "a\n\r\n", "a\r\n\r\n" },
	{ "a\n\n", "a\r\n\r\n" },
	{ "a\r", "a\r\n" }
};

/* Each content in pieces of that many bytes. */
static void
in_pieces_of(size_t size)
{
	struct smtp_data	 data;
	struct arena		*arena;
	struct bytes		 given;
	size_t			 i, at;

	arena = arena_open();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		smtp_data_start(&data, arena);
		given = bytes_of(rows[i].given);
		for (at = 0; at < given.len; at += size)
			smtp_data_add(&data, bytes_slice(given, at, size));
		smtp_data_end(&data);
		assert_string_equal(data.out.len == 0 ? "" :
		    buf_string(&data.out), rows[i].expected);
	}
	arena_close(arena);
}

static void
whole(void **state)
{
	(void)state;
	in_pieces_of(1000);
}

static void
piecewise(void **state)
{
	(void)state;
	in_pieces_of(1);
	in_pieces_of(2);
	in_pieces_of(3);
}

CHECK_MAIN(cmocka_unit_test(whole), cmocka_unit_test(piecewise))
