#include "../check.h"

#include "base/arena.h"
#include "base/buf.h"
#include "data/utf8.h"
#include "mcp/excerpt.h"

#define E_ACUTE	"\xc3\xa9"

static const struct {
	const char	*text;
	size_t		 offset, most, budget;
	const char	*taken;
	size_t		 total, next;
} cuts[] = {
	{ "", 0, 10, 10, "", 0, 0 },
	{ "abcdef", 0, 10, 10, "abcdef", 6, 0 },
	{ "abcdef", 0, 6, 6, "abcdef", 6, 0 },
	{ "abcdef", 0, 4, 10, "abcd", 6, 4 },
	{ "abcdef", 4, 4, 10, "ef", 6, 0 },
	{ "abcdef", 6, 4, 10, "", 6, 0 },
	{ "abcdef", 900, 4, 10, "", 6, 0 },
	{ "abcdef", 0, 10, 3, "abc", 6, 3 },
	{ E_ACUTE E_ACUTE E_ACUTE, 1, 1, 10, E_ACUTE, 3, 2 },
	{ "\"\"\"\"", 0, 10, 5, "\"\"", 4, 2 },
	{ "a\nb\nc", 0, 10, 4, "a\nb", 5, 3 },
	{ "a\nb\nc", 3, 10, 4, "\nc", 5, 0 }
};

static void
cuts_at_characters(void **state)
{
	struct excerpt	 excerpt;
	struct arena	*arena = arena_open();
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
		excerpt = excerpt_take(arena, cuts[i].text, cuts[i].offset,
		    cuts[i].most, cuts[i].budget);
		assert_string_equal(excerpt.text, cuts[i].taken);
		assert_int_equal(excerpt.total, cuts[i].total);
		assert_int_equal(excerpt.next, cuts[i].next);
		assert_true(excerpt_cost(excerpt.text) <= cuts[i].budget);
	}
	arena_close(arena);
}

static const struct {
	const char	*raw;
	size_t		 most;
	const char	*line;
} lines[] = {
	{ NULL, 10, NULL },
	{ "", 10, NULL },
	{ " \t ", 10, NULL },
	{ "plain", 10, "plain" },
	{ "=?utf-8?q?caf=C3=A9?=", 10, "caf" E_ACUTE },
	{ "too long for it", 8, "too long\xe2\x80\xa6" },
	{ "a\r\n b", 10, "a b" },
	{ "=?utf-8?q?a=0D=0Ab?=", 10, "a b" },
	{ "Ama\xe2\x80\x8bzon", 10, "Amazon" },
	{ "\xe2\x80\xaegnp.exe", 10, "gnp.exe" },
	{ "\xe2\x80\x8b", 10, NULL }
};

static void
makes_lines(void **state)
{
	struct arena	*arena = arena_open();
	const char	*line;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		line = excerpt_line(arena, lines[i].raw, lines[i].most);
		if (lines[i].line == NULL)
			assert_null(line);
		else
			assert_string_equal(line, lines[i].line);
	}
	arena_close(arena);
}

static const struct {
	const char	*text;
	size_t		 most;
	const char	*words;
} word_cuts[] = {
	{ NULL, 10, NULL },
	{ "  ", 10, NULL },
	{ "one two", 7, "one two" },
	{ "one two", 6, "one tw\xe2\x80\xa6" },
	{ "one two three", 9, "one two\xe2\x80\xa6" },
	{ "one two three", 8, "one two\xe2\x80\xa6" },
	{ "one two three", 7, "one two\xe2\x80\xa6" },
	{ "onetwothree", 7, "onetwot\xe2\x80\xa6" },
	{ E_ACUTE E_ACUTE E_ACUTE, 2, E_ACUTE E_ACUTE "\xe2\x80\xa6" },
	{ "one two three", 0, "\xe2\x80\xa6" }
};

static void
cuts_between_words(void **state)
{
	struct arena	*arena = arena_open();
	const char	*words;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(word_cuts) / sizeof(word_cuts[0]); i++) {
		words = excerpt_words(arena, word_cuts[i].text,
		    word_cuts[i].most);
		if (word_cuts[i].words == NULL)
			assert_null(words);
		else
			assert_string_equal(words, word_cuts[i].words);
	}
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(cuts_at_characters),
    cmocka_unit_test(makes_lines),
    cmocka_unit_test(cuts_between_words))
