#include "../check.h"

#include "base/arena.h"
#include "mail/account.h"
#include "mail/identity.h"

static const char	*aliases[] = {
	"info@example.org", "o'brien@bücher.example", "list+owner@example.org",
	"root@xn--mller-kva.example", "*@any.example", "*@grün.example"
};

static const struct account	 account = {
	.address = "anna@example.org", .aliases = { aliases, 6 }
};

/* An address, the own one it reaches, and whether it is that one. */
static const struct row {
	const char	*address;
	const char	*reaches;
	bool		 owned;
} rows[] = {
	{ "anna@example.org", "anna@example.org", true },
	{ "Anna@Example.ORG", "anna@example.org", true },
	{ "INFO@example.org", "info@example.org", true },
	{ "o'brien@xn--bcher-kva.example", "o'brien@bücher.example", true },
	{ "O'Brien@BÜCHER.example", "o'brien@bücher.example", true },
	{ "root@müller.example", "root@xn--mller-kva.example", true },
	{ "list+owner@example.org", "list+owner@example.org", true },
	{ "anna+shop@example.org", "anna@example.org", false },
	{ "anna+a+b@Example.org", "anna@example.org", false },
	{ "info+@example.org", "info@example.org", false },
	{ "list@example.org", NULL, false },
	{ "list+other@example.org", NULL, false },
	{ "+anna@example.org", NULL, false },
	{ "\"anna+x\"@example.org", NULL, false },
	{ "annas@example.org", NULL, false },
	{ "anna@example.org.test", NULL, false },
	{ "anna@sub.example.org", NULL, false },
	{ "anna@example.org@evil.example", NULL, false },
	{ "anna@bad domain", NULL, false },
	{ "anna", NULL, false },
	{ "@example.org", NULL, false },
	{ "who@any.example", NULL, true },
	{ "Who.Else@ANY.example", NULL, true },
	{ "a+b@any.example", NULL, true },
	{ "who@xn--grn-ioa.example", NULL, true },
	{ "*@any.example", NULL, true },
	{ "@any.example", NULL, false },
	{ "any.example", NULL, false },
	{ "who@sub.any.example", NULL, false },
	{ "who@any.example.org", NULL, false },
	{ "who@any.example@evil.example", NULL, false },
	{ "", NULL, false }
};

static void
own_addresses(void **state)
{
	struct arena	*arena = arena_open();
	const char	*found;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		found = identity_find(arena, &account, rows[i].address);
		if (rows[i].reaches == NULL)
			assert_null(found);
		else
			assert_string_equal(found, rows[i].reaches);
		assert_int_equal(identity_owns(arena, &account,
		    rows[i].address), rows[i].owned);
	}
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(own_addresses))
