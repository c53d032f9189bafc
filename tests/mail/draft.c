#include "mail/draft.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "data/utf8.h"

#include "../check.h"

#define FROM	"From: tim@example.org\r\n"
#define TO	"To: a@example.org\r\n"
#define ID	"Message-ID: <id@example.org>\r\n"
#define DATE	"Date: Tue, 28 Jul 2026 09:30:00 +0200\r\n"

/* A header as it is, and as it goes out; NULL: refused. */
static const struct {
	const char	*header;
	const char	*written;
	const char	*recipients;
} rows[] = {
	{ FROM TO DATE ID "\r\n", FROM TO ID DATE, "a@example.org" },
	{ FROM TO DATE ID, FROM TO ID DATE, "a@example.org" },
	{ FROM TO DATE ID "\n", FROM TO ID DATE, "a@example.org" },
	{ "From: tim@example.org\nTo: a@example.org\n" DATE "\nTo: b@x\n\n",
	    FROM TO ID DATE, "a@example.org" },
	{ DATE TO "Bcc: b@example.org\r\n" FROM "\r\n", FROM TO ID DATE,
	    "a@example.org b@example.org" },
	{ FROM DATE "bcc: b@example.org\r\n\r\n",
	    FROM "To: undisclosed-recipients:;\r\n" ID DATE,
	    "b@example.org" },
	{ FROM TO "To: a@EXAMPLE.org, b@example.org\r\n" DATE "\r\n",
	    FROM "To: a@example.org, a@example.org, b@example.org\r\n" ID
	    DATE, "a@example.org b@example.org" },
	/* A bare CR ends no line; a NUL does not come so far. */
	{ FROM TO "Subject: x\rBcc: evil@example.org\r\n" DATE "\r\n",
	    FROM TO ID "Subject: x Bcc: evil@example.org\r\n" DATE,
	    "a@example.org" },
	{ FROM TO "Content-Type: text/plain\rTo: b@example.org\r\n" DATE
	    "\r\n", FROM TO ID
	    "Content-Type: text/plain To: b@example.org\r\n" DATE,
	    "a@example.org" },
	{ FROM TO "X: a\r\n \t\r\n b\r\n" DATE "\r\n", FROM TO ID
	    "X: a\r\n b\r\n" DATE, "a@example.org" },
	{ FROM TO "X: \xc3\xa4\r\n" DATE "\r\n", FROM TO ID
	    "X: =?utf-8?B?w6Q=?=\r\n" DATE, "a@example.org" },
	{ FROM TO "Subject: one\r\nSUBJECT: two\r\n" DATE DATE "\r\n",
	    FROM TO ID "Subject: one\r\n" DATE, "a@example.org" },
	{ FROM TO "no field\r\nX-Postern-Request: <x>\r\nFcc: Sent\r\n"
	    "Sender: boss@example.org\r\n" DATE "\r\n", FROM TO ID DATE,
	    "a@example.org" },
	{ FROM TO "In-Reply-To:\r\n <a@x>\r\nReferences: <a@x>\r\n\t<b@x>\r\n"
	    DATE "\r\n", FROM TO ID "In-Reply-To:\r\n <a@x>\r\n"
	    "References: <a@x>\r\n\t<b@x>\r\n" DATE, "a@example.org" },
	{ FROM "To: \xc3\xa4@example.org\r\n" DATE "\r\n",
	    FROM "To: \xc3\xa4@example.org\r\n" ID DATE,
	    "\xc3\xa4@example.org" },
	{ "", NULL, NULL }, { "\r\n", NULL, NULL }, { TO "\r\n", NULL, NULL },
	{ FROM "\r\n", NULL, NULL }, { FROM FROM TO "\r\n", NULL, NULL },
	{ "From: tim@example.org, b@example.org\r\n" TO "\r\n", NULL, NULL },
	{ "From: Gruppe: tim@example.org, b@example.org;\r\n" TO "\r\n", NULL,
	    NULL },
	{ "From: tim\r\n" TO "\r\n", NULL, NULL },
	{ FROM "To: a@example.org, bob\r\n\r\n", NULL, NULL },
	{ FROM "To: <a@example.org\r\nBcc: b>\r\n\r\n", NULL, NULL },
	{ FROM TO "Resent-From: tim@example.org\r\n\r\n", NULL, NULL },
	{ FROM "To: undisclosed-recipients:;\r\n\r\n", NULL, NULL }
};

