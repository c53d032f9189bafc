#include "data/field.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "data/field_schema.h"

#include "../check.h"

struct inner {
	const char	*name;
	int64_t		 size;
};

struct outer {
	const char	*folder;
	const char	*format;
	int64_t		 page;
	bool		 seen;
	struct texts	 to;
	struct numbers	 uids;
	struct object	 one;
	struct objects	 many;
};

static const char *const	 formats[] = { "text", "source", NULL };

static const struct field	 inner_rows[] = {
	{ FIELD(struct inner, name), .required = true },
	{ FIELD(struct inner, size), .present = true },
	{ FIELD_END }
};

static const struct field	 outer_rows[] = {
	{ FIELD(struct outer, folder), .preset = "INBOX", .most = 20,
	  .least = 1, .meaning = "Folder" },
	{ FIELD(struct outer, format), .words = formats },
	{ FIELD(struct outer, page), .least = 1, .most = 50, .otherwise = 1 },
	{ FIELD(struct outer, seen) },
	{ FIELD(struct outer, to), .most = 3 },
	{ FIELD(struct outer, uids) },
	{ FIELD(struct outer, one), .rows = inner_rows,
	  .size = sizeof(struct inner) },
	{ FIELD(struct outer, many), .rows = inner_rows,
	  .size = sizeof(struct inner), .most = 2 },
	{ FIELD_END }
};

/* Given, and what is written from the struct; or a word of the refusal. */
struct row {
	enum field_mode	 mode;
	const char	*given, *expected, *refusal;
};

#define AUML_10	"\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4" \
	"\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
#define AUML_59	AUML_10 AUML_10 AUML_10 AUML_10 AUML_10 \
	"\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4" \
	"\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"

