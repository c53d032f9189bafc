#include "data/json.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/text.h"

#include "../check.h"

enum { FILE_BYTES = 1024 * 1024 };

/*
 * Where we differ from the corpus, on purpose: texts are C strings, so one
 * with NUL is refused; and what is nested deeper than JSON_DEPTH is.
 */
static const char *const	 differences[] = {
	"y_object_escaped_null_in_key.json",
	"y_string_null_escape.json",
	NULL
};

static void
read_refusals(void **state)
{
	static const char *const	 rows[] = {
		"", " ", "{", "}", "[1,]", "{\"a\":1,}", "{\"a\"}", "{a:1}",
		"01", "1.", ".5", "+1", "1e", "0x10", "NaN", "Infinity",
		"-", "tru", "nulll", "'a'", "\"a", "\"\t\"", "\"\\x\"",
		"\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u0000\"",
		"\"\xff\"", "\"\xc0\xaf\"", "\"\xed\xa0\x80\"", "1 2",
		"[] x", "/**/1", ("\xef\xbb\xbf" "1"),
	};
	const struct json	*json;
	struct arena		*arena;
	size_t			 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_non_null(json_read(arena, bytes_of(rows[i]),
		    JSON_KEYS_LAST, &json));
	arena_close(arena);
}

static void
depth_is_limited(void **state)
{
	const struct json	*json;
	struct arena		*arena;
	struct buf		 buf;
	int			 depth, i;

	(void)state;
	arena = arena_open();
	for (depth = JSON_DEPTH; depth <= JSON_DEPTH + 1; depth++) {
		buf_start(&buf, arena);
		for (i = 0; i < depth; i++)
			buf_byte(&buf, '[');
		for (i = 0; i < depth; i++)
			buf_byte(&buf, ']');
		assert_int_equal(json_read(arena, buf_view(&buf),
		    JSON_KEYS_LAST, &json) == NULL, depth == JSON_DEPTH);
	}
	buf_start(&buf, arena);
	for (i = 0; i < 1000000; i++)
		buf_byte(&buf, '[');
	assert_non_null(json_read(arena, buf_view(&buf), JSON_KEYS_LAST,
	    &json));
	arena_close(arena);
}

/* So that no short text makes a tree that memory can't hold. */
static void
values_are_limited(void **state)
{
	const struct fault	*bad;
	const struct json	*json;
	struct arena		*arena;
	struct buf		 buf;
	int			 values, i;

	(void)state;
	arena = arena_open();
	for (values = JSON_VALUES_MOST; values <= JSON_VALUES_MOST + 1;
	    values++) {
		buf_start(&buf, arena);
		buf_text(&buf, "[1");
		/* The list is a value, too. */
		for (i = 2; i < values; i++)
			buf_text(&buf, ",1");
		buf_byte(&buf, ']');
		bad = json_read(arena, buf_view(&buf), JSON_KEYS_UNIQUE,
		    &json);
		assert_int_equal(bad == NULL, values == JSON_VALUES_MOST);
	}
	assert_non_null(strstr(bad->detail, "too many values"));
	arena_close(arena);
}

static void
names_may_have_to_be_unique(void **state)
{
	static const char *const	 rows[] = {
		"{\"a\":1,\"a\":1}", "{\"b\":{\"a\":1,\"\\u0061\":2}}",
		"[{\"a\":1,\"b\":2,\"a\":null}]",
	};
	const struct json		*json;
	struct arena			*arena;
	size_t				 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_null(json_read(arena, bytes_of(rows[i]),
		    JSON_KEYS_LAST, &json));
		assert_non_null(json_read(arena, bytes_of(rows[i]),
		    JSON_KEYS_UNIQUE, &json));
	}
	assert_null(json_read(arena, bytes_of("[{\"a\":1},{\"a\":1}]"),
	    JSON_KEYS_UNIQUE, &json));
	arena_close(arena);
}

