#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "data/charset.h"
#include "data/utf8.h"

#define BAD "\xEF\xBF\xBD"

struct given {
	const char	*charset;
	const char	*text;
	const char	*expected;
};

static const struct given givens[] = {
	{ "utf-8", "\xC3\xA9", "\xC3\xA9" },
	{ "UTF8", "\xEF\xBB\xBFx", "x" },
	{ "utf-8", "a\xE9z", "a" BAD "z" },
	{ "\"utf-8\"", "\xC3\xA9", "\xC3\xA9" },
	{ NULL, "\xC3\xA9", "\xC3\xA9" },
	{ NULL, "caf\xE9 \x80", "caf\xC3\xA9 \xE2\x82\xAC" },
	{ "x-unknown", "caf\xE9", "caf\xC3\xA9" },
	{ "us-ascii", "\x93quoted\x94",
	  "\xE2\x80\x9Cquoted\xE2\x80\x9D" },
	{ "us-ascii", "\xC3\xA9", "\xC3\xA9" },
	{ "iso-8859-1", "\x92\xE9", "\xE2\x80\x99\xC3\xA9" },
	{ "ISO-8859-1", "\xC3\xA9", "\xC3\x83\xC2\xA9" },
	{ "windows-1252", "a\x81z", "a" BAD "z" },
	{ "iso-8859-2", "\xB3", "\xC5\x82" },
	{ "iso-8859-15", "\xA4", "\xE2\x82\xAC" },
	{ "windows-1251", "\xCF\xF0", "\xD0\x9F\xD1\x80" },
	{ "koi8-r", "\xF0\xD2", "\xD0\x9F\xD1\x80" },
	{ "gb2312", "\xC4\xE3\xBA\xC3", "\xE4\xBD\xA0\xE5\xA5\xBD" },
	/* Beyond GB 2312 but in GBK, as Windows writes it. */
	{ "gb2312", "\x96\x7C", "\xE6\x9D\xB1" },
	{ "gb18030", "\x81\x30\x81\x30", "\xC2\x80" },
	{ "big5", "\xA7\x41\xA6\x6E", "\xE4\xBD\xA0\xE5\xA5\xBD" },
	{ "euc-kr", "\xC7\xD1", "\xED\x95\x9C" },
	/* Beyond KS C 5601 but in cp949. */
	{ "ks_c_5601-1987", "\x8C\x63", "\xEB\x98\xA0" },
	{ "shift_jis", "\x82\xA0", "\xE3\x81\x82" },
	{ "shift_jis", "\x87\x40", "\xE2\x91\xA0" },
	{ "euc-jp", "\xA4\xA2", "\xE3\x81\x82" },
	{ "iso-2022-jp", "\033$B$\"\033(B!", "\xE3\x81\x82!" },
	/* NEC row 13, not in JIS X 0208. */
	{ "iso-2022-jp", "\033$B-!\033(B", "\xE2\x91\xA0" },
	{ "iso-2022-jp", "\033(I1\033(B", "\xEF\xBD\xB1" },
	{ "iso-2022-jp", "\033$B$", BAD },
	{ "utf-7", "+AOk-!", "\xC3\xA9!" },
	/* Nothing behind a slash reaches iconv; names outside mail don't. */
	{ "utf-7//IGNORE", "+AOk-", "+AOk-" },
	{ "utf-8//TRANSLIT", "\xE9", "\xC3\xA9" },
	{ "IBM037", "\xC1", "\xC3\x81" },
	{ "../../tmp/evil", "a", "a" },
	{ "", "a", "a" },
	{ "big5", "\xA7", BAD }
};

static void
test_rows(void **state)
{
	struct arena	*arena;
	size_t		 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(givens) / sizeof(givens[0]); i++)
		assert_string_equal(charset_to_utf8(arena, givens[i].charset,
		    bytes_of(givens[i].text)), givens[i].expected);
	arena_close(arena);
}

static void
test_utf16(void **state)
{
	struct arena	*arena;

	(void)state;
	arena = arena_open();
	assert_string_equal(charset_to_utf8(arena, "utf-16",
	    bytes_from("h\0i\0", 4)), "hi");
	assert_string_equal(charset_to_utf8(arena, "utf-16",
	    bytes_from("\0h\0i", 4)), "hi");
	assert_string_equal(charset_to_utf8(arena, "utf-16",
	    bytes_from("\xFE\xFF\0h\0i", 6)), "hi");
	assert_string_equal(charset_to_utf8(arena, "utf-16le",
	    bytes_from("h\0\0\xD8i\0", 6)), "h" BAD "i");
	assert_string_equal(charset_to_utf8(arena, "utf-16",
	    bytes_from("h\0i", 3)), "h" BAD);
	assert_string_equal(charset_to_utf8(arena, "utf-8",
	    bytes_from("a\0b", 3)), "a" BAD "b");
	arena_close(arena);
}

/* Whatever the bytes and the label, valid UTF-8 comes out. */
static void
test_any_bytes(void **state)
{
	unsigned char	 all[512];
	struct arena	*arena;
	const char	*text;
	size_t		 i, at;

	(void)state;
	for (i = 0; i < sizeof(all); i++)
		all[i] = (unsigned char)(i * 151);
	arena = arena_open();
	for (i = 0; i < sizeof(givens) / sizeof(givens[0]); i++)
		for (at = 0; at < sizeof(all); at += 7) {
			text = charset_to_utf8(arena, givens[i].charset,
			    bytes_from(all + at, sizeof(all) - at));
			assert_true(utf8_is_valid(bytes_of(text)));
		}
	arena_close(arena);
}

/* More than one block of output, cut everywhere. */
static void
test_long(void **state)
{
	struct arena	*arena;
	unsigned char	*text;
	const char	*out;
	size_t		 i;

	(void)state;
	arena = arena_open();
	text = arena_take(arena, 100000);
	for (i = 0; i < 100000; i += 2) {
		text[i] = 0xC4;
		text[i + 1] = 0xE3;
	}
	out = charset_to_utf8(arena, "gb2312", bytes_from(text, 100000));
	assert_int_equal(strlen(out), 150000);
	assert_int_equal(utf8_count(out), 50000);
	memset(text, 0xFF, 100000);
	out = charset_to_utf8(arena, "gb2312", bytes_from(text, 100000));
	assert_int_equal(utf8_count(out), 100000);
	arena_close(arena);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_utf16),
		cmocka_unit_test(test_any_bytes),
		cmocka_unit_test(test_long)
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("charset", tests, NULL, NULL);
}
