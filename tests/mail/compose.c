#include "../check.h"
#include "../spring.h"
#include "letter.h"

#include <stdbool.h>
#include <string.h>

#include "../tally.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "base/text.h"
#include "data/json.h"
#include "data/utf8.h"
#include "mail/compose.h"
#include "mail/header.h"
#include "mail/part.h"

/* What holds for every message: lines that end in CRLF only, none too long,
 * nothing outside ASCII. */
static void
check_lines(struct bytes message)
{
	size_t	 i, column;

	for (i = column = 0; i < message.len; i++) {
		assert_true(message.at[i] != '\0' && message.at[i] < 0x80);
		assert_true((message.at[i] == '\r') == (i + 1 < message.len &&
		    message.at[i + 1] == '\n'));
		column = message.at[i] == '\n' ? 0 : column + 1;
		assert_true(column <= 999);
	}
	assert_int_equal(column, 0);
}

static const char *
write_message(struct arena *arena, const struct compose *compose)
{
	struct buf	 buf;

	buf_start(&buf, arena);
	assert_null(spring_compose(arena, compose, &buf));
	check_lines(buf_view(&buf));
	return buf_string(&buf);
}

static size_t
count(const char *text, const char *word)
{
	size_t	 n;

	for (n = 0; (text = strstr(text, word)) != NULL; n++)
		text++;
	return n;
}

/* The body of the entity that starts at text, its encoding undone. */
static const char *
read_body(struct arena *arena, const char *text)
{
	struct pairs	 fields;
	const char	*body;

	fields = header_fields(arena, bytes_of(text));
	body = strstr(text, "\r\n\r\n") + 4;
	return bytes_text(arena, part_decode(arena, text_lower_copy(arena,
	    header_find(fields, "Content-Transfer-Encoding")),
	    bytes_of(body)));
}

static void
test_plain(void **state)
{
	struct compose	 compose;
	struct arena	*arena;

	(void)state;
	arena = arena_open();
	compose = letter();
	assert_string_equal(write_message(arena, &compose),
	    "Date: Sat, 25 Jul 2026 17:20:00 +0000\r\n"
	    "From: Ann <ann@example.org>\r\n"
	    "To: bo@example.org\r\n"
	    "Subject: Hello\r\n"
	    "Message-ID: <a@example.org>\r\n"
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: 7bit\r\n"
	    "\r\n"
	    "Text\r\n");
	arena_close(arena);
}

static const char *const	 texts[] = {
	"", "\n", "a", "a\nb\n", "line\n.\nQUIT\n", "caf\xC3\xA9",
	"a=b", "a =_ b",
	"From here\n>From there", "-- \nAnn", "trailing \t\nblanks ",
	"tab\there", "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E"
};

/* What goes in comes out, but for the line end that is added. */
static void
check_text(struct arena *arena, const char *text)
{
	struct compose	 compose;
	const char	*message, *body, *clean;

	compose = letter();
	compose.text = text;
	message = write_message(arena, &compose);
	body = read_body(arena, message);
	clean = utf8_clean(arena, bytes_of(text));
	assert_true(text_starts(utf8_clean(arena, bytes_of(body)), clean));
	assert_true(strlen(body) <= 2 * strlen(clean) + 2);
	assert_int_equal(count(message, "\r\n.\r\n"), 0);
	assert_int_equal(count(message, "\nFrom "), 0);
	assert_int_equal(count(message, "=_"), 0);
}

static void
test_texts(void **state)
{
	struct arena	*arena;
	struct buf	 buf;
	size_t		 i, n;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		check_text(arena, texts[i]);
	for (n = 60; n < 240; n++) {
		buf_start(&buf, arena);
		for (i = 0; i < n; i++)
			buf_text(&buf, i % 7 == 0 ? "\xE2\x82\xAC" :
			    i % 5 == 0 ? " " : i % 11 == 0 ? "." : "x");
		check_text(arena, buf_string(&buf));
	}
	arena_close(arena);
}

static const struct compose_file files[] = {
	{ .filename = "r\xC3\xA9sum\xC3\xA9.pdf",
	  .content_type = "application/pdf",
	  .content = { (const unsigned char *)"PDF", 3 } },
	{ .filename = "../a\"b\r\nX: y.txt", .content_type = "text/plain",
	  .content = { (const unsigned char *)"caf\xC3\xA9", 5 } },
	{ .content_id = "image1", .content_type = "image/png",
	  .content = { (const unsigned char *)"PNG", 3 } },
	{ .content_type = "message/rfc822",
	  .content = { (const unsigned char *)"A: b\r\n\r\nc", 9 } }
};

