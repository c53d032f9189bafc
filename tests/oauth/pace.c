#include "oauth/pace.h"

#include "../check.h"
#include "base/tally.h"
#include "oauth/token.h"
#include "request.h"

static struct request *
begin(struct arena *arena)
{
	struct authority	*authority;
	struct request		*request;

	authority = arena_take(arena, sizeof(*authority));
	*authority = *test_authority(arena, TEST_KEY);
	authority->counts = tally_make(arena);
	request = arena_take(arena, sizeof(*request));
	request->arena = arena;
	request->config = test_config(arena);
	request->process = authority;
	test_variable = (struct pair){ "REMOTE_ADDR", "198.51.100.7" };
	return request;
}

/* Whether a login may be tried, which then ends so; vain: there was no mail
 * server at all. */
static bool
may_try(const struct request *request, const char *username,
    enum fault_kind outcome, bool vain)
{
	const struct fault	*bad = NULL;
	struct pace		 pace;

	if (pace_login(request, "mail.example.org", username, &pace) != NULL)
		return false;
	if (outcome != FAULT_KINDS)
		bad = fault_make(request->arena, outcome, "what became of it");
	pace.vain = vain;
	pace_login_end(request, &pace, bad);
	return true;
}

static const char *
user(const struct request *request, int64_t number)
{
	return text_format(request->arena, "user%lld", (long long)number);
}

struct row {
	enum fault_kind	 outcome;	/* FAULT_KINDS: it went well */
	bool		 vain;
	int64_t		 of_user, of_address;	/* tries; 0: any number */
};

/* What is counted, of one user name and of one address with many. */
static void
what_counts(void **state)
{
	static const struct row	 rows[] = {
		{ FAULT_LOGIN, false, PACE_LOGINS, PACE_ADDRESS_LOGINS },
		{ FAULT_CONNECT, true, PACE_ADDRESS_LOGINS,
		  PACE_ADDRESS_LOGINS },
		{ FAULT_UNAVAILABLE, false, 0, 0 },
		{ FAULT_CONNECT, false, 0, 0 },
		{ FAULT_KINDS, false, 0, 0 }
	};
	enum { MANY = 3 * PACE_ADDRESS_LOGINS };
	struct request		*request;
	struct arena		*arena;
	int64_t			 n;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		arena = arena_open();
		request = begin(arena);
		for (n = 0; n < MANY && may_try(request, "anna",
		    rows[i].outcome, rows[i].vain); n++)
			continue;
		assert_int_equal(n, rows[i].of_user > 0 ? rows[i].of_user :
		    MANY);
		request = begin(arena);
		for (n = 0; n < MANY && may_try(request, user(request, n),
		    rows[i].outcome, rows[i].vain); n++)
			continue;
		assert_int_equal(n, rows[i].of_address > 0 ?
		    rows[i].of_address : MANY);
		/* Who comes from elsewhere has nothing to do with it. */
		test_variable.value = "198.51.100.8";
		assert_true(may_try(request, "zoe", FAULT_KINDS, false));
		arena_close(arena);
	}
	test_variable.name = NULL;
}

CHECK_MAIN(cmocka_unit_test(what_counts))
