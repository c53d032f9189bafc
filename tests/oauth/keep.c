#include "../check.h"

#include "request.h"

#include "mail/account.h"
#include "oauth/keep.h"

static const struct card_place	 place = {
	.grant = "AAAAAAAAAAAAAAAAAAAAAA", .uidvalidity = 1, .uid = 1
};

/* How long an access token lives, by which of the mailboxes have a card and
 * what ACCESS_TOKEN_TTL says. */
static const struct {
	bool	 first;
	bool	 second;
	int64_t	 ttl;
	int64_t	 seconds;
} cases[] = {
	{ true, true, 0, KEEP_ACCESS_CARD },
	{ true, false, 0, KEEP_ACCESS_STATELESS },
	{ false, true, 0, KEEP_ACCESS_STATELESS },
	{ false, false, 0, KEEP_ACCESS_STATELESS },
	{ true, true, 60, 60 },
	{ false, false, 86400, 86400 }
};

static void
lives(void **state)
{
	struct account	 accounts[2];
	struct config	 config;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		accounts[0] = accounts[1] = (struct account){
		    .username = "anna" };
		accounts[0].card.at = cases[i].first ? &place : NULL;
		accounts[1].card.at = cases[i].second ? &place : NULL;
		config = (struct config){ .access_ttl = cases[i].ttl };
		assert_int_equal(keep_access_seconds(&config,
		    (struct objects){ accounts, 2 }), cases[i].seconds);
	}
}

/* Where nothing is kept, nothing is asked. */
static void
nothing_to_revoke(void **state)
{
	const struct account	 account = { .username = "anna" };
	struct arena		*arena = arena_open();
	struct request		 request = { .arena = arena };

	(void)state;
	assert_null(keep_revoke(&request, (struct objects){ &account, 1 }));
	assert_null(keep_revoke(&request, (struct objects){ NULL, 0 }));
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(lives),
	cmocka_unit_test(nothing_to_revoke)
)