static void
test_files(void **state)
{
	struct compose	 compose;
	struct arena	*arena;
	const char	*message;

	(void)state;
	arena = arena_open();
	compose = letter();
	compose.html = "<img src=\"cid:image1\">";
	compose.files = files;
	compose.file_count = sizeof(files) / sizeof(files[0]);
	message = write_message(arena, &compose);
	assert_int_equal(count(message, "multipart/mixed;"), 1);
	assert_int_equal(count(message, "multipart/alternative;"), 1);
	assert_int_equal(count(message,
	    "multipart/related; type=\"text/html\";"), 1);
	assert_int_equal(count(message, "\r\nContent-ID: <image1>\r\n"
	    "Content-Disposition: inline\r\n\r\nUE5H\r\n"), 1);
	assert_int_equal(count(message, "Content-Disposition: attachment;\r\n"
	    " filename*=utf-8''r%C3%A9sum%C3%A9.pdf\r\n\r\nUERG\r\n"), 1);
	assert_int_equal(count(message, "Content-Type: text/plain; "
	    "charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n"
	    "Content-Disposition: attachment;\r\n"), 1);
	assert_int_equal(count(message, "\nX:"), 0);
	assert_string_equal(write_message(arena, &compose), message);
	assert_int_equal(count(message, "Content-Type: message/rfc822\r\n"
	    "Content-Transfer-Encoding: 7bit\r\n"
	    "Content-Disposition: attachment\r\n\r\nA: b\r\n\r\nc\r\n--=_"), 1);
	/* Without HTML nothing is related. */
	compose.html = NULL;
	message = write_message(arena, &compose);
	assert_int_equal(count(message, "multipart/"), 1);
	assert_int_equal(count(message, "Disposition: attachment"), 4);
	arena_close(arena);
}

/* A message that can't go in as it stands is a file. */
static void
test_messages(void **state)
{
	static const char *const	 others[] = {
		"A: b\n\nbare\n", "A: b\r\n\r\nbare\r", "A: b\r\rc\r\n"
	};
	struct compose_file	 file = { .content_type = "message/rfc822" };
	struct compose		 compose;
	struct arena		*arena;
	const char		*message;
	size_t			 i;

	(void)state;
	arena = arena_open();
	compose = letter();
	compose.files = &file;
	compose.file_count = 1;
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		file.content = bytes_of(others[i]);
		message = write_message(arena, &compose);
		assert_int_equal(count(message, "message/rfc822"), 0);
		assert_int_equal(count(message, "application/octet-stream"), 1);
	}
	arena_close(arena);
}

static void
test_bcc(void **state)
{
	static const struct address	 bcc = { NULL, "hidden@example.org" };
	struct compose			 compose;
	struct arena			*arena;

	(void)state;
	arena = arena_open();
	compose = letter();
	compose.bcc = (struct objects){ &bcc, 1 };
	assert_null(strstr(write_message(arena, &compose), "hidden"));
	compose.keep_bcc = true;
	assert_non_null(strstr(write_message(arena, &compose),
	    "\r\nBcc: hidden@example.org\r\n"));
	compose.keep_bcc = false;
	compose.to.len = 0;
	assert_non_null(strstr(write_message(arena, &compose),
	    "\r\nTo: undisclosed-recipients:;\r\n"));
	arena_close(arena);
}

/* A long thread keeps its first message and its last ones. */
static void
test_thread(void **state)
{
	const char	*list[250];
	struct compose	 compose;
	struct arena	*arena;
	struct texts	 found;
	size_t		 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < 250; i++)
		list[i] = text_format(arena, "<%zu@example.org>", i);
	compose = letter();
	compose.in_reply_to = "<a@b>\r\nBcc: evil@example.com";
	compose.references = (struct texts){ list, 250 };
	found = header_ids(arena, header_find(header_fields(arena, bytes_of(
	    write_message(arena, &compose))), "References"));
	assert_int_equal(found.len, COMPOSE_IDS_MOST);
	assert_string_equal(found.at[0], "<0@example.org>");
	assert_string_equal(found.at[found.len - 1], "<249@example.org>");
	arena_close(arena);
}

