#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "data/utf8.h"
#include "mail/header.h"

struct given {
	const char	*raw;
	const char	*expected;
};

static const struct given words[] = {
	{ "plain", "plain" },
	{ "", "" },
	{ "  trimmed \r\n", "trimmed" },
	{ "folded\r\n\there", "folded here" },
	{ "folded\n here", "folded here" },
	/* RFC 2047 8. */
	{ "=?US-ASCII?Q?Keith_Moore?=", "Keith Moore" },
	{ "=?ISO-8859-1?Q?Keld_J=F8rn_Simonsen?=",
	  "Keld J\xC3\xB8rn Simonsen" },
	{ "=?ISO-8859-1?Q?Andr=E9?= Pirard", "Andr\xC3\xA9 Pirard" },
	{ "=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=\r\n"
	  " =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=",
	  "If you can read this you understand the example." },
	{ "=?ISO-8859-1?Q?a?=", "a" },
	{ "=?ISO-8859-1?Q?a?= b", "a b" },
	{ "=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab" },
	{ "=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=", "ab" },
	{ "=?ISO-8859-1?Q?a?=\r\n       =?ISO-8859-1?Q?b?=", "ab" },
	{ "=?ISO-8859-1?Q?a_b?=", "a b" },
	{ "=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=", "a b" },
	/* RFC 2231 5: a language. */
	{ "=?US-ASCII*EN?Q?Keith_Moore?=", "Keith Moore" },
	{ "=?utf-8?b?8J+YgA==?=", "\xF0\x9F\x98\x80" },
	/* A character split between two words, of either encoding. */
	{ "=?utf-8?Q?=E2=82?= =?utf-8?Q?=AC?=", "\xE2\x82\xAC" },
	{ "=?utf-8?B?4oI=?= =?utf-8?B?rA==?=", "\xE2\x82\xAC" },
	/* The base64 stream cut where the line was full. */
	{ "=?utf-8?B?4oK?= =?utf-8?B?s?=", "\xE2\x82\xAC" },
	{ "=?utf-8?B?w6?= =?utf-8?B?nDqQ==?=", "\xC3\xA9\xC3\xA9" },
	{ "=?utf-8?B?YQ?= =?utf-8?B?Yg?=", "ab" },
	{ "=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "\xE6\x97\xA5\xE6\x9C\xAC" },
	{ "=?gb2312?B?xOO6ww==?=", "\xE4\xBD\xA0\xE5\xA5\xBD" },
	/* Against the rule, and common. */
	{ "=?utf-8?Q?a b?=", "a b" },
	{ "x=?utf-8?Q?y?=z", "xyz" },
	{ "=?utf-8?Q?a?==?utf-8?Q?b?=", "ab" },
	{ "\"=?utf-8?Q?=C3=A9?=\"", "\"\xC3\xA9\"" },
	{ "=?utf-8?Q?=C3=A?=", "\xEF\xBF\xBD=A" },
	{ "=?utf-8?q?=3D=3F?=", "=?" },
	{ "=?x-none?Q?=E9?=", "\xC3\xA9" },
	{ "caf\xC3\xA9", "caf\xC3\xA9" },
	{ "caf\xE9", "caf\xC3\xA9" },
	{ "caf\xE9 =?utf-8?Q?=C3=A9?=", "caf\xC3\xA9 \xC3\xA9" },
	/* No encoded words. */
	{ "=?utf-8?X?a?=", "=?utf-8?X?a?=" },
	{ "=?utf-8?Q?a", "=?utf-8?Q?a" },
	{ "=?utf-8?Q?", "=?utf-8?Q?" },
	{ "=?", "=?" },
	{ "=??Q?a?=", "=??Q?a?=" },
	{ "=? utf-8?Q?a?=", "=? utf-8?Q?a?=" },
	{ "2 =? 3 ?= 4", "2 =? 3 ?= 4" },
	/* Nothing decoded becomes a line. */
	{ "=?utf-8?b?DQpYLUV2aWw6IDE=?=", "X-Evil: 1" },
	{ "=?utf-8?Q?a=00b=1B[m?=", "a\xEF\xBF\xBD" "b[m" },
	{ "a\rBcc: x", "a Bcc: x" }
};

static void
test_decode(void **state)
{
	struct arena	*arena;
	size_t		 i;

	(void)state;
	arena = arena_open();
	assert_null(header_decode(arena, NULL));
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		assert_string_equal(header_decode(arena, words[i].raw),
		    words[i].expected);
	arena_close(arena);
}

/* As long as a header may be, in time that grows with it only. */
static void
test_flood(void **state)
{
	static const char *const floods[] = {
		("=?x?q?" "?="), "=?a?q?", "=?", "=?utf-8?B?w6k=?= ",
		"=?gb2312?q?a?= =?big5?q?b?= ", "(\"<\\", "=?utf-8?q?=?="
	};
	struct arena	*arena;
	struct buf	 buf;
	const char	*word, *text;
	size_t		 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(floods) / sizeof(floods[0]); i++) {
		buf_start(&buf, arena);
		while (buf.len < HEADER_BYTES)
			buf_text(&buf, floods[i]);
		text = buf_string(&buf);
		assert_true(utf8_is_valid(bytes_of(header_decode(arena,
		    text))));
		header_parameters(arena, text, &word);
		header_ids(arena, text);
		arena_wipe(arena);
	}
	arena_close(arena);
}