static const struct row	 rows[] = {
	{ FIELD_LENIENT, "{}", "{\"folder\":\"INBOX\",\"page\":1}", NULL },
	{ FIELD_LENIENT, "{\"page\":\"7\",\"seen\":\"true\"}",
	  "{\"folder\":\"INBOX\",\"page\":7,\"seen\":true}", NULL },
	{ FIELD_LENIENT, "{\"to\":\"a, b\",\"uids\":\"1, 2\"}",
	  "{\"folder\":\"INBOX\",\"page\":1,\"to\":[\"a\",\"b\"],"
	  "\"uids\":[1,2]}", NULL },
	{ FIELD_LENIENT, "{\"to\":\"[\\\"a\\\"]\",\"uids\":3}",
	  "{\"folder\":\"INBOX\",\"page\":1,\"to\":[\"a\"],\"uids\":[3]}",
	  NULL },
	{ FIELD_LENIENT, "{\"to\":\"\\\"D, J\\\" <j@d.example>\"}",
	  "{\"folder\":\"INBOX\",\"page\":1,"
	  "\"to\":[\"\\\"D, J\\\" <j@d.example>\"]}", NULL },
	{ FIELD_LENIENT, "{\"folder\":null,\"format\":\"source\"}",
	  "{\"folder\":\"INBOX\",\"format\":\"source\",\"page\":1}", NULL },
	{ FIELD_STRICT, "{\"one\":{\"name\":\"n\"},\"many\":[{\"name\":\"m\","
	  "\"size\":5}]}", "{\"folder\":\"INBOX\",\"page\":1,\"one\":{\"name\":"
	  "\"n\",\"size\":0},\"many\":[{\"name\":\"m\",\"size\":5}]}", NULL },
	{ FIELD_LOOSE, "{\"unknown\":1,\"page\":null}",
	  "{\"folder\":\"INBOX\",\"page\":1}", NULL },
	{ FIELD_LENIENT, "[]", NULL, "object is expected" },
	{ FIELD_LENIENT, "{\"pages\":1}", NULL, "nearest is \"page\"" },
	{ FIELD_LENIENT, "{\"foldr\":1}", NULL, "nearest is \"folder\"" },
	{ FIELD_LENIENT, "{\"form\":1}", NULL, "nearest is \"format\"" },
	{ FIELD_LENIENT, "{\"uid\":1}", NULL, "nearest is \"uids\"" },
	{ FIELD_LENIENT, "{\"mailbox\":1}", NULL, "known are: folder, " },
	{ FIELD_LENIENT, "{\"t\":1}", NULL, "known are: " },
	/* In one line, and cut between characters. */
	{ FIELD_LENIENT, "{\"x\\ny\":1}", NULL, "\"x y\" is not" },
	{ FIELD_LENIENT, "{\"a" AUML_59 "\xc3\xa4\":1}", NULL,
	  "\"a" AUML_59 "\" is not" },
	{ FIELD_LENIENT, "{\"page_page_page_page_page_page_page_page_page\":"
	  "1}", NULL, "nearest is \"page\"" },
	{ FIELD_LENIENT, "{\"page\":0}", NULL, "page must be" },
	{ FIELD_LENIENT, "{\"page\":51}", NULL, "from 1 to 50" },
	{ FIELD_LENIENT, "{\"page\":1.0}", NULL, "whole number" },
	{ FIELD_LENIENT, "{\"page\":\"1x\"}", NULL, "whole number" },
	{ FIELD_LENIENT, "{\"page\":\"\"}", NULL, "whole number" },
	{ FIELD_LENIENT, "{\"seen\":\"yes\"}", NULL, "true or false" },
	{ FIELD_LENIENT, "{\"format\":\"html\"}", NULL, "text, source" },
	{ FIELD_LENIENT, "{\"folder\":\"\"}", NULL, "no empty text" },
	{ FIELD_LENIENT, "{\"folder\":\"123456789012345678901\"}", NULL,
	  "at most 20" },
	{ FIELD_LENIENT, "{\"folder\":[]}", NULL, "a text" },
	{ FIELD_LENIENT, "{\"to\":[1]}", NULL, "[\"a\"]" },
	{ FIELD_LENIENT, "{\"to\":\"a,b,c,d\"}", NULL, "at most 3" },
	{ FIELD_LENIENT, "{\"uids\":[0]}", NULL, "1 to 4294967295" },
	{ FIELD_LENIENT, "{\"uids\":[4294967296]}", NULL, "4294967295" },
	{ FIELD_LENIENT, "{\"uids\":\"1:*\"}", NULL, "[1, 2]" },
	{ FIELD_LENIENT, "{\"one\":{}}", NULL, "in one: name is missing" },
	{ FIELD_LENIENT, "{\"many\":[{\"name\":\"a\"},{\"name\":\"b\"},"
	  "{\"name\":\"c\"}]}", NULL, "at most 2" },
	{ FIELD_STRICT, "{\"page\":\"7\"}", NULL, "whole number" },
	{ FIELD_STRICT, "{\"page\":null}", NULL, "whole number" },
	{ FIELD_STRICT, "{\"to\":\"a\"}", NULL, "list of texts" },
	{ FIELD_STRICT, "{\"x\":1}", NULL, "not known" },
};

static void
check_row(struct arena *arena, const struct row *row)
{
	const struct fault	*bad;
	const struct json	*json;
	struct json_writer	 writer;
	struct outer		 out = { 0 };
	struct buf		 buf;

	assert_null(json_read(arena, bytes_of(row->given), JSON_KEYS_UNIQUE,
	    &json));
	bad = field_read(arena, outer_rows, json, row->mode, &out);
	if (row->refusal != NULL) {
		assert_non_null(bad);
		assert_int_equal(bad->kind, FAULT_ARGUMENT);
		if (strstr(bad->detail, row->refusal) == NULL)
			fail_msg("%s: %s", row->given, bad->detail);
		return;
	}
	if (bad != NULL)
		fail_msg("%s: %s", row->given, bad->detail);
	buf_start(&buf, arena);
	json_start(&writer, &buf);
	json_open_object(&writer, NULL);
	field_write(&writer, outer_rows, &out);
	json_close_object(&writer);
	assert_string_equal(buf_string(&buf), row->expected);
}

static void
reading_and_writing(void **state)
{
	struct arena	*arena;
	size_t		 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_row(arena, &rows[i]);
	arena_close(arena);
}

struct hollow {
	struct texts	 plain;
	struct texts	 hollow;
};

