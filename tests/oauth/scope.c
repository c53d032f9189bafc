#include "../check.h"

#include "base/arena.h"
#include "mail/account.h"
#include "oauth/scope.h"

/* What is asked, and what of it is known in our order. */
static const struct {
	const char	*asked;
	const char	*known;
} rows[] = {
	{ "mail:read", "mail:read" },
	{ "mail:send mail:read", "mail:read mail:send" },
	{ " mail:send  mail:send ", "mail:send" },
	{ "mail:folders mail:read mail:search mail:modify mail:send",
	  "mail:folders mail:read mail:search mail:modify mail:send" },
	{ "openid email mail:search offline_access", "mail:search" },
	{ "openid", "" }, { "", "" }, { NULL, "" }, { "MAIL:READ", "" },
	{ "mail:readx", "" }, { "mail:", "" }, { "mail:read,mail:send", "" },
	{ "mail:read\tmail:send", "" }, { "mail:read\r\n", "" },
};

static void
reading(void **state)
{
	struct arena	*arena;
	size_t		 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(scope_write(arena, scope_read(arena,
		    rows[i].asked)), rows[i].known);
	assert_string_equal(scope_write(arena, scope_all(arena)),
	    rows[3].known);
	for (i = 0; account_scopes[i] != NULL; i++)
		assert_string_equal(account_scopes[i], scopes[i].name);
	assert_null(scopes[i].name);
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(reading))
