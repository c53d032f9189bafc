#include "../check.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "mail/part_kind.h"
#include "mail/uuencode.h"

#define CAT	"#0V%T\n`\nend"

static const struct {
	const char	*text, *folded;
	size_t		 files;
} rows[] = {
	{ "", "", 0 },
	{ "to begin with\n", "to begin with\n", 0 },
	{ "a\nbegin 644 cat.txt\n" CAT "\nb", "a\n[file: cat.txt]\nb", 1 },
	{ "begin 0644 ../x\n" CAT, "[file: x]", 1 },
	{ "begin 644 a\n" CAT "\nbegin 644 b\n" CAT "\n",
	  "[file: a]\n[file: b]\n", 2 },
	{ "begin 644 a\n`\nend\n", "[file: a]\n", 1 },
	{ "begin 644 a\n#0V%T\n", "begin 644 a\n#0V%T\n", 0 },
	{ "begin 644 a\nno such line\nend\n",
	  "begin 644 a\nno such line\nend\n", 0 },
	{ "begin 64 a\n" CAT, "begin 64 a\n" CAT, 0 },
	{ "begin 644\n" CAT, "begin 644\n" CAT, 0 },
	{ "xbegin 644 a\n" CAT, "xbegin 644 a\n" CAT, 0 },
	{ "begin 644 a\nend", "[file: a]", 1 }
};

static void
folds_files(void **state)
{
	struct arena	*arena = arena_open();
	size_t		 i, files;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(uuencode_fold(arena, rows[i].text, &files),
		    rows[i].folded);
		assert_int_equal(files, rows[i].files);
	}
	arena_close(arena);
}

static void
takes_linear_time(void **state)
{
	struct arena	*arena = arena_open();
	struct buf	 buf;
	size_t		 files;

	(void)state;
	buf_start(&buf, arena);
	while (buf.len < 1024 * 1024)
		buf_text(&buf, "begin 644 a\n#0V%T\n");
	assert_int_equal(strlen(uuencode_fold(arena, buf_string(&buf),
	    &files)), buf.len);
	assert_int_equal(files, 0);
	arena_close(arena);
}

/* What a tree, and a text, say of themselves. */
static void
tells_kinds(void **state)
{
	static const struct {
		struct part	 part;
		unsigned	 kinds;
	} parts[] = {
		{ { .type = "text", .subtype = "plain" }, 0 },
		{ { .type = "multipart", .subtype = "mixed" }, 0 },
		{ { .type = "multipart", .subtype = "signed" }, PART_SIGNED },
		{ { .type = "multipart", .subtype = "encrypted" },
		  PART_ENCRYPTED },
		{ { .type = "application", .subtype = "pkcs7-mime" },
		  PART_ENCRYPTED },
		{ { .type = "application", .subtype = "x-pkcs7-mime" },
		  PART_ENCRYPTED },
		{ { .type = "application", .subtype = "ms-tnef" }, PART_TNEF },
		{ { .type = "application", .subtype = "pdf" }, 0 },
		{ { .type = "message", .subtype = "rfc822" }, 0 }
	};
	struct pair	 pair = { "smime-type", "signed-data" };
	struct part	 part = { .type = "application",
			    .subtype = "pkcs7-mime",
			    .parameters = { &pair, 1 } };
	struct part	 root = { .type = "multipart", .subtype = "mixed",
			    .children = &part };
	struct arena	*arena = arena_open();
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		assert_int_equal(part_kinds(arena, &parts[i].part),
		    parts[i].kinds);
	assert_int_equal(part_kinds(arena, &root), PART_ENCLOSED);
	pair.value = "certs-only";
	assert_int_equal(part_kinds(arena, &root), 0);
	part.subtype = "octet-stream";
	pair = (struct pair){ "name", "WINMAIL.DAT" };
	assert_int_equal(part_kinds(arena, &root), PART_TNEF);
	assert_int_equal(part_kinds(arena, NULL), 0);
	assert_int_equal(part_text_kinds("a\n-----BEGIN PGP MESSAGE-----"),
	    PART_ENCRYPTED);
	assert_int_equal(part_text_kinds("-----BEGIN PGP SIGNED MESSAGE-----"),
	    PART_SIGNED);
	assert_int_equal(part_text_kinds("> -----BEGIN PGP MESSAGE-----"), 0);
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(folds_files), cmocka_unit_test(takes_linear_time),
    cmocka_unit_test(tells_kinds))
