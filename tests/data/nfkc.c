#include "data/nfkc.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"

#include "../check.h"

enum { LONG = 5000 };

/* Characters as escapes of C, by UAX 15's examples and its data. */
static const struct {
	const char	*given;
	const char	*wanted;
} rows[] = {
	{ "", "" }, { "Claude 2~", "Claude 2~" },
	{ "\u00e9\u00fc\u0436\u4e2d\U0001f600",
	  "\u00e9\u00fc\u0436\u4e2d\U0001f600" },
	/* composed */
	{ "e\u0301", "\u00e9" }, { "a\u0323\u0307", "\u1ea1\u0307" },
	{ "a\u0307\u0323", "\u1ea1\u0307" },
	{ "\u1100\u1161\u11a8", "\uac01" },
	{ "\u212b\u2126", "\u00c5\u03a9" }, { "\u0958", "\u0915\u093c" },
	/* other forms */
	{ "\uff23\uff4c\uff41\uff55\uff44\uff45", "Claude" },
	{ "\ufb01\ufb03\ufb06", "fiffist" }, { "\u2460\u2075\u2082", "152" },
	{ "\U0001d402\U0001d7d8\U0001d49c", "C0A" },
	{ "\u2167\u2122\u2116", "VIIITMNo" }, { "\u017f\u01c6", "sd\u017e" },
	{ "\u00a0\u3000\u2003", "   " }, { "\uff76\uff9e", "\u30ac" },
	{ "\ufefb", "\u0644\u0627" }, { "\u33a1", "m2" },
	/* not other forms, though alike */
	{ "\u0421laude", "\u0421laude" }, { "\u03bf\u0131", "\u03bf\u0131" }
};

static void
forms(void **state)
{
	struct arena	*arena;
	const char	*made;
	size_t		 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		made = nfkc_text(arena, rows[i].given);
		assert_non_null(made);
		assert_string_equal(made, rows[i].wanted);
		assert_string_equal(nfkc_text(arena, made), made);
	}
	arena_close(arena);
}

/* Of the character that grows most, and of marks that are put in order. */
static void
long_texts(void **state)
{
	struct arena	*arena;
	struct buf	 buf;
	const char	*made;
	size_t		 i;

	(void)state;
	arena = arena_open();
	buf_start(&buf, arena);
	for (i = 0; i < LONG; i++)
		buf_text(&buf, "\ufdfa");
	made = nfkc_text(arena, buf_string(&buf));
	assert_int_equal(strlen(made), LONG * 3 * NFKC_GROWS);
	buf_cut(&buf, 0);
	buf_byte(&buf, 'a');
	for (i = 0; i < LONG; i++)
		buf_text(&buf, i % 2 == 0 ? "\u0301" : "\u0316");
	made = nfkc_text(arena, buf_string(&buf));
	assert_memory_equal(made, "\u00e1\u0316\u0316", 6);
	assert_int_equal(strlen(made), 2 * LONG);
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(forms), cmocka_unit_test(long_texts))
