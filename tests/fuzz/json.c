#include "fuzz.h"

#include "base/arena.h"
#include "base/fault.h"
#include "data/field.h"
#include "data/field_schema.h"
#include "data/json.h"
#include "data/json_canonical.h"
#include "data/json_check.h"

struct inner {
	const char	*name;
	int64_t		 size;
};

/* One member of every type. */
struct outer {
	const char	*folder;
	const char	*format;
	const char	*other;
	int64_t		 page;
	bool		 seen;
	struct texts	 to;
	struct texts	 scopes;
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
	  .least = 1 },
	{ FIELD(struct outer, format), .words = formats },
	{ FIELD(struct outer, other), .like = "folder" },
	{ FIELD(struct outer, page), .least = 1, .most = 50, .otherwise = 1 },
	{ FIELD(struct outer, seen) },
	{ FIELD(struct outer, to), .most = 3 },
	{ FIELD(struct outer, scopes), .words = formats, .packed = true,
	  .otherwise = 3 },
	{ FIELD(struct outer, uids) },
	{ FIELD(struct outer, one), .rows = inner_rows,
	  .size = sizeof(struct inner) },
	{ FIELD(struct outer, many), .rows = inner_rows,
	  .size = sizeof(struct inner), .most = 2 },
	{ FIELD_END }
};

static struct bytes
write_outer(struct arena *arena, const struct outer *outer)
{
	struct json_writer	 writer;
	struct buf		 buf;

	buf_start(&buf, arena);
	json_start(&writer, &buf);
	json_open_object(&writer, NULL);
	field_write(&writer, outer_rows, outer);
	json_close_object(&writer);
	return buf_view(&buf);
}

/* What was understood, in whatever way, is written so that the strictest way
 * understands it alike. */
static void
check_fields(struct arena *arena, const struct json *json,
    enum field_mode mode)
{
	struct outer		 outer = { 0 }, again = { 0 };
	const struct fault	*bad;
	const struct json	*strict;
	struct bytes		 text;

	if ((bad = field_read(arena, outer_rows, json, mode, &outer)) !=
	    NULL) {
		fuzz_is_text(bad->detail);
		fuzz_is_text(bad->hint);
		return;
	}
	text = write_outer(arena, &outer);
	assert(json_read(arena, text, JSON_KEYS_UNIQUE, &strict) == NULL);
	assert(field_read(arena, outer_rows, strict, FIELD_STRICT, &again) ==
	    NULL);
	assert(bytes_equal(text, write_outer(arena, &again)));
}

/* Written and read again it is the same. */
static void
check_print(struct arena *arena, const struct json *json)
{
	const struct json	*again;
	const char		*text, *canonical;

	text = json_print(arena, json);
	fuzz_is_text(text);
	assert(json_read(arena, bytes_of(text), JSON_KEYS_LAST, &again) ==
	    NULL && json_kind(again) == json_kind(json));
	assert(text_equal(text, json_print(arena, again)));
	canonical = json_canonical(arena, json, NULL);
	assert(json_read(arena, bytes_of(canonical), JSON_KEYS_LAST,
	    &again) == NULL);
	assert(text_equal(canonical, json_canonical(arena, again, NULL)));
}

static void
check_schema(struct arena *arena)
{
	struct json_writer	 writer;
	const struct json	*json;
	struct buf		 buf;

	buf_start(&buf, arena);
	json_start(&writer, &buf);
	json_open_object(&writer, NULL);
	field_schema(&writer, "in", outer_rows, FIELD_SCHEMA_INPUT);
	field_schema(&writer, "out", outer_rows, FIELD_SCHEMA_OUTPUT);
	json_close_object(&writer);
	assert(json_read(arena, buf_view(&buf), JSON_KEYS_UNIQUE, &json) ==
	    NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	const struct json	*json, *unique;
	struct arena		*arena;
	struct bytes		 text = bytes_from(at, len);
	size_t			 members;
	bool			 well;

	arena = arena_open();
	well = json_check(arena, text, &members) == NULL;
	assert(well == (json_read(arena, text, JSON_KEYS_LAST, &json) ==
	    NULL));
	if (well) {
		check_print(arena, json);
		check_fields(arena, json, FIELD_LENIENT);
		check_fields(arena, json, FIELD_STRICT);
		check_fields(arena, json, FIELD_LOOSE);
	}
	assert(well || json_read(arena, text, JSON_KEYS_UNIQUE, &unique) !=
	    NULL);
	if (len == 0)
		check_schema(arena);
	arena_close(arena);
	return 0;
}
