#include "../check.h"

#include "request.h"

#include "oauth/probe.h"

/* A token in a header, and whether it shows that its bearer has the key. */
static const struct {
	const char	*format;
	const char	*key;
	int64_t		 life;
	bool		 good;
} rows[] = {
	{ "Bearer %s", TEST_KEY, 60, true },
	{ "bearer  %s", TEST_KEY, 60, true },
	{ "Bearer %s", TEST_KEY, 0, false },
	{ "Bearer %s", TEST_KEY, -60, false },
	{ "Bearer %s", TEST_OLD_KEY, 60, false },
	{ "Basic %s", TEST_KEY, 60, false },
	{ "Bearer %sA", TEST_KEY, 60, false },
	{ "Bearer %s, Bearer x", TEST_KEY, 60, false },
	{ "%s", TEST_KEY, 60, false },
};

static void
showing(void **state)
{
	const struct authority	*authority;
	const char		*token, *mark;
	struct request		 request;
	struct arena		*arena;
	size_t			 i;

	(void)state;
	arena = arena_open();
	authority = test_authority(arena, TEST_KEY);
	test_request(arena, authority, &request);
	test_authorization = NULL;
	assert_false(probe_is_meant(&request));
	assert_int_equal(probe_read(&request)->kind, FAULT_TOKEN);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_null(probe_seal(arena, test_authority(arena,
		    rows[i].key), rows[i].life, &token));
		mark = strchr(rows[i].format, '%');
		test_authorization = text_format(arena, "%s%s%s",
		    arena_copy(arena, rows[i].format,
		    (size_t)(mark - rows[i].format)), token, mark + 2);
		if ((probe_read(&request) == NULL) != rows[i].good)
			fail_msg("row %zu", i);
	}
	arena_close(arena);
}

/* It opens nothing else, and what opens a mailbox is none. */
static void
other_kinds(void **state)
{
	static const struct token_sort	 download = { TOKEN_DOWNLOAD, NULL };
	const struct authority		*authority;
	const struct access		*access;
	const char			*token;
	struct request			 request;
	struct arena			*arena;

	(void)state;
	arena = arena_open();
	authority = test_authority(arena, TEST_KEY);
	test_request(arena, authority, &request);
	assert_null(probe_seal(arena, authority, 60, &token));
	test_authorization = text_format(arena, "Bearer %s", token);
	assert_non_null(bearer_read(&request, &access));
	assert_true(probe_is_meant(&request));
	assert_int_equal(token_open(arena, authority, &download, token,
	    NULL)->kind, FAULT_TOKEN);
	arena_close(arena);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(showing),
		cmocka_unit_test(other_kinds)
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
