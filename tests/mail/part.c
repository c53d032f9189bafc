#include "../check.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "data/utf8.h"
#include "mail/imap_lex.h"
#include "mail/imap_structure.h"
#include "mail/part.h"

struct coded {
	const char	*encoding;
	const char	*raw;
	const char	*expected;
};

static const struct coded codeds[] = {
	{ "7bit", "a=3D b \r\n", "a=3D b \r\n" },
	{ "binary", "a", "a" },
	{ "x-unknown", "a", "a" },
	{ "base64", "SGVsbG8=", "Hello" },
	{ "BASE64", "SGVs\r\nbG8=\r\n", "Hello" },
	{ "base64", "S G*V-s bG8", "Hello" },
	{ "base64", "SGVsbA", "Hell" },
	{ "base64", "SGVsb", "Hel" },
	{ "base64", "", "" },
	{ "base64", "====", "" },
	{ "base64", "SGVsbA==bG8=", "Helllo" },
	{ "base64", "aGVs\r\nbG8s\r\nIGhl\r\nbGxv", "hello, hello" },
	{ "base64", "aGVsbG8sIGh\r\nlbGxv\r\n\r\n", "hello, hello" },
	{ "base64", "aGVs-bG8s_IG\x80hlbGxv", "hello, hello" },
	{ "base64", "aGVsbG8=aGVsbG8saGVs", "hellohello,hel" },
	{ "base64", "a=GVsbG8saGVs", "\x19[\x1B\x1B\xCB\x1A\x19[" },
	{ "base64", "aGVsbG8sa", "hello," },
	{ "quoted-printable", "caf=C3=A9", "caf\xC3\xA9" },
	{ "quoted-printable", "caf=c3=a9", "caf\xC3\xA9" },
	{ "quoted-printable", "a=\r\nb", "ab" },
	{ "quoted-printable", "a=\nb", "ab" },
	{ "quoted-printable", "a= \t\r\nb", "ab" },
	{ "quoted-printable", "a  \r\nb \t", "a\r\nb" },
	{ "quoted-printable", "a b\tc", "a b\tc" },
	{ "quoted-printable", "a=20\r\n", "a \r\n" },
	{ "quoted-printable", "a=", "a" },
	{ "quoted-printable", "a=3", "a=3" },
	{ "quoted-printable", "a=XY=4", "a=XY=4" },
	{ "quoted-printable", "a=3=3D", "a=3=" },
	{ "quoted-printable", "a==3D", "a==" },
	{ "quoted-printable", "a=  b", "a=  b" },
	{ "quoted-printable", "a=\rb", "a=\rb" },
	{ "x-uuencode", "begin 644 cat.txt\n#0V%T\n`\nend\n", "Cat" },
	{ "uuencode", "text\r\nbegin 644 x\r\n#0V%T\r\n`\r\nend\r\nmore\r\n",
	  "Cat" },
	{ "x-uuencode", "begin 644 x\n#0V", "C`\xEF\xBF\xBD" },
	{ "x-uuencode", "no such\nlines", "" }
};

/* The same in pieces of that many bytes. */
static const char *
decode_pieces(struct arena *arena, const struct coded *coded, size_t size)
{
	struct part_decoder	 decoder = { 0 };
	struct buf		 out;
	struct bytes		 raw;
	size_t			 at;

	decoder.encoding = coded->encoding;
	buf_start(&out, arena);
	raw = bytes_of(coded->raw);
	for (at = 0; at < raw.len; at += size)
		part_decode_piece(&decoder, bytes_slice(raw, at, size), false,
		    &out);
	part_decode_piece(&decoder, bytes_from("", 0), true, &out);
	return buf_string(&out);
}

static void
test_decode(void **state)
{
	const struct coded	*coded;
	struct arena		*arena;
	size_t			 i, size;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(codeds) / sizeof(codeds[0]); i++) {
		coded = &codeds[i];
		assert_string_equal(bytes_text(arena, part_decode(arena,
		    coded->encoding, bytes_of(coded->raw))),
		    coded->expected);
		for (size = 2; size < 10; size++)
			assert_string_equal(decode_pieces(arena, coded, 1),
			    decode_pieces(arena, coded, size));
	}
	arena_close(arena);
}

/* Blanks without end are not held without end. */
static void
test_blanks(void **state)
{
	struct coded	 coded = { "quoted-printable", NULL, NULL };
	struct arena	*arena;
	struct buf	 buf;
	size_t		 i;

	(void)state;
	arena = arena_open();
	buf_start(&buf, arena);
	for (i = 0; i < 100000; i++)
		buf_byte(&buf, ' ');
	buf_byte(&buf, 'x');
	coded.raw = buf_string(&buf);
	assert_string_equal(decode_pieces(arena, &coded, 7), coded.raw);
	arena_close(arena);
}

