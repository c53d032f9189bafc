#include "base/text.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"

#include "../check.h"

static void
numbers(void **state)
{
	static const struct {
		const char	*given;
		uint64_t	 most;
		int64_t		 expected;	/* -1: refused */
	} rows[] = {
		{ "0", 9, 0 }, { "9", 9, 9 }, { "10", 9, -1 },
		{ "4294967295", UINT32_MAX, UINT32_MAX },
		{ "4294967296", UINT32_MAX, -1 },
		{ "99999999999999999999999", UINT64_MAX, -1 },
		{ "", 9, -1 }, { "01", 9, -1 }, { "+1", 9, -1 },
		{ "-1", 9, -1 }, { " 1", 9, -1 }, { "1 ", 9, -1 },
		{ "1x", 9, -1 },
	};
	uint64_t	 number;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(text_number(bytes_of(rows[i].given),
		    rows[i].most, &number), rows[i].expected != -1);
		if (rows[i].expected != -1)
			assert_int_equal(number, rows[i].expected);
	}
}

static void
lists(void **state)
{
	struct arena	*arena;
	struct texts	 texts;
	int		 i;

	(void)state;
	arena = arena_open();
	texts = text_split(arena, ", a,,bc , ", ", ");
	assert_int_equal(texts.len, 2);
	assert_string_equal(texts_join(arena, texts, "+"), "a+bc");
	for (i = 0; i < 100; i++)
		texts_add(arena, &texts, "x");
	assert_int_equal(texts.len, 102);
	assert_true(texts_have(texts, "bc"));
	assert_false(texts_have(texts, "b"));
	arena_close(arena);
}

static void
case_is_ascii_only(void **state)
{
	(void)state;
	assert_true(text_equal_case("INBOX", "inbox"));
	assert_false(text_equal_case("INBOX", "inbo"));
	assert_false(text_equal_case("\xc3\x84", "\xc3\xa4"));
	assert_true(text_starts_case("Re: x", "RE:"));
	assert_false(text_starts("R", "Re"));
	assert_true(text_ends_case("a.PDF", ".pdf"));
	assert_false(text_ends_case("f", ".pdf"));
	assert_true(bytes_equal_secret(bytes_of("ab"), bytes_of("ab")));
	assert_false(bytes_equal_secret(bytes_of("ab"), bytes_of("aB")));
	assert_false(bytes_equal_secret(bytes_of("a"), bytes_of("ab")));
}

static void
words(void **state)
{
	static const char *const	 known[] = { "a", "bc", NULL };
	struct arena			*arena;

	(void)state;
	arena = arena_open();
	assert_string_equal(text_trim(arena, " \t a b\r\n"), "a b");
	assert_string_equal(text_trim(arena, " \n"), "");
	assert_int_equal(bytes_trim(bytes_of("")).len, 0);
	assert_true(text_is_among("bc", known));
	assert_false(text_is_among("b", known));
	assert_true(text_has_control("a\x7f"));
	assert_false(text_has_control("a \xc3\xa4"));
	assert_true(text_is_ascii("a\x7f"));
	assert_false(text_is_ascii("\xc3\xa4"));
	assert_int_equal(text_hex('9'), 9);
	assert_int_equal(text_hex('F'), 15);
	assert_int_equal(text_hex('a'), 10);
	assert_int_equal(text_hex('g'), -1);
	assert_int_equal(text_hex('\0'), -1);
	arena_close(arena);
}

static void
dates(void **state)
{
	static const struct {
		struct moment	 given;
		const char	*rfc3339, *rfc5322;
	} rows[] = {
		{ { 0, 0 }, "1970-01-01T00:00:00Z",
		    "Thu, 1 Jan 1970 00:00:00 +0000" },
		{ { 951782400, 0 }, "2000-02-29T00:00:00Z",
		    "Tue, 29 Feb 2000 00:00:00 +0000" },
		{ { 1785223800, 120 }, "2026-07-28T09:30:00+02:00",
		    "Tue, 28 Jul 2026 09:30:00 +0200" },
		{ { -1, -570 }, "1969-12-31T14:29:59-09:30",
		    "Wed, 31 Dec 1969 14:29:59 -0930" },
	};
	struct arena	*arena;
	int		 year, month, day;
	size_t		 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(clock_rfc3339(arena, rows[i].given),
		    rows[i].rfc3339);
		assert_string_equal(clock_rfc5322(arena, rows[i].given),
		    rows[i].rfc5322);
	}
	for (i = 0; i < 60000; i += 7) {
		clock_date((int64_t)i * 86400, &year, &month, &day);
		assert_int_equal(clock_seconds(year, month, day, 0),
		    (int64_t)i * 86400);
	}
	arena_close(arena);
}

static void
building(void **state)
{
	struct arena	*arena;
	struct buf	 buf;
	int		 i;

	(void)state;
	arena = arena_open();
	buf_start(&buf, arena);
	assert_string_equal(buf_string(&buf), "");
	for (i = 0; i < 1000; i++)
		buf_format(&buf, "%03d,", i);
	assert_int_equal(buf.len, 4000);
	buf_cut(&buf, 8);
	buf_number(&buf, -5);
	assert_string_equal(buf_string(&buf), "000,001,-5");
	assert_string_equal(bytes_text(arena, bytes_from("a\0b", 3)),
	    "a\xEF\xBF\xBD" "b");
	assert_int_equal(bytes_slice(bytes_of("abc"), 5, 2).len, 0);
	assert_int_equal(bytes_find(bytes_of("abc"), 'c'), 2);
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(numbers),
	cmocka_unit_test(lists),
	cmocka_unit_test(case_is_ascii_only),
	cmocka_unit_test(words),
	cmocka_unit_test(dates),
	cmocka_unit_test(building)
)