static const struct field	 hollow_rows[] = {
	{ FIELD(struct hollow, plain) },
	{ FIELD(struct hollow, hollow), .hollow = true },
	{ FIELD_END }
};

/* An empty list is told only where that is something to tell. */
static void
empty_lists(void **state)
{
	const char		*words[] = { "a" };
	const struct {
		struct texts	 list;
		const char	*expected;
	} cases[] = {
		{ { 0 }, "{}" },
		{ { words, 0 }, "{\"hollow\":[]}" },
		{ { words, 1 }, "{\"plain\":[\"a\"],\"hollow\":[\"a\"]}" }
	};
	struct json_writer	 writer;
	struct hollow		 both;
	struct arena		*arena;
	struct buf		 buf;
	size_t			 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		both = (struct hollow){ cases[i].list, cases[i].list };
		buf_start(&buf, arena);
		json_start(&writer, &buf);
		json_open_object(&writer, NULL);
		field_write(&writer, hollow_rows, &both);
		json_close_object(&writer);
		assert_string_equal(buf_string(&buf), cases[i].expected);
	}
	arena_close(arena);
}

static void
forms(void **state)
{
	struct pair		 pairs[] = {
		{ "folder", "Sent" }, { "page", "" }, { "other", "x" },
		{ "to", "a" }, { "to", "b" }, { "seen", "on" }
	};
	const struct fault	*bad;
	struct arena		*arena;
	struct outer		 out = { 0 };

	(void)state;
	arena = arena_open();
	assert_null(field_read_form(arena, outer_rows,
	    (struct pairs){ pairs, 6 }, &out));
	assert_string_equal(out.folder, "Sent");
	assert_int_equal(out.page, 1);
	assert_int_equal(out.to.len, 2);
	assert_true(out.seen);
	pairs[2].name = "folder";
	bad = field_read_form(arena, outer_rows, (struct pairs){ pairs, 6 },
	    &out);
	assert_non_null(bad);
	assert_int_equal(bad->kind, FAULT_REQUEST);
	arena_close(arena);
}

struct two_lists {
	struct texts	 to, cc;
};

/* Lists, the second of which is told as one text. */
static const struct field	 list_rows[] = {
	{ FIELD(struct two_lists, to) },
	{ FIELD(struct two_lists, cc), .bare = true },
	{ FIELD_END }
};

static void
schemas(void **state)
{
	struct json_writer	 writer;
	struct arena		*arena;
	struct buf		 buf;

	(void)state;
	arena = arena_open();
	buf_start(&buf, arena);
	json_start(&writer, &buf);
	field_schema(&writer, NULL, inner_rows, FIELD_SCHEMA_OUTPUT);
	assert_string_equal(buf_string(&buf), "{\"type\":\"object\","
	    "\"properties\":{\"name\":{\"type\":\"string\"},\"size\":"
	    "{\"type\":\"integer\"}},\"required\":[\"name\"]}");
	buf_cut(&buf, 0);
	json_start(&writer, &buf);
	field_schema(&writer, NULL, outer_rows, FIELD_SCHEMA_INPUT);
	assert_non_null(strstr(buf_string(&buf), "\"folder\":{\"type\":"
	    "\"string\",\"default\":\"INBOX\",\"description\":\"Folder\"}"));
	assert_non_null(strstr(buf_string(&buf), "\"page\":{\"type\":"
	    "\"integer\",\"maximum\":50,\"default\":1}"));
	assert_non_null(strstr(buf_string(&buf),
	    "\"enum\":[\"text\",\"source\"]"));
	buf_cut(&buf, 0);
	json_start(&writer, &buf);
	field_schema(&writer, NULL, list_rows, FIELD_SCHEMA_INPUT);
	assert_string_equal(buf_string(&buf), "{\"type\":\"object\","
	    "\"properties\":{\"to\":{\"type\":\"array\",\"items\":"
	    "{\"type\":\"string\"}},\"cc\":{\"type\":\"string\"}}}");
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(reading_and_writing),
	cmocka_unit_test(empty_lists),
	cmocka_unit_test(forms),
	cmocka_unit_test(schemas)
)