static const struct compose_file wrong_files[] = {
	{ .content_type = "text/html\r\nX: y" },
	{ .content_type = "text" },
	{ .content_type = "/" },
	{ .content_type = "text/" },
	{ .content_type = "text/plain; charset=x" },
	{ .content_type = "multipart/mixed" },
	{ .content_type = "te xt/plain" },
	{ .content_id = "a>b\r\nX: y" },
	{ .content_id = "" },
	{ .content_id = "a b" },
	{ .content_id = "caf\xC3\xA9" }
};

static const char *const	 wrong_addresses[] = {
	"a", "a@b\r\nX: y", "\"a\r\n\"@b", "a@b>", "a@b, c@d", "a b@c"
};

static void
test_refused(void **state)
{
	const struct fault	*bad;
	struct compose		 compose;
	struct arena		*arena;
	struct buf		 buf;
	size_t			 i;

	(void)state;
	arena = arena_open();
	buf_start(&buf, arena);
	compose = letter();
	compose.file_count = 1;
	for (i = 0; i < sizeof(wrong_files) / sizeof(wrong_files[0]); i++) {
		compose.files = &wrong_files[i];
		bad = spring_compose(arena, &compose, &buf);
		assert_non_null(bad);
		assert_int_equal(bad->kind, FAULT_ARGUMENT);
	}
	compose.file_count = COMPOSE_FILES_MOST + 1;
	assert_non_null(spring_compose(arena, &compose, &buf));
	compose = letter();
	for (i = 0; i < sizeof(wrong_addresses) / sizeof(char *); i++) {
		compose.from.address = wrong_addresses[i];
		assert_non_null(spring_compose(arena, &compose, &buf));
	}
	assert_int_equal(buf.len, 0);
	arena_close(arena);
}

/* One of the hostile values: no field is added, no line broken. */
static void
check_argument(struct arena *arena, const char *name, const char *value)
{
	struct compose	 compose;
	struct pairs	 fields;
	size_t		 i;

	compose = letter();
	if (text_equal(name, "subject"))
		compose.subject = value;
	else
		compose.text = value;
	fields = header_fields(arena, bytes_of(write_message(arena,
	    &compose)));
	assert_int_equal(fields.len, 8);
	for (i = 0; i < fields.len; i++)
		assert_false(text_equal_case(fields.at[i].name, "Bcc"));
	if (text_equal(name, "text"))
		check_text(arena, value);
	else
		assert_string_equal(header_decode(arena, header_find(fields,
		    "Subject")), utf8_clean_line(arena, bytes_of(value)));
}

/* The object at the start of text: up to its closing brace. */
static struct bytes
take_object(const char *text)
{
	size_t	 at;
	bool	 quoted;

	quoted = false;
	for (at = 0; quoted || text[at] != '}'; at++)
		if (quoted && text[at] == '\\')
			at++;
		else if (text[at] == '"')
			quoted = !quoted;
	return bytes_from(text, at + 1);
}

/* Some of the vectors hold what no JSON of ours may: one by one, then. */
static void
test_arguments(void **state)
{
	const struct json	*one;
	struct arena		*arena;
	struct bytes		 file, object;
	const char		*at, *name, *value;
	struct tally		 tally;

	(void)state;
	corpora_needed();
	tally_open(&tally, "mail/compose", "own/tool-args");
	arena = arena_open();
	file = corpora_read(arena, "own/tool-args/cases.json");
	tally_start(&tally);
	for (at = bytes_text(arena, file);
	    (at = strchr(at, '{')) != NULL; at += object.len) {
		object = take_object(at);
		if (json_read(arena, object, JSON_KEYS_LAST, &one) != NULL)
			continue;
		name = json_text(json_member(one, "arg"));
		value = json_text(json_member(one, "value"));
		if (value == NULL || (!text_equal(name, "subject") &&
		    !text_equal(name, "text")))
			continue;
		check_argument(arena, name, value);
		tally_case(&tally, true, name);
	}
	tally_stop(&tally, arena, "cases.json");
	assert_true(tally.cases >= 15);
	assert_true(tally_close(&tally));
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(test_plain), cmocka_unit_test(test_texts),
    cmocka_unit_test(test_files), cmocka_unit_test(test_messages),
    cmocka_unit_test(test_bcc), cmocka_unit_test(test_thread),
    cmocka_unit_test(test_refused), cmocka_unit_test(test_arguments))
