#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "data/utf8.h"

struct validity {
	const char	*text;
	bool		 valid;
};

static const struct validity validities[] = {
	{ "", true },
	{ "plain", true },
	{ "\xC3\xA9", true },
	{ "\xE2\x82\xAC", true },
	{ "\xF0\x9F\x98\x80", true },
	{ "\xF4\x8F\xBF\xBF", true },
	{ "\xC3", false },
	{ "\xA9", false },
	{ "\xC0\x80", false },
	{ "\xC1\xBF", false },
	{ "\xE0\x80\xAF", false },
	{ "\xE0\x9F\xBF", false },
	{ "\xED\xA0\x80", false },
	{ "\xED\xBF\xBF", false },
	{ "\xF0\x8F\xBF\xBF", false },
	{ "\xF4\x90\x80\x80", false },
	{ "\xF8\x88\x80\x80\x80", false },
	{ "\xFF", false },
	{ "\xE2\x82", false },
	{ "a\xE2\x28\xA1", false }
};

static void
test_valid(void **state)
{
	size_t	 i;

	(void)state;
	for (i = 0; i < sizeof(validities) / sizeof(validities[0]); i++)
		assert_int_equal(utf8_is_valid(bytes_of(validities[i].text)),
		    validities[i].valid);
	assert_true(utf8_is_valid(bytes_from("a\0b", 3)));
}

struct given {
	const char	*text;
	size_t		 len;
	const char	*expected;
};

static const struct given cleans[] = {
	{ "a\r\nb\rc\nd\te", 10, "a\nb\nc\nd\te" },
	{ "a\0b", 3, "a\xEF\xBF\xBD" "b" },
	{ "\x1B[31mred\x7F", 9, "[31mred" },
	{ "x\xFFy\xC3", 4, "x\xEF\xBF\xBDy\xEF\xBF\xBD" },
	{ "\xC2\x85nel\xC2\x9B", 7, "nel" },
	{ "\xC3\xA9t\xC3\xA9", 5, "\xC3\xA9t\xC3\xA9" },
	{ "", 0, "" }
};

static const struct given lines[] = {
	{ "a\r\n\tb\nc", 7, "a b c" },
	{ "a\xE2\x80\xA8" "b", 5, "a b" },
	{ "a\0\a\r\rb", 6, "a\xEF\xBF\xBD b" },
	{ "a  b", 4, "a  b" }
};

static void
test_clean(void **state)
{
	struct arena	*arena;
	size_t		 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(cleans) / sizeof(cleans[0]); i++)
		assert_string_equal(utf8_clean(arena, bytes_from(
		    cleans[i].text, cleans[i].len)), cleans[i].expected);
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_string_equal(utf8_clean_line(arena, bytes_from(
		    lines[i].text, lines[i].len)), lines[i].expected);
	arena_close(arena);
}

static void
test_put_next(void **state)
{
	static const uint32_t	 all[] = {
		0x1, 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFD, 0xFFFF,
		0x10000, 0x10FFFF
	};
	struct arena		*arena;
	struct buf		 buf;
	size_t			 i, at;

	(void)state;
	arena = arena_open();
	buf_start(&buf, arena);
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		utf8_put(&buf, all[i]);
	utf8_put(&buf, 0xD800);
	utf8_put(&buf, 0x110000);
	at = 0;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		assert_int_equal(utf8_next(buf_view(&buf), &at), all[i]);
	assert_int_equal(utf8_next(buf_view(&buf), &at), UTF8_REPLACEMENT);
	assert_int_equal(utf8_next(buf_view(&buf), &at), UTF8_REPLACEMENT);
	assert_int_equal(at, buf.len);
	arena_close(arena);
}

static void
test_count(void **state)
{
	(void)state;
	assert_int_equal(utf8_count(""), 0);
	assert_int_equal(utf8_count("a\xC3\xA9\xE2\x82\xAC"), 3);
	assert_int_equal(utf8_offset("a\xC3\xA9z", 0), 0);
	assert_int_equal(utf8_offset("a\xC3\xA9z", 1), 1);
	assert_int_equal(utf8_offset("a\xC3\xA9z", 2), 3);
	assert_int_equal(utf8_offset("a\xC3\xA9z", 3), 4);
	assert_int_equal(utf8_offset("a\xC3\xA9z", 9), 4);
}

struct seen {
	const char	*text;
	const char	*visible;
	size_t		 dropped;
};

static const struct seen seens[] = {
	{ "plain", "plain", 0 },
	{ "a\xE2\x80\x8B" "b", "ab", 1 },
	{ "pay\xE2\x80\xAEpal", "paypal", 1 },
	{ "\xF3\xA0\x81\x89\xF3\xA0\x81\x8E", "", 2 },
	{ "x\xC2\xADy\xEF\xBB\xBFz", "xyz", 2 },
	/* A joiner between Latin letters hides; in Persian it is spelling. */
	{ "p\xE2\x80\x8C" "aypal", "paypal", 1 },
	{ "\xD9\x85\xDB\x8C\xE2\x80\x8C\xD8\xB1",
	  "\xD9\x85\xDB\x8C\xE2\x80\x8C\xD8\xB1", 0 },
	{ "\xD9\x85\xE2\x80\x8C\xE2\x80\x8C\xD8\xB1",
	  "\xD9\x85\xE2\x80\x8C\xD8\xB1", 1 },
	{ "\xE2\x9D\xA4\xEF\xB8\x8F", "\xE2\x9D\xA4\xEF\xB8\x8F", 0 },
	{ "\xF0\x9F\x98\x80\xF3\xA0\x84\x80\xF3\xA0\x84\x81",
	  "\xF0\x9F\x98\x80", 2 }
};

static void
test_visible(void **state)
{
	struct arena	*arena;
	size_t		 i, dropped;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(seens) / sizeof(seens[0]); i++) {
		assert_string_equal(utf8_visible(arena, seens[i].text,
		    &dropped), seens[i].visible);
		assert_int_equal(dropped, seens[i].dropped);
	}
	assert_string_equal(utf8_visible(arena, "a", NULL), "a");
	assert_false(utf8_is_invisible('a'));
	assert_false(utf8_is_invisible(0x10FFFF));
	assert_true(utf8_is_invisible(0xE0FFF));
	assert_true(utf8_is_invisible(0xAD));
	arena_close(arena);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_valid),
		cmocka_unit_test(test_clean),
		cmocka_unit_test(test_put_next),
		cmocka_unit_test(test_count),
		cmocka_unit_test(test_visible)
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
