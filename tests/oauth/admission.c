#include "../check.h"

#include "request.h"

#include "oauth/admission.h"

static const struct {
	int64_t		 required;
	const char	*allowed;	/* between blanks */
	const char	*user;		/* REMOTE_USER, or NULL */
	bool		 good;
} rows[] = {
	{ 0, "", NULL, true },
	{ 0, "", "anna", true },
	{ 1, "", "anna", true },
	{ 1, "", NULL, false },
	{ 1, "", "", false },
	{ 0, "anna berta", "anna", true },
	{ 0, "anna berta", "berta", true },
	{ 1, "anna berta", "berta", true },
	{ 0, "anna berta", "carla", false },
	{ 0, "anna berta", "Anna", false },
	{ 0, "anna berta", "ann", false },
	{ 0, "anna berta", "anna berta", false },
	{ 0, "anna berta", "", false },
	{ 0, "anna berta", NULL, false }
};

static void
who_is_let_in(void **state)
{
	const struct fault	*bad;
	struct arena		*arena = arena_open();
	struct config		 config = { 0 };
	struct request		 request = {
		.arena = arena, .config = &config
	};
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		config.remote_user = rows[i].required;
		config.remote_users = text_split(arena, rows[i].allowed, " ");
		test_variable = (struct pair){ rows[i].user == NULL ? NULL :
		    "REMOTE_USER", rows[i].user };
		/* A header of that name is the visitor's own. */
		test_headers[0] = (struct pair){ "Remote-User", "anna" };
		bad = admission_check(&request);
		assert_int_equal(bad == NULL, rows[i].good);
		if (bad != NULL)
			assert_int_equal(bad->kind, FAULT_PERMISSION);
	}
	arena_close(arena);
}

static void
address_of_who_is_let_in(void **state)
{
	struct arena	*arena = arena_open();
	struct config	 config = { 0 };
	struct request	 request = { .arena = arena, .config = &config };

	(void)state;
	test_variable = (struct pair){ "REMOTE_USER", "anna@example.org" };
	assert_null(admission_address(&request));
	config.remote_user = 1;
	assert_string_equal(admission_address(&request), "anna@example.org");
	config.remote_user = 0;
	config.remote_users = text_split(arena, "anna@example.org", " ");
	assert_string_equal(admission_address(&request), "anna@example.org");
	test_variable.value = "anna";
	assert_null(admission_address(&request));
	test_variable.name = NULL;
	test_headers[0] = (struct pair){ "Remote-User", "anna@example.org" };
	assert_null(admission_address(&request));
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(who_is_let_in),
    cmocka_unit_test(address_of_who_is_let_in))
