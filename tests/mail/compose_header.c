#include "../check.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "mail/address.h"
#include "mail/compose.h"
#include "mail/compose_header.h"
#include "mail/header.h"

struct named {
	const char	*value;
	const char	*expected;	/* the whole field */
};

static const struct named subjects[] = {
	{ "", "Subject: \r\n" },
	{ "Hello world", "Subject: Hello world\r\n" },
	{ " Hello\tworld ", "Subject: Hello world\r\n" },
	{ "Hi\r\nBcc: evil@example.com", "Subject: Hi Bcc: "
	  "evil@example.com\r\n" },
	{ "caf\xC3\xA9", "Subject: =?utf-8?B?Y2Fmw6k=?=\r\n" },
	{ "=?utf-8?Q?a?=", "Subject: =?utf-8?B?PT91dGYtOD9RP2E/PQ==?=\r\n" },
	{ "one two three four five six seven eight nine ten eleven twelve "
	  "thirteen",
	  "Subject: one two three four five six seven eight nine ten eleven "
	  "twelve\r\n thirteen\r\n" }
};

static void
test_subjects(void **state)
{
	struct arena	*arena;
	struct buf	 buf;
	size_t		 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++) {
		buf_start(&buf, arena);
		compose_header_text(&buf, "Subject", subjects[i].value);
		assert_string_equal(buf_string(&buf), subjects[i].expected);
	}
	arena_close(arena);
}

static const struct {
	struct address	 address;
	const char	*expected;
} people[] = {
	{ { NULL, "a@example.org" }, "To: a@example.org\r\n" },
	{ { "Ann B", "a@example.org" }, "To: Ann B <a@example.org>\r\n" },
	{ { "Dr. Ann", "a@example.org" },
	  "To: \"Dr. Ann\" <a@example.org>\r\n" },
	{ { "A \"q\" \\", "a@example.org" },
	  "To: \"A \\\"q\\\" \\\\\" <a@example.org>\r\n" },
	{ { "a@b.org", "a@example.org" },
	  "To: \"a@b.org\" <a@example.org>\r\n" },
	{ { "J\xC3\xBCrgen", "a@example.org" },
	  "To: =?utf-8?B?SsO8cmdlbg==?= <a@example.org>\r\n" },
	{ { "X\r\nBcc: e@example.com", "a@example.org" },
	  "To: \"X Bcc: e@example.com\" <a@example.org>\r\n" }
};

/* A name that fills no field of a header. */
static void
test_huge_names(void **state)
{
	struct arena	*arena = arena_open();
	struct address	 address = { .address = "a@example.org" };
	struct buf	 name, out;
	size_t		 i;

	(void)state;
	buf_start(&name, arena);
	for (i = 0; i < 100000; i++)
		buf_text(&name, "\xC3\xBC");
	address.name = buf_string(&name);
	buf_start(&out, arena);
	compose_header_addresses(&out, "To", (struct objects){ &address, 1 });
	assert_true(out.len < 5000);
	assert_non_null(strstr(buf_string(&out), "<a@example.org>\r\n"));
	arena_close(arena);
}

static void
test_people(void **state)
{
	struct arena	*arena;
	struct buf	 buf;
	size_t		 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(people) / sizeof(people[0]); i++) {
		buf_start(&buf, arena);
		compose_header_addresses(&buf, "To",
		    (struct objects){ &people[i].address, 1 });
		assert_string_equal(buf_string(&buf), people[i].expected);
	}
	arena_close(arena);
}

/* Names of any length and letters come back, in lines of at most 78. */
static void
test_long_names(void **state)
{
	struct address	 address = { NULL, "a@example.org" };
	struct objects	 again;
	struct arena	*arena;
	struct buf	 name, buf;
	const char	*at;
	size_t		 i;

	(void)state;
	arena = arena_open();
	buf_start(&name, arena);
	for (i = 0; i < 200; i++) {
		buf_text(&name, i % 3 == 0 ? "\xF0\x9F\x98\x80" : "e\xC3\xA9");
		address.name = buf_string(&name);
		buf_start(&buf, arena);
		compose_header_addresses(&buf, "To",
		    (struct objects){ &address, 1 });
		for (at = buf_string(&buf); *at != '\0';
		    at += strcspn(at, "\n") + 1)
			assert_true(strcspn(at, "\r") <= 78);
		again = address_read_lenient(arena, header_find(header_fields(
		    arena, buf_view(&buf)), "To"));
		assert_int_equal(again.len, 1);
		assert_string_equal(((const struct address *)again.at)->name,
		    address.name);
	}
	arena_close(arena);
}

static void
test_ids(void **state)
{
	const char	*list[] = {
		"<a@b>\r\nBcc: evil@example.com", "<1@example.org>", "<a b>",
		"a@b", "<>", "", "<<a@b>", "<caf\xC3\xA9@b>",
		"<2@example.org>"
	};
	struct arena	*arena;
	struct buf	 buf;

	(void)state;
	arena = arena_open();
	buf_start(&buf, arena);
	compose_header_ids(&buf, "References", (struct texts){ list, 9 });
	assert_string_equal(buf_string(&buf),
	    "References: <1@example.org> <2@example.org>\r\n");
	buf_start(&buf, arena);
	compose_header_ids(&buf, "In-Reply-To", (struct texts){ list, 1 });
	assert_int_equal(buf.len, 0);
	assert_true(text_ends_case(compose_message_id(arena, "a\r\nb"),
	    "@localhost>"));
	assert_true(text_ends_case(compose_message_id(arena, NULL),
	    "@localhost>"));
	assert_true(text_ends_case(compose_message_id(arena, "example.org"),
	    "@example.org>"));
	arena_close(arena);
}

/* Parameters come back through the reader of headers. */
static void
test_parameters(void **state)
{
	static const char *const	 names[] = {
		"a.pdf", "a b.pdf", "a\"b\\c.pdf", "caf\xC3\xA9.pdf", "",
		"\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE9\x95"
		"\xB7\xE3\x81\x84\xE5\x90\x8D\xE5\x89\x8D\xE3\x81\xAE\xE6"
		"\x9B\xB8\xE9\xA1\x9E 'x' % * (1).pdf"
	};
	struct arena			*arena;
	struct buf			 buf;
	const char			*word, *at;
	size_t				 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		buf_start(&buf, arena);
		buf_text(&buf, "X: attachment");
		compose_header_parameter(&buf, "filename", names[i]);
		buf_text(&buf, "\r\n\r\n");
		for (at = buf_string(&buf); *at != '\0';
		    at += strcspn(at, "\n") + 1)
			assert_true(strcspn(at, "\r") <= 78);
		assert_string_equal(header_parameter(arena, header_parameters(
		    arena, header_find(header_fields(arena, buf_view(&buf)),
		    "X"), &word), "filename"), names[i]);
	}
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(test_subjects), cmocka_unit_test(test_people),
    cmocka_unit_test(test_long_names), cmocka_unit_test(test_ids),
    cmocka_unit_test(test_huge_names),
    cmocka_unit_test(test_parameters))