struct texted {
	const char	*subtype;
	struct pair	 parameters[3];
	const char	*content;
	const char	*expected;
};

static const struct texted texteds[] = {
	{ "plain", { { "charset", "iso-8859-1" } }, "caf\xE9\r\n",
	  "caf\xC3\xA9\n" },
	{ "plain", { { "charset", "utf-8" } }, "a\rb\x07", "a\nb" },
	{ "plain", { { NULL, NULL } }, "caf\xE9", "caf\xC3\xA9" },
	{ "plain", { { NULL, NULL } }, "a\0b", "a" },
	{ "html", { { NULL, NULL } },
	  "<meta charset=koi8-r>\xC1", "<meta charset=koi8-r>\xD0\xB0" },
	/* RFC 3676. */
	{ "plain", { { "format", "Flowed" } },
	  "one \r\ntwo\r\nthree\r\n", "one two\nthree\n" },
	{ "plain", { { "format", "flowed" }, { "delsp", "Yes" } },
	  "one \r\ntwo\r\n", "onetwo\n" },
	{ "plain", { { "format", "flowed" } },
	  ">> a \r\n>> b\r\n> c \r\n d\r\n", ">> a b\n> c \nd\n" },
	{ "plain", { { "format", "flowed" } },
	  " >not quoted\r\n  x\r\n", ">not quoted\n x\n" },
	{ "plain", { { "format", "flowed" } },
	  "text \r\n-- \r\nName \r\nRole", "text \n-- \nName Role\n" },
	{ "plain", { { "format", "fixed" } }, "one \r\ntwo", "one \ntwo" }
};

static void
test_text(void **state)
{
	struct part	 part = { .type = "text", .encoding = "7bit" };
	struct pair	 pairs[3];
	struct arena	*arena;
	size_t		 i, n;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(texteds) / sizeof(texteds[0]); i++) {
		memcpy(pairs, texteds[i].parameters, sizeof(pairs));
		for (n = 0; n < 3 && pairs[n].name != NULL; n++)
			continue;
		part.subtype = texteds[i].subtype;
		part.parameters = (struct pairs){ pairs, n };
		assert_string_equal(part_text(arena, &part,
		    bytes_of(texteds[i].content)), texteds[i].expected);
	}
	arena_close(arena);
}

struct listed {
	const char	*structure;
	const char	*plain, *html, *attachments;
};

#define PLAIN	"(\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 9 1)"
#define HTML	"(\"TEXT\" \"HTML\" NIL NIL NIL \"7BIT\" 9 1)"
#define AMP	"(\"TEXT\" \"X-AMP-HTML\" NIL NIL NIL \"7BIT\" 9 1)"
#define PATCH	"(\"TEXT\" \"PLAIN\" (\"NAME\" \"a.patch\") NIL NIL \"7BIT\" " \
	"9 1 NIL (\"INLINE\" NIL) NIL NIL)"
#define SENT	"(\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" " \
	"9 1 NIL (\"ATTACHMENT\" NIL) NIL NIL)"
#define IMAGE	"(\"IMAGE\" \"PNG\" NIL \"<i@x>\" NIL \"BASE64\" 90)"
#define INVITE	"(\"TEXT\" \"CALENDAR\" NIL NIL NIL \"7BIT\" 9 1)"
#define MESSAGE	"(\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 9 " \
	"(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) " PLAIN " 1)"

static const struct listed listeds[] = {
	{ PLAIN, "1", "1", "" },
	{ HTML, "1", "1", "" },
	{ IMAGE, "", "", "1" },
	{ PATCH, "1", "1", "1" },
	{ SENT, "", "", "1" },
	{ "(" PLAIN HTML " \"ALTERNATIVE\")", "1", "2", "" },
	{ "(" PLAIN AMP HTML INVITE " \"ALTERNATIVE\")", "1", "3", "4" },
	{ "(" PLAIN "(" HTML IMAGE " \"RELATED\") \"ALTERNATIVE\")",
	  "1", "2.1", "2.2" },
	{ "((" PLAIN HTML " \"ALTERNATIVE\")" IMAGE " \"RELATED\")",
	  "1.1", "1.2", "2" },
	{ "(" IMAGE HTML " \"RELATED\" (\"START\" \"<x@y>\"))",
	  "2", "2", "1" },
	{ "(" PLAIN PATCH PLAIN " \"MIXED\")", "1 3", "1 3", "2" },
	{ "(" PATCH IMAGE " \"MIXED\")", "1", "1", "1 2" },
	{ "(" PLAIN MESSAGE " \"MIXED\")", "1", "1", "2" },
	{ "(" MESSAGE " \"DIGEST\")", "", "", "1" },
	{ "(" IMAGE INVITE " \"ALTERNATIVE\")", "", "", "1 2" },
	{ "((" HTML " \"ALTERNATIVE\") \"ALTERNATIVE\")", "1.1", "1.1", "" }
};

