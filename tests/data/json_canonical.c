#include "data/json_canonical.h"

#include "base/arena.h"
#include "base/bytes.h"
#include "data/json.h"

#include "../check.h"

static const struct {
	const char	*given;
	const char	*without;
	const char	*expected;
} rows[] = {
	{ "{}", NULL, "{}" },
	{ " { \"b\" : 1 , \"a\" : [ 1 , {\"d\":2,\"c\":null} ] } ", NULL,
	  "{\"a\":[1,{\"c\":null,\"d\":2}],\"b\":1}" },
	{ "{\"a\":1,\"account\":\"x\",\"b\":{\"account\":\"y\"}}", "account",
	  "{\"a\":1,\"b\":{\"account\":\"y\"}}" },
	{ "{\"a\":5.0}", NULL, "{\"a\":5.0}" },
	{ "{\"a\":\"\\u00e4\\/\\n\"}", NULL, "{\"a\":\"\xc3\xa4/\\n\"}" },
	{ "{\"aa\":1,\"a\":2,\"B\":3}", NULL, "{\"B\":3,\"a\":2,\"aa\":1}" },
	{ "[2,1]", "x", "[2,1]" }
};

static void
writes_the_same_for_the_same(void **state)
{
	const struct json	*json;
	struct arena		*arena = arena_open();
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_null(json_read(arena, bytes_of(rows[i].given),
		    JSON_KEYS_UNIQUE, &json));
		assert_string_equal(json_canonical(arena, json,
		    rows[i].without), rows[i].expected);
	}
	assert_string_equal(json_canonical(arena, NULL, NULL), "{}");
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(writes_the_same_for_the_same))