static void
values(void **state)
{
	static const char	 text[] = "{\"n\":-5,"
	    "\"big\":9223372036854775808,"
	    "\"half\":1.0,\"t\":\"\\u00e4\\ud83d\\ude00/\",\"b\":true,"
	    "\"z\":null,\"a\":[1,\"x\"],\"o\":{}}";
	const struct json	*json;
	struct arena		*arena;
	int64_t			 number;

	(void)state;
	arena = arena_open();
	assert_null(json_read(arena, bytes_of(text), JSON_KEYS_UNIQUE, &json));
	assert_int_equal(json_count(json), 8);
	assert_string_equal(json_name(json, 1), "big");
	assert_null(json_name(json, 8));
	assert_true(json_integer(json_member(json, "n"), &number));
	assert_int_equal(number, -5);
	assert_false(json_integer(json_member(json, "big"), &number));
	assert_false(json_integer(json_member(json, "half"), &number));
	assert_string_equal(json_text(json_member(json, "t")),
	    "\xc3\xa4\xf0\x9f\x98\x80/");
	assert_true(json_true(json_member(json, "b")));
	assert_int_equal(json_kind(json_member(json, "z")), JSON_NULL);
	assert_null(json_member(json, "absent"));
	assert_string_equal(json_text(json_element(json_member(json, "a"), 1)),
	    "x");
	assert_null(json_element(json_member(json, "a"), 2));
	assert_string_equal(json_print(arena, json_member(json, "a")),
	    "[1,\"x\"]");
	assert_string_equal(json_print(arena, json_member(json, "z")), "null");
	assert_null(json_read(arena, bytes_of("null"), JSON_KEYS_UNIQUE,
	    &json));
	assert_int_equal(json_kind(json), JSON_NULL);
	assert_null(json_read(arena, bytes_of("17"), JSON_KEYS_UNIQUE, &json));
	assert_true(json_integer(json, &number));
	assert_int_equal(number, 17);
	arena_close(arena);
}

static void
writing(void **state)
{
	struct json_writer	 writer;
	struct arena		*arena;
	struct buf		 buf;

	(void)state;
	arena = arena_open();
	buf_start(&buf, arena);
	json_start(&writer, &buf);
	json_open_object(&writer, NULL);
	json_put_text(&writer, "t", "a\"\\\n\x01\x7f\xff\xe2\x80\xa8");
	json_put_text(&writer, "none", NULL);
	json_open_array(&writer, "a");
	json_put_number(&writer, NULL, INT64_MIN);
	json_put_bool(&writer, NULL, false);
	json_open_object(&writer, NULL);
	json_close_object(&writer);
	json_close_array(&writer);
	json_put_null(&writer, "z");
	json_put_raw(&writer, "r", bytes_of("[1]"));
	json_close_object(&writer);
	assert_string_equal(buf_string(&buf), "{\"t\":\"a\\\"\\\\\\n\\u0001"
	    "\\u007f\xef\xbf\xbd\\u2028\",\"a\":[-9223372036854775808,false,"
	    "{}],\"z\":null,\"r\":[1]}");
	arena_close(arena);
}

static struct bytes
read_file(struct arena *arena, const char *path)
{
	FILE	*file;
	char	*at;
	size_t	 len;

	assert_non_null(file = fopen(path, "rb"));
	at = arena_take(arena, FILE_BYTES);
	len = fread(at, 1, FILE_BYTES, file);
	fclose(file);
	return bytes_from(at, len);
}

static bool
is_difference(const char *name)
{
	size_t	 i;

	for (i = 0; differences[i] != NULL; i++)
		if (text_equal(differences[i], name))
			return true;
	return false;
}

/* JSONTestSuite: n_ must be refused, y_ accepted, i_ either. */
static void
corpus(void **state)
{
	const struct json	*json;
	const char		*folder;
	struct arena		*arena;
	struct dirent		*entry;
	DIR			*open;
	bool			 good;
	int			 count;

	(void)state;
	arena = arena_open();
	folder = getenv("POSTERN_CORPORA");
	folder = text_format(arena, "%s/json/JSONTestSuite",
	    folder != NULL ? folder : "../shared/corpora");
	if ((open = opendir(folder)) == NULL) {
		print_message("# SKIP no corpora\n");
		arena_close(arena);
		skip();
	}
	for (count = 0; (entry = readdir(open)) != NULL;) {
		if (!text_ends_case(entry->d_name, ".json"))
			continue;
		good = json_read(arena, read_file(arena, text_format(arena,
		    "%s/%s", folder, entry->d_name)), JSON_KEYS_LAST,
		    &json) == NULL;
		if (is_difference(entry->d_name))
			good = !good;
		if (entry->d_name[0] == 'i' || good ==
		    (entry->d_name[0] == 'y'))
			count++;
		else
			fail_msg("%s was %s", entry->d_name,
			    good ? "accepted" : "refused");
	}
	closedir(open);
	assert_true(count > 150);
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(read_refusals),
	cmocka_unit_test(depth_is_limited),
	cmocka_unit_test(values_are_limited),
	cmocka_unit_test(names_may_have_to_be_unique),
	cmocka_unit_test(values),
	cmocka_unit_test(writing),
	cmocka_unit_test(corpus)
)
