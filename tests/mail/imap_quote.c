#include "mail/imap_quote.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"

#include "../check.h"

/* Text and how it goes into a command: as an astring and as a string. */
static const struct row {
	const char	*text;
	const char	*astring;
	const char	*string;
} rows[] = {
	{ "INBOX", "INBOX", "\"INBOX\"" },
	{ "", "\"\"", "\"\"" },
	{ "nil", "\"nil\"", "\"nil\"" },
	{ "NILS", "NILS", "\"NILS\"" },
	{ "a b", "\"a b\"", "\"a b\"" },
	{ "a\"b\\c", "\"a\\\"b\\\\c\"", "\"a\\\"b\\\\c\"" },
	{ "a*", "\"a*\"", "\"a*\"" },
	{ "a%", "\"a%\"", "\"a%\"" },
	{ "a]b", "\"a]b\"", "\"a]b\"" },
	{ "a(b", "\"a(b\"", "\"a(b\"" },
	{ "{5}", "\"{5}\"", "\"{5}\"" },
	{ "a\r\nA9 DELETE x", "{14}\r\na\r\nA9 DELETE x",
	    "{14}\r\na\r\nA9 DELETE x" },
	{ "\n", "{1}\r\n\n", "{1}\r\n\n" },
	{ "\x01", "{1}\r\n\x01", "{1}\r\n\x01" },
	{ "\x7f", "{1}\r\n\x7f", "{1}\r\n\x7f" },
	{ "gr\xc3\xbc", "{4}\r\ngr\xc3\xbc", "{4}\r\ngr\xc3\xbc" },
};

static void
each_text(void **state)
{
	struct arena	*arena = arena_open();
	struct buf	 buf;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buf_start(&buf, arena);
		imap_astring(&buf, rows[i].text);
		assert_string_equal(buf_string(&buf), rows[i].astring);
		buf_start(&buf, arena);
		imap_string(&buf, rows[i].text);
		assert_string_equal(buf_string(&buf), rows[i].string);
	}
	arena_close(arena);
}

/* A line of a command stays short: long texts are literals. */
static void
long_text(void **state)
{
	struct arena	*arena = arena_open();
	struct buf	 buf;
	char		*text = arena_take(arena, 2001);

	(void)state;
	memset(text, 'a', 2000);
	buf_start(&buf, arena);
	imap_astring(&buf, text);
	assert_memory_equal(buf.at, "{2000}\r\naaa", 11);
	text[100] = '\0';
	buf_start(&buf, arena);
	imap_astring(&buf, text);
	assert_int_equal(buf.at[0], '"');
	arena_close(arena);
}

static void
sets(void **state)
{
	uint32_t	 uids[] = { 3, 4, 5, 9, 8, 8, UINT32_MAX - 1,
			    UINT32_MAX };
	struct arena	*arena = arena_open();
	struct buf	 buf;

	(void)state;
	buf_start(&buf, arena);
	imap_uid_set(&buf, (struct uids){ uids, 8 });
	assert_string_equal(buf_string(&buf),
	    "3:5,9,8,8,4294967294:4294967295");
	buf_start(&buf, arena);
	imap_uid_set(&buf, (struct uids){ uids, 1 });
	assert_string_equal(buf_string(&buf), "3");
	arena_close(arena);
}

static void
flags(void **state)
{
	static const struct {
		const char	*flag;
		bool		 good;
	} cases[] = {
		{ "\\Seen", true }, { "$Junk", true }, { "a.b", true },
		{ "", false }, { "\\", false }, { "\\*", false },
		{ "a b", false }, { "a\r\nb", false }, { "a)b", false },
		{ "\\\\Seen", false }, { "gr\xc3\xbc", false },
		{ "a{1}", false }, { "nil", false },
	};
	struct arena	*arena = arena_open();
	struct buf	 buf;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_start(&buf, arena);
		if (imap_flag(&buf, cases[i].flag) != cases[i].good)
			fail_msg("%s", cases[i].flag);
		assert_string_equal(buf_string(&buf),
		    cases[i].good ? cases[i].flag : "");
	}
	arena_close(arena);
}

static void
dates(void **state)
{
	struct arena	*arena = arena_open();
	struct buf	 buf;

	(void)state;
	buf_start(&buf, arena);
	imap_date(&buf, clock_seconds(2026, 2, 1, 86399));
	buf_byte(&buf, ' ');
	imap_date(&buf, 0);
	assert_string_equal(buf_string(&buf), "1-Feb-2026 1-Jan-1970");
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(each_text),
	cmocka_unit_test(long_text),
	cmocka_unit_test(sets),
	cmocka_unit_test(flags),
	cmocka_unit_test(dates)
)