static struct part *
read_structure(struct arena *arena, const char *text)
{
	struct imap_cursor	 cursor;
	struct part		*part;
	bool			 cut;

	imap_lex_start(&cursor, bytes_of(text));
	assert_true(imap_structure_take(&cursor, arena, &part, &cut));
	return part;
}

static const char *
numbers(struct arena *arena, const struct part_list *list)
{
	struct texts	 texts = { 0 };
	size_t		 i;

	for (i = 0; i < list->len; i++)
		texts_add(arena, &texts, list->at[i]->number);
	return texts_join(arena, texts, " ");
}

static void
test_lists(void **state)
{
	struct part_list	 list;
	struct arena		*arena;
	struct part		*root;
	size_t			 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(listeds) / sizeof(listeds[0]); i++) {
		root = read_structure(arena, listeds[i].structure);
		part_list_text(root, false, &list);
		assert_string_equal(numbers(arena, &list), listeds[i].plain);
		part_list_text(root, true, &list);
		assert_string_equal(numbers(arena, &list), listeds[i].html);
		part_list_attachments(root, &list);
		assert_string_equal(numbers(arena, &list),
		    listeds[i].attachments);
	}
	part_list_text(NULL, true, &list);
	assert_int_equal(list.len, 0);
	arena_close(arena);
}

static void
test_find(void **state)
{
	struct arena	*arena;
	struct part	*root;

	(void)state;
	arena = arena_open();
	root = read_structure(arena, "(" PLAIN MESSAGE " \"MIXED\")");
	assert_ptr_equal(part_find(root, ""), root);
	assert_string_equal(part_find(root, "2")->type, "message");
	assert_string_equal(part_find(root, "2.1")->type, "text");
	assert_null(part_find(root, "3"));
	assert_null(part_find(root, "2.2"));
	assert_null(part_find(NULL, "1"));
	arena_close(arena);
}

#define FILE_PART(type_parameters, disposition)	\
	"(\"APPLICATION\" \"PDF\" " type_parameters \
	" NIL NIL \"BASE64\" 7800 NIL " disposition " NIL NIL)"

static const struct {
	const char	*structure;
	const char	*expected;
} names[] = {
	{ FILE_PART("NIL", "NIL"), NULL },
	{ FILE_PART("(\"NAME\" \"a.pdf\")", "NIL"), "a.pdf" },
	{ FILE_PART("(\"NAME\" \"a.pdf\")",
	  "(\"ATTACHMENT\" (\"FILENAME\" \"b.pdf\"))"), "b.pdf" },
	{ FILE_PART("(\"NAME\" \"=?utf-8?Q?=C3=A9.pdf?=\")", "NIL"),
	  "\xC3\xA9.pdf" },
	{ FILE_PART("NIL", "(\"ATTACHMENT\" (\"FILENAME*0*\" "
	  "\"UTF-8''%C3%A9\" \"FILENAME*1\" \".pdf\"))"), "\xC3\xA9.pdf" },
	{ FILE_PART("NIL", "(\"ATTACHMENT\" (\"FILENAME\" "
	  "\"../../etc/passwd\"))"), "passwd" },
	{ FILE_PART("(\"NAME\" \"\")", "NIL"), NULL }
};

static void
test_names(void **state)
{
	struct arena	*arena;
	struct part	*root;
	const char	*name;
	size_t		 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		root = read_structure(arena, names[i].structure);
		name = part_filename(arena, root);
		if (names[i].expected == NULL)
			assert_null(name);
		else
			assert_string_equal(name, names[i].expected);
		assert_int_equal(part_decoded_size(root), 5700);
		assert_true(part_is_attachment(root));
	}
	assert_true(part_is_inline(read_structure(arena, IMAGE)));
	assert_false(part_is_inline(read_structure(arena, SENT)));
	assert_false(part_is_inline(read_structure(arena, PLAIN)));
	arena_close(arena);
}

/* Whole lines of 76 characters and a shorter one, which the server may count
 * with its line's end or without. */
static void
test_size(void **state)
{
	const struct {
		const char	*encoding;
		uint32_t	 size, expected;
	} rows[] = {
		{ "BASE64", 930, 681 }, { "base64", 932, 681 },
		{ "base64", 78, 57 }, { "base64", 4, 3 }, { "base64", 0, 0 },
		{ "7bit", 930, 930 }, { "quoted-printable", 930, 930 }
	};
	struct part	 part = { 0 };
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		part.encoding = rows[i].encoding;
		part.size = rows[i].size;
		assert_int_equal(part_decoded_size(&part), rows[i].expected);
	}
}

CHECK_MAIN(cmocka_unit_test(test_decode), cmocka_unit_test(test_blanks),
    cmocka_unit_test(test_text), cmocka_unit_test(test_lists),
    cmocka_unit_test(test_find), cmocka_unit_test(test_names),
    cmocka_unit_test(test_size))
