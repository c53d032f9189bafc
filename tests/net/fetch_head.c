#include "../check.h"

#include "base/arena.h"
#include "base/text.h"
#include "net/fetch_head.h"

/* A line, and its value if it is that header; NULL: it is not. */
static const struct {
	const char	*line;
	const char	*name;
	const char	*value;
} rows[] = {
	{ "Server: nginx", "Server", "nginx" },
	{ "server:nginx", "Server", "nginx" },
	{ "SERVER: \t nginx \r\n", "server", "nginx" },
	{ "Server:", "Server", "" },
	{ "Location: https://a:1/", "Location", "https://a:1/" },
	{ "Server nginx", "Server", NULL },
	{ "Servers: nginx", "Server", NULL },
	{ "Serve: nginx", "Server", NULL },
	{ " Server: nginx", "Server", NULL },
	{ "HTTP/1.1 200 OK", "HTTP/1.1 200 OK:", NULL },
	{ "", "Server", NULL },
};

static void
lines(void **state)
{
	struct arena	*arena = arena_open();
	const char	*value;
	bool		 is;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		is = fetch_head_is(arena, bytes_of(rows[i].line),
		    rows[i].name, &value);
		if (is != (rows[i].value != NULL))
			fail_msg("row %zu", i);
		if (is)
			assert_string_equal(value, rows[i].value);
	}
	arena_close(arena);
}

static void
finding(void **state)
{
	struct arena	*arena = arena_open();
	struct fetched	 answer = { .status = 200 };

	(void)state;
	assert_null(fetch_head_find(arena, &answer, "Date"));
	texts_add(arena, &answer.head, "HTTP/1.1 200 OK");
	texts_add(arena, &answer.head, "Date: first");
	texts_add(arena, &answer.head, "date: second");
	assert_string_equal(fetch_head_find(arena, &answer, "DATE"),
	    "first");
	assert_null(fetch_head_find(arena, &answer, "Dat"));
	arena_close(arena);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(lines),
		cmocka_unit_test(finding)
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