static void
test_fields(void **state)
{
	static const char	 block[] =
	    "From MAILER Thu Jan  1\r\n"
	    "Subject: one\r\n two\r\n\tthree\r\n"
	    "X-Empty:\r\n"
	    "Obsolete : yes\n"
	    "no colon here\r\n"
	    " continued nothing\r\n"
	    "subject: second\r\n"
	    "Bad Name: x\r\n"
	    "Last: a:b \r\n"
	    "\r\n"
	    "Body: not a header\r\n";
	struct arena		*arena;
	struct pairs		 fields;

	(void)state;
	arena = arena_open();
	fields = header_fields(arena, bytes_of(block));
	assert_int_equal(fields.len, 5);
	assert_string_equal(fields.at[0].name, "Subject");
	assert_string_equal(fields.at[0].value, "one two\tthree");
	assert_string_equal(header_find(fields, "SUBJECT"), "one two\tthree");
	assert_string_equal(header_find(fields, "x-empty"), "");
	assert_string_equal(header_find(fields, "Obsolete"), "yes");
	assert_string_equal(header_find(fields, "last"), "a:b");
	assert_null(header_find(fields, "Body"));
	assert_int_equal(header_fields(arena, bytes_of("")).len, 0);
	assert_int_equal(header_fields(arena, bytes_of("\n")).len, 0);
	assert_int_equal(header_fields(arena, bytes_of("A: b")).len, 1);
	assert_int_equal(header_fields(arena, bytes_of(":::\r")).len, 0);
	fields = header_fields(arena, bytes_from("A: b\0c\n", 7));
	assert_string_equal(fields.at[0].value, "b\xEF\xBF\xBD" "c");
	arena_close(arena);
}

static void
test_fields_limit(void **state)
{
	struct arena	*arena;
	struct buf	 buf;
	size_t		 i;

	(void)state;
	arena = arena_open();
	buf_start(&buf, arena);
	for (i = 0; i < 5000; i++)
		buf_text(&buf, "A: b\r\n");
	assert_int_equal(header_fields(arena, buf_view(&buf)).len,
	    HEADER_FIELDS_MOST);
	arena_close(arena);
}

struct dated {
	const char	*raw;
	int64_t		 seconds;
	int		 offset;
};

static const struct dated dates[] = {
	{ "Tue, 28 Jul 2026 09:30:00 +0200", 1785223800, 120 },
	{ "28 Jul 2026 09:30 +0200", 1785223800, 120 },
	{ "Tue,28 Jul 26 9:30:00 +0200 (CEST (summer))", 1785223800, 120 },
	{ "Tue, 28 July 2026 07:30:00 GMT", 1785223800, 0 },
	{ "Tue, 28 Jul 2026 07:30:00 -0000", 1785223800, 0 },
	{ "Tue, 28 Jul 2026 03:30:00 EDT", 1785223800, -240 },
	{ "Tue, 28 Jul 2026 09:30:00 GMT+0200", 1785223800, 120 },
	{ "Tue, 28 Jul 2026 09:30:00 +02:00", 1785223800, 120 },
	{ "Tue, 28 Jul 2026 13:00:00 +0530", 1785223800, 330 },
	{ "Tue, 28 Jul 2026 07:30:00", 1785223800, 0 },
	{ "Tue, 28 Jul 2026 07:30:00 XYZ", 1785223800, 0 },
	{ "Tue Jul 28 07:30:00 2026", 1785223800, 0 },
	{ "28-Jul-2026 09:30:00 +0200", 1785223800, 120 },
	{ "2026-07-28 09:30:00 +0200", 1785223800, 120 },
	{ "2026-07-28T07:30:00Z", 1785223800, 0 },
	{ "2026-07-28T09:30:00.123+02:00", 1785223800, 120 },
	{ "Tue, 28 Jul 2026 07:30:00 PM +0000", 1785267000, 0 },
	{ "Tue,\r\n 28 Jul 2026\r\n 09:30:00 +0200", 1785223800, 120 },
	{ "Fri, 21 Nov 97 09:55:06 -0600", 880127706, -360 },
	{ "Thu, 01 Jan 1970 00:00:00 +0000", 0, 0 },
	{ "Fri, 31 Dec 1999 23:59:60 +0000", 946684800, 0 },
	{ "Mon, 1 Jan 2026 10:00:00 +9999", 1767261600, 0 }
};

