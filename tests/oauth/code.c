#include "../check.h"

#include <time.h>

#include "request.h"

#include "mail/account.h"
#include "oauth/client.h"
#include "oauth/code.h"
#include "oauth/scope.h"

enum { DAY = 86400, ACCOUNTS = 5, ACCESS_CHARS = 4096, CODE_CHARS = 3000 };

static const struct mail_server	 imap = {
	.host = "imap.mail.example.org", .port = 993
};
static const struct mail_server	 smtp = {
	.host = "smtp.mail.example.org", .port = 465
};

static const struct card_place	 card = {
	.grant = "AAAAAAAAAAAAAAAAAAAAAA", .uidvalidity = 1790000000,
	.uid = 12345, .folder = "INBOX.Connected Agents"
};

static const struct ledger_place	 ledger = {
	.uidvalidity = 1790000001, .folder = "INBOX.Connected Agents.Ledger"
};

/* Password accounts as people have them, all scopes granted. */
static struct objects
make_accounts(struct arena *arena, size_t count)
{
	struct account	*accounts;
	size_t		 i;

	accounts = arena_array(arena, count, sizeof(*accounts));
	for (i = 0; i < count; i++) {
		accounts[i].address = text_format(arena,
		    "firstname.lastname%zu@department.example.org", i);
		accounts[i].label = "Department";
		texts_add(arena, &accounts[i].aliases,
		    "firstname@example.org");
		accounts[i].ask_first = account_ask_usual(arena);
		accounts[i].username = accounts[i].address;
		accounts[i].password = "abcd-efgh-ijkl-mnop";
		accounts[i].name = "Firstname Lastname";
		accounts[i].scopes = scope_all(arena);
		accounts[i].imap.at = &imap;
		accounts[i].smtp.at = &smtp;
		accounts[i].card.at = &card;
	}
	return (struct objects){ accounts, count };
}

static struct code_claims
make_claims(struct arena *arena, size_t accounts)
{
	struct code_claims	 claims = { .refresh = true };

	claims.client = client_hash(arena, "client");
	claims.redirect = client_hash(arena, "https://a.example/cb");
	claims.challenge = client_hash(arena, "verifier");
	claims.scopes = scope_all(arena);
	claims.accounts = make_accounts(arena, accounts);
	claims.ledger.at = &ledger;
	return claims;
}

/* When a grant is asked to end, from now, and when it does. */
static const struct {
	int64_t	 asked;
	int64_t	 given;
} ends[] = {
	{ 0, 180 * DAY }, { DAY, DAY }, { 30 * DAY, 30 * DAY },
	{ 180 * DAY, 180 * DAY }, { 181 * DAY, 180 * DAY },
	{ INT32_MAX, 180 * DAY },
};

static void
sealing(void **state)
{
	const struct authority	*authority;
	const struct account	*account;
	struct code_claims	 claims, opened;
	struct arena		*arena;
	const char		*code, *grant = "";
	int64_t			 now;
	size_t			 i;

	(void)state;
	arena = arena_open();
	authority = test_authority(arena, TEST_KEY);
	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		claims = make_claims(arena, 1);
		now = time(NULL);
		claims.ends = ends[i].asked == 0 ? 0 : now + ends[i].asked;
		assert_null(code_seal(arena, authority, &claims, &code));
		assert_null(code_open(arena, authority, code, &opened));
		assert_in_range(opened.ends, now + ends[i].given,
		    now + ends[i].given + 5);
		assert_in_range(opened.base.expires, now + CODE_SECONDS,
		    now + CODE_SECONDS + 5);
		assert_string_equal(opened.redirect, claims.redirect);
		assert_string_not_equal(opened.grant, grant);
		grant = opened.grant;
		account = opened.accounts.at;
		assert_string_equal(account->password, "abcd-efgh-ijkl-mnop");
		assert_int_equal(account->scopes.len, 5);
	}
	arena_close(arena);
}

/* Five mailboxes fit into a code and into an access token; no number is too
 * many to be refused. */
static void
sizes(void **state)
{
	const struct authority	*authority;
	const struct fault	*bad;
	struct code_claims	 claims;
	struct access		 access = { .audience = TEST_BASE "/mcp" };
	struct arena		*arena;
	const char		*token;

	(void)state;
	arena = arena_open();
	authority = test_authority(arena, TEST_KEY);
	claims = make_claims(arena, ACCOUNTS);
	assert_null(code_seal(arena, authority, &claims, &token));
	print_message("# a code with %d mailboxes: %zu characters\n",
	    ACCOUNTS, strlen(token));
	assert_true(strlen(token) <= CODE_CHARS);
	access.client = claims.client;
	access.grant = claims.grant;
	access.scopes = claims.scopes;
	access.accounts = claims.accounts;
	access.base.expires = claims.ends;
	access.base.route = "12345678";
	assert_null(token_seal(arena, authority, &access_sort, &access,
	    &token));
	assert_true(strlen(token) <= ACCESS_CHARS);
	claims = make_claims(arena, 20);
	bad = code_seal(arena, authority, &claims, &token);
	assert_non_null(bad);
	assert_int_equal(bad->kind, FAULT_LIMIT);
	arena_close(arena);
}

static void
refusals(void **state)
{
	static const char *const	 codes[] = { "", "x", "a.b.c.d.e" };
	const struct authority		*authority, *other;
	const struct fault		*bad;
	struct code_claims		 claims;
	struct arena			*arena;
	const char			*code;
	size_t				 i;

	(void)state;
	arena = arena_open();
	authority = test_authority(arena, TEST_KEY);
	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		bad = code_open(arena, authority, codes[i], &claims);
		assert_non_null(bad);
		assert_int_equal(bad->kind, FAULT_GRANT);
	}
	other = test_authority(arena, TEST_OLD_KEY);
	claims = make_claims(arena, 1);
	assert_null(code_seal(arena, other, &claims, &code));
	assert_non_null(code_open(arena, authority, code, &claims));
	claims = make_claims(arena, 1);
	claims.challenge = "short";
	assert_null(code_seal(arena, authority, &claims, &code));
	assert_non_null(code_open(arena, authority, code, &claims));
	claims = make_claims(arena, 0);
	assert_null(code_seal(arena, authority, &claims, &code));
	assert_non_null(code_open(arena, authority, code, &claims));
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(sealing),
	cmocka_unit_test(sizes),
	cmocka_unit_test(refusals)
)
