#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/fault.h"
#include "data/json.h"
#include "mcp/answer.h"
#include "mcp/call.h"

struct sample {
	const char	*text;
	int64_t		 number;
};

static const struct field	 sample_rows[] = {
	{ FIELD(struct sample, text) },
	{ FIELD(struct sample, number) },
	{ FIELD_END }
};

static const char *
written(struct arena *arena, const struct sample *sample,
    const struct content *content, const struct fault **bad)
{
	struct json_writer	 writer;
	struct buf		 buf;

	buf_start(&buf, arena);
	json_start(&writer, &buf);
	json_open_object(&writer, NULL);
	*bad = answer_write(arena, &writer, sample_rows, sample, content);
	json_close_object(&writer);
	return buf_string(&buf);
}

static void
writes_twice_the_same(void **state)
{
	struct sample		 sample = { "a \"b\"", 7 };
	const struct fault	*bad;
	struct arena		*arena;

	(void)state;
	arena = arena_open();
	assert_string_equal(written(arena, &sample, NULL, &bad),
	    "{\"content\":[{\"type\":\"text\",\"text\":"
	    "\"{\\\"text\\\":\\\"a \\\\\\\"b\\\\\\\"\\\","
	    "\\\"number\\\":7}\"}],\"structuredContent\":"
	    "{\"text\":\"a \\\"b\\\"\",\"number\":7}}");
	assert_null(bad);
	arena_close(arena);
}

static void
leaves_out_what_is_absent(void **state)
{
	struct sample		 sample = { NULL, 0 };
	const struct fault	*bad;
	struct arena		*arena;

	(void)state;
	arena = arena_open();
	assert_string_equal(written(arena, &sample, NULL, &bad),
	    "{\"content\":[{\"type\":\"text\",\"text\":\"{}\"}],"
	    "\"structuredContent\":{}}");
	arena_close(arena);
}

static void
writes_blocks(void **state)
{
	struct sample		 sample = { "x", 0 };
	struct content		 image = { NULL, "image", NULL, NULL,
				    "image/png", NULL, "AAAA" };
	struct content		 resource = { &image, "resource", "mail:x",
				    NULL, "text/plain", "hello", NULL };
	const struct fault	*bad;
	struct arena		*arena;

	(void)state;
	arena = arena_open();
	assert_string_equal(written(arena, &sample, &resource, &bad),
	    "{\"content\":[{\"type\":\"text\",\"text\":"
	    "\"{\\\"text\\\":\\\"x\\\"}\"},"
	    "{\"type\":\"resource\",\"resource\":{\"uri\":\"mail:x\","
	    "\"mimeType\":\"text/plain\",\"text\":\"hello\"}},"
	    "{\"type\":\"image\",\"mimeType\":\"image/png\","
	    "\"data\":\"AAAA\"}],\"structuredContent\":{\"text\":\"x\"}}");
	arena_close(arena);
}

/* The limit is in characters, the envelope {"text":"…"} included. */
static void
refuses_what_is_too_long(void **state)
{
	static const struct {
		const char	*letter;
		size_t		 count;
		bool		 fits;
	} cases[] = {
		{ "a", ANSWER_CHARS_MOST - 11, true },
		{ "a", ANSWER_CHARS_MOST - 10, false },
		{ "\xc3\xbc", ANSWER_CHARS_MOST - 11, true },
		{ "\xc3\xbc", ANSWER_CHARS_MOST - 10, false }
	};
	const struct fault	*bad;
	struct sample		 sample = { NULL, 0 };
	struct arena		*arena;
	struct buf		 text;
	size_t			 i, n;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		arena = arena_open();
		buf_start(&text, arena);
		for (n = 0; n < cases[i].count; n++)
			buf_text(&text, cases[i].letter);
		sample.text = buf_string(&text);
		(void)written(arena, &sample, NULL, &bad);
		assert_int_equal(bad == NULL, cases[i].fits);
		if (bad != NULL)
			assert_int_equal(bad->kind, FAULT_LIMIT);
		arena_close(arena);
	}
}

static void
refusal_tells_the_model(void **state)
{
	struct json_writer	 writer;
	const struct fault	*fault;
	struct arena		*arena;
	struct buf		 buf;

	(void)state;
	arena = arena_open();
	buf_start(&buf, arena);
	json_start(&writer, &buf);
	json_open_object(&writer, NULL);
	fault = fault_hint(arena, fault_make(arena, FAULT_CONNECT,
	    "nobody answers"), "Wait.");
	answer_refuse(arena, &writer, fault);
	json_close_object(&writer);
	assert_string_equal(buf_string(&buf),
	    "{\"content\":[{\"type\":\"text\",\"text\":"
	    "\"nobody answers. Wait.\"}],\"structuredContent\":{\"error\":"
	    "{\"code\":\"connection_failed\",\"message\":\"nobody answers\","
	    "\"hint\":\"Wait.\",\"retryable\":true}},\"isError\":true}");
	arena_close(arena);
}

/* Whatever the model may read has advice with it. */
static void
every_refusal_has_a_hint(void **state)
{
	struct json_writer	 writer;
	struct fault		 fault = { .detail = "x" };
	struct arena		*arena;
	struct buf		 buf;
	int			 kind;

	(void)state;
	for (kind = 0; kind < FAULT_KINDS; kind++) {
		if (!fault_voice((enum fault_kind)kind)->model)
			continue;
		arena = arena_open();
		buf_start(&buf, arena);
		json_start(&writer, &buf);
		json_open_object(&writer, NULL);
		fault.kind = (enum fault_kind)kind;
		answer_refuse(arena, &writer, &fault);
		json_close_object(&writer);
		assert_non_null(text_find_case(buf_string(&buf),
		    "\"hint\":\""));
		arena_close(arena);
	}
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(writes_twice_the_same),
		cmocka_unit_test(leaves_out_what_is_absent),
		cmocka_unit_test(writes_blocks),
		cmocka_unit_test(refuses_what_is_too_long),
		cmocka_unit_test(refusal_tells_the_model),
		cmocka_unit_test(every_refusal_has_a_hint)
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