static const char *const	 no_dates[] = {
	"", "yesterday", "Tue, 28 Jul", "28 Jul 2026", "Jul 2026 09:30:00",
	"Tue, 32 Jul 2026 09:30:00 +0200", "28 Foo 2026 09:30:00",
	"28 Jul 2026 25:30:00", "28 Jul 2026 09:61:00", "(((", ",,,", "-",
	"99999999999999999999", "0 Jul 2026 09:30:00",
	"2026-13-01T00:00:00Z", "28 Jul 0000 09:30:00"
};

static void
test_date(void **state)
{
	struct moment	 moment;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
		assert_true(header_date(dates[i].raw, &moment));
		assert_int_equal(moment.seconds, dates[i].seconds);
		assert_int_equal(moment.offset, dates[i].offset);
	}
	for (i = 0; i < sizeof(no_dates) / sizeof(no_dates[0]); i++)
		assert_false(header_date(no_dates[i], &moment));
	assert_false(header_date(NULL, &moment));
}

static const struct given ids[] = {
	{ "<a@b>", "<a@b>" },
	{ "<a@b> <c@d>\r\n\t<e@f>", "<a@b> <c@d> <e@f>" },
	{ "<a@b><c@d>", "<a@b> <c@d>" },
	{ "Your message of \"Mon\" <a@b>", "<a@b>" },
	{ "a@b, c@d", "<a@b> <c@d>" },
	{ "<a\r\n @b>", "<a@b>" },
	{ "<>", "" },
	{ "<a", "" },
	{ "<<a@b>", "<a@b>" },
	{ "<a\001@b> <c@d>", "<c@d>" },
	{ "none", "" },
	{ "", "" }
};

static void
test_ids(void **state)
{
	struct arena	*arena;
	size_t		 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		assert_string_equal(texts_join(arena, header_ids(arena,
		    ids[i].raw), " "), ids[i].expected);
	assert_int_equal(header_ids(arena, NULL).len, 0);
	arena_close(arena);
}

struct parameter {
	const char	*raw;
	const char	*word;
	const char	*name;
	const char	*value;		/* NULL: absent */
};