static void
headers(void **state)
{
	const struct fault	*bad;
	struct draft_start	 start = { .message_id = "<id@example.org>" };
	struct arena		*arena;
	struct draft		 draft;
	const char		*told;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		arena = arena_open();
		bad = draft_read(arena, bytes_of(rows[i].header), &draft);
		if ((bad == NULL) != (rows[i].written != NULL))
			fail_msg("%zu: %s", i, bad == NULL ? "taken" :
			    bad->detail);
		if (bad == NULL) {
			told = bytes_text(arena, draft_write(arena, &draft,
			    &start));
			assert_string_equal(told, text_format(arena,
			    "%s\r\n", rows[i].written));
			assert_string_equal(texts_join(arena,
			    draft.recipients, " "), rows[i].recipients);
			assert_int_equal(draft.utf8,
			    !text_is_ascii(rows[i].recipients));
		}
		arena_close(arena);
	}
}

/* What is kept has Bcc and the mark; what has no date gets one. */
static void
kept(void **state)
{
	struct draft_start	 start = { .message_id = "<id@example.org>",
				    .now = 1785223800, .keep_bcc = true,
				    .mark = { "X-Postern-Request", "<r@x>" } };
	struct arena		*arena;
	struct draft		 draft;

	(void)state;
	arena = arena_open();
	assert_null(draft_read(arena, bytes_of(FROM TO
	    "BCC: b@example.org\r\nDate: soon\r\n\r\nbody"), &draft));
	assert_string_equal(bytes_text(arena, draft_write(arena, &draft,
	    &start)), FROM TO "Bcc: b@example.org\r\n" ID
	    "X-Postern-Request: <r@x>\r\n"
	    "Date: Tue, 28 Jul 2026 07:30:00 +0000\r\n\r\n");
	assert_null(draft.message_id);
	assert_int_equal(draft.header.len, strlen(FROM TO
	    "BCC: b@example.org\r\nDate: soon\r\n\r\n"));
	arena_close(arena);
}

/* What is quoted of a wrong address is cut between characters. */
static void
refusals_are_text(void **state)
{
	const struct fault	*bad;
	struct arena		*arena;
	struct draft		 draft;
	struct buf		 text;
	size_t			 i;

	(void)state;
	arena = arena_open();
	buf_start(&text, arena);
	buf_text(&text, FROM "To: a");
	for (i = 0; i < 60; i++)
		buf_text(&text, "\xc3\xa4");
	buf_text(&text, "\r\n\r\n");
	bad = draft_read(arena, buf_view(&text), &draft);
	assert_non_null(bad);
	assert_true(utf8_is_valid(bytes_of(bad->detail)));
	arena_close(arena);
}

/* A header that does not end, has too many fields, or too many recipients. */
static void
limits(void **state)
{
	struct draft_start	 start = { .message_id = "<id@example.org>" };
	struct arena		*arena;
	struct draft		 draft;
	struct buf		 text;
	size_t			 i;

	(void)state;
	arena = arena_open();
	buf_start(&text, arena);
	buf_text(&text, FROM TO "X: ");
	while (text.len < DRAFT_START_BYTES)
		buf_byte(&text, 'x');
	assert_int_equal(draft_read(arena, bytes_slice(buf_view(&text), 0,
	    DRAFT_START_BYTES), &draft)->kind, FAULT_LIMIT);
	buf_cut(&text, 0);
	buf_text(&text, FROM TO);
	for (i = 0; i < 1001; i++)
		buf_text(&text, "X: y\r\n");
	assert_int_equal(draft_read(arena, buf_view(&text), &draft)->kind,
	    FAULT_LIMIT);
	buf_cut(&text, 0);
	buf_text(&text, FROM TO DATE);
	for (i = 0; i < 998; i++)
		buf_byte(&text, 'x');
	buf_text(&text, ": y\r\n\r\n");
	assert_null(draft_read(arena, buf_view(&text), &draft));
	assert_string_equal(bytes_text(arena, draft_write(arena, &draft,
	    &start)), FROM TO ID DATE "\r\n");
	buf_cut(&text, 0);
	buf_text(&text, FROM "To: ");
	for (i = 0; i < ADDRESSES_MOST + 1; i++)
		buf_format(&text, "a%zu@example.org,\r\n ", i);
	buf_text(&text, "\r\n\r\n");
	assert_int_equal(draft_read(arena, buf_view(&text), &draft)->kind,
	    FAULT_LIMIT);
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(headers), cmocka_unit_test(kept),
    cmocka_unit_test(refusals_are_text),
    cmocka_unit_test(limits))
