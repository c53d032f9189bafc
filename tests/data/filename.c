#include "../check.h"

#include <string.h>

#include "base/arena.h"
#include "data/filename.h"
#include "data/utf8.h"

static const struct {
	const char	*given;
	const char	*clean;
	const char	*ascii;
} names[] = {
	{ "report.pdf", "report.pdf", "report.pdf" },
	{ "../../etc/cron.d/x", "x", "x" },
	{ "..\\..\\x", "x", "x" },
	{ "..", "attachment", "attachment" },
	{ "", "attachment", "attachment" },
	{ NULL, "attachment", "attachment" },
	{ "a/", "attachment", "attachment" },
	{ " . ", "attachment", "attachment" },
	{ "a\r\nb\x7f.txt", "ab.txt", "ab.txt" },
	{ "a\"<>|?*:.exe", "a.exe", "a.exe" },
	{ "photo\xe2\x80\xae" "gnp.exe", "photognp.exe", "photognp.exe" },
	{ "con.txt", "_con.txt", "_con.txt" },
	{ "LPT1", "_LPT1", "_LPT1" },
	{ "console.txt", "console.txt", "console.txt" },
	{ "Ma\xc3\x9f" "e.bin", "Ma\xc3\x9f" "e.bin", NULL },
	{ "a\xff" "b", "ab", "ab" }
};

static void
cleans(void **state)
{
	struct arena	*arena;
	size_t		 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_string_equal(filename_clean(arena, names[i].given),
		    names[i].clean);
		if (names[i].ascii != NULL)
			assert_string_equal(filename_ascii(arena,
			    names[i].given), names[i].ascii);
	}
	arena_close(arena);
}

/* However long, in whole characters and with its extension. */
static void
keeps_the_extension(void **state)
{
	struct arena	*arena;
	const char	*name;
	char		 given[1005];
	size_t		 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < 1000; i += 2)
		memcpy(given + i, "\xc3\xa4", 2);
	memcpy(given + 1000, ".pdf", 5);
	name = filename_clean(arena, given);
	assert_true(strlen(name) <= FILENAME_BYTES);
	assert_true(strlen(name) > FILENAME_BYTES / 2);
	assert_string_equal(name + strlen(name) - 4, ".pdf");
	assert_true(utf8_is_valid(bytes_of(name)));
	arena_close(arena);
}

/* Where it is cut no blank or dot is left, and no name is longer for the mark
 * before a device's. */
static void
cuts_cleanly(void **state)
{
	struct arena	*arena;
	const char	*name;
	char		 given[FILENAME_BYTES + 21] = { 0 };

	(void)state;
	arena = arena_open();
	memset(given, 'a', FILENAME_BYTES + 20);
	memcpy(given + FILENAME_BYTES - 2, " .", 2);
	name = filename_clean(arena, given);
	assert_int_equal(strlen(name), FILENAME_BYTES - 2);
	memset(given, ' ', FILENAME_BYTES);
	memcpy(given, "con", 3);
	memcpy(given + FILENAME_BYTES, ".txt", 5);
	assert_string_equal(filename_clean(arena, given), "_con.txt");
	memset(given, 'a', FILENAME_BYTES);
	memcpy(given, "aux.", 4);
	given[FILENAME_BYTES] = '\0';
	name = filename_clean(arena, given);
	assert_int_equal(strlen(name), FILENAME_BYTES);
	assert_memory_equal(name, "_aux.", 5);
	arena_close(arena);
}

/* Nothing of a name can end the header's value or start another one. */
static void
disposition(void **state)
{
	static const struct {
		const char	*given;
		const char	*value;
	} cases[] = {
		{ "a.txt", "attachment; filename=\"a.txt\"" },
		{ "x\r\nX-Evil: 1", "attachment; filename=\"xX-Evil_1\"; "
		    "filename*=UTF-8''xX-Evil%201" },
		{ "a;b=c.txt", "attachment; filename=\"a_b_c.txt\"; "
		    "filename*=UTF-8''a%3Bb%3Dc.txt" },
		{ "Ma\xc3\x9f" "e", "attachment; filename=\"Ma_e\"; "
		    "filename*=UTF-8''Ma%C3%9Fe" }
	};
	struct arena	*arena;
	size_t		 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(filename_disposition(arena,
		    cases[i].given), cases[i].value);
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(cleans), cmocka_unit_test(keeps_the_extension),
    cmocka_unit_test(cuts_cleanly),
    cmocka_unit_test(disposition))