static const struct parameter parameters[] = {
	{ "text/plain; charset=us-ascii", "text/plain", "charset",
	  "us-ascii" },
	{ "Text/Plain; Charset=\"utf-8\"", "text/plain", "charset", "utf-8" },
	{ "text/plain; charset=us-ascii (Plain text)", "text/plain",
	  "charset", "us-ascii" },
	{ "text/plain (a;b=c); charset = utf-8 ; x=y", "text/plain",
	  "charset", "utf-8" },
	{ "text/plain charset=utf-8", "text/plain", "charset", "utf-8" },
	{ "text/plain", "text/plain", "charset", NULL },
	{ "text/plain;", "text/plain", "charset", NULL },
	{ ";charset=x", "", "charset", "x" },
	{ "charset=x", "", "charset", "x" },
	{ "", "", "charset", NULL },
	/* RFC 2231 3 and 4. */
	{ "message/external-body; access-type=URL;\r\n"
	  " URL*0=\"ftp://\";\r\n"
	  " URL*1=\"cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar\"",
	  "message/external-body", "url",
	  "ftp://cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar" },
	{ "application/x-stuff; title*=us-ascii'en-us'This%20is%20"
	  "%2A%2A%2Afun%2A%2A%2A", "application/x-stuff", "title",
	  "This is ***fun***" },
	{ "application/x-stuff; title*0*=us-ascii'en'This%20is%20even%20"
	  "more%20; title*1*=%2A%2A%2Afun%2A%2A%2A%20; title*2=\"isn't it!\"",
	  "application/x-stuff", "title",
	  "This is even more ***fun*** isn't it!" },
	{ "attachment; filename*1=b; filename*0=a; filename*3=d",
	  "attachment", "filename", "ab" },
	{ "attachment; filename*1=b", "attachment", "filename", NULL },
	{ "attachment; filename=\"x.txt\"; filename*=UTF-8''%E2%82%AC.txt",
	  "attachment", "filename", "\xE2\x82\xAC.txt" },
	/* A character split between segments. */
	{ "attachment; filename*0*=utf-8''%E2%82; filename*1*=%AC",
	  "attachment", "filename", "\xE2\x82\xAC" },
	{ "attachment; filename*=iso-8859-1'de'%FCber", "attachment",
	  "filename", "\xC3\xBC" "ber" },
	{ "attachment; filename*=%E2%82%AC", "attachment", "filename",
	  "\xE2\x82\xAC" },
	{ "attachment; filename*=utf-8''100%", "attachment", "filename",
	  "100%" },
	/* Against the rule, and common. */
	{ "attachment; filename=\"=?utf-8?Q?=E2=82=AC?=.pdf\"", "attachment",
	  "filename", "\xE2\x82\xAC.pdf" },
	{ "attachment; filename*0=\"=?utf-8?Q?=E2=82?=\";"
	  " filename*1=\" =?utf-8?Q?=AC?=\"", "attachment",
	  "filename", "\xE2\x82\xAC" },
	{ "attachment; filename=my file.pdf; size=1", "attachment",
	  "filename", "my file.pdf" },
	{ "attachment; filename=report(1).pdf", "attachment", "filename",
	  "report(1).pdf" },
	{ "attachment; filename=\"C:\\temp\\a.txt\"", "attachment",
	  "filename", "C:\\temp\\a.txt" },
	{ "attachment; filename=\"a\\\"b\"", "attachment", "filename",
	  "a\"b" },
	{ "attachment; filename=\"open", "attachment", "filename", "open" },
	{ "attachment; filename=caf\xE9", "attachment", "filename",
	  "caf\xC3\xA9" },
	{ "attachment; filename=\"a;b=c.txt\"", "attachment", "filename",
	  "a;b=c.txt" },
	{ "attachment; ;; \"stray\" = ; filename=x", "attachment",
	  "filename", "x" },
	{ "attachment; filename*=utf-8''a%0D%0AX-Evil:1", "attachment",
	  "filename", "a X-Evil:1" },
	{ "multipart/mixed; boundary=a; boundary=b", "multipart/mixed",
	  "boundary", "a" },
	{ "text/plain; ((((((charset=x", "text/plain", "charset", NULL }
};

static void
test_parameters(void **state)
{
	struct arena	*arena;
	struct pairs	 pairs;
	const char	*word, *value;
	size_t		 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(parameters) / sizeof(parameters[0]); i++) {
		pairs = header_parameters(arena, parameters[i].raw, &word);
		assert_string_equal(word, parameters[i].word);
		value = header_parameter(arena, pairs, parameters[i].name);
		if (parameters[i].value == NULL)
			assert_null(value);
		else
			assert_string_equal(value, parameters[i].value);
	}
	assert_int_equal(header_parameters(arena, NULL, &word).len, 0);
	arena_close(arena);
}

static void
test_parameters_limit(void **state)
{
	struct arena	*arena;
	struct buf	 buf;
	int		 i;

	(void)state;
	arena = arena_open();
	buf_start(&buf, arena);
	buf_text(&buf, "text/plain");
	for (i = 0; i < 3000; i++)
		buf_format(&buf, ";\r\n p*%d=x", i);
	assert_int_equal(header_parameters(arena, buf_string(&buf), NULL).len,
	    HEADER_PARAMETERS_MOST);
	arena_close(arena);
}

/* Cut anywhere, all of it still answers in valid UTF-8. */
static void
test_cut(void **state)
{
	struct arena	*arena;
	const char	*raw, *word;
	char		*cut;
	struct moment	 moment;
	size_t		 i, len;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(parameters) / sizeof(parameters[0]); i++) {
		raw = parameters[i].raw;
		for (len = 0; len <= strlen(raw); len++) {
			cut = arena_copy(arena, raw, len);
			header_parameters(arena, cut, &word);
			assert_true(utf8_is_valid(bytes_of(
			    header_decode(arena, cut))));
		}
	}
	for (i = 0; i < sizeof(dates) / sizeof(dates[0]); i++)
		for (len = 0; len <= strlen(dates[i].raw); len++)
			header_date(arena_copy(arena, dates[i].raw, len),
			    &moment);
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		for (len = 0; len <= strlen(words[i].raw); len++)
			assert_true(utf8_is_valid(bytes_of(header_decode(
			    arena, arena_copy(arena, words[i].raw, len)))));
	arena_close(arena);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_decode),
		cmocka_unit_test(test_flood),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_fields_limit),
		cmocka_unit_test(test_date),
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_parameters),
		cmocka_unit_test(test_parameters_limit),
		cmocka_unit_test(test_cut)
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("header", tests, NULL, NULL);
}
