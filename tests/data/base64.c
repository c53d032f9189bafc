#include "data/base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/text.h"

enum reader { STRICT, URL, LENIENT };

/* RFC 4648 10, and what each reader refuses; NULL is "refused". */
static const struct row {
	enum reader	 reader;
	const char	*given;
	const char	*expected;
} rows[] = {
	{ STRICT, "", "" }, { STRICT, "Zg==", "f" }, { STRICT, "Zm8=", "fo" },
	{ STRICT, "Zm9v", "foo" }, { STRICT, "Zm9vYg==", "foob" },
	{ STRICT, "Zm9vYmE=", "fooba" }, { STRICT, "Zm9vYmFy", "foobar" },
	{ STRICT, "Zg", NULL }, { STRICT, "Zg=", NULL },
	{ STRICT, "Zg===", NULL }, { STRICT, "Zh==", NULL },
	{ STRICT, "Zm9=", NULL }, { STRICT, "Z", NULL },
	{ STRICT, "====", NULL }, { STRICT, "Z===", NULL },
	{ STRICT, "Zm 9v", NULL }, { STRICT, "Zm9v\n", NULL },
	{ STRICT, "Zg==Zg==", NULL }, { STRICT, "fn5-", NULL },
	{ STRICT, "fn5+", "~~~" }, { STRICT, "Zm9\xc3", NULL },
	{ URL, "", "" }, { URL, "Zg", "f" }, { URL, "Zm8", "fo" },
	{ URL, "Zm9vYmFy", "foobar" }, { URL, "fn5-", "~~~" },
	{ URL, "Pz8_", "???" }, { URL, "fn5+", NULL }, { URL, "Zg==", NULL },
	{ URL, "Zh", NULL }, { URL, "Zm9", NULL }, { URL, "Z", NULL },
	{ URL, "Zm9vY", NULL }, { URL, " Zg", NULL }, { URL, "Zg\t", NULL },
	{ LENIENT, " Zm9v\r\n YmFy ", "foobar" }, { LENIENT, "Zg", "f" },
	{ LENIENT, "Zg=\n=", "f" }, { LENIENT, "fn5+", "~~~" },
	{ LENIENT, "fn5-", "~~~" }, { LENIENT, "Zg=", NULL },
	{ LENIENT, "Zg===", NULL }, { LENIENT, "Zg==Zg==", NULL },
	{ LENIENT, "Zm9v=", NULL }, { LENIENT, "Zm.9v", NULL },
	{ LENIENT, "Z", NULL },
};

static bool
read_by(enum reader reader, struct arena *arena, struct bytes text,
    struct bytes *data)
{
	switch (reader) {
	case STRICT:
		return base64_read(arena, text, data);
	case URL:
		return base64_read_url(arena, text, data);
	case LENIENT:
		break;
	}
	return base64_read_lenient(arena, text, data);
}

static void
test_rows(void **state)
{
	struct arena	*arena;
	struct bytes	 data;
	size_t		 i;
	bool		 good;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		good = read_by(rows[i].reader, arena, bytes_of(rows[i].given),
		    &data);
		if (good != (rows[i].expected != NULL))
			fail_msg("row %zu: \"%s\"", i, rows[i].given);
		if (good)
			assert_true(bytes_is(data, rows[i].expected));
	}
	arena_close(arena);
}

/* Every length and octet comes back the same, in both alphabets. */
static void
test_round(void **state)
{
	unsigned char	 octets[256];
	struct arena	*arena;
	struct bytes	 data, back;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(octets); i++)
		octets[i] = (unsigned char)(i * 167 + 3);
	arena = arena_open();
	for (i = 0; i <= sizeof(octets); i++) {
		data = bytes_from(octets, i);
		assert_true(base64_read(arena,
		    bytes_of(base64_write(arena, data)), &back));
		assert_true(bytes_equal(data, back));
		assert_true(base64_read_url(arena,
		    bytes_of(base64_write_url(arena, data)), &back));
		assert_true(bytes_equal(data, back));
	}
	arena_close(arena);
}

/* A NUL inside is a byte like any other that is no digit. */
static void
test_nul(void **state)
{
	struct arena	*arena;
	struct bytes	 data;

	(void)state;
	arena = arena_open();
	assert_false(base64_read_url(arena, bytes_from("Zm\0v", 4), &data));
	assert_false(base64_read_lenient(arena, bytes_from("Zm\0v", 4),
	    &data));
	arena_close(arena);
}

int
main(void)
{
	static const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_round),
		cmocka_unit_test(test_nul),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
