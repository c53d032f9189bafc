#include "mail/sasl.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "base/text.h"
#include "crypt/digest.h"
#include "data/base64.h"
#include "mail/scram.h"

#include "../check.h"

enum { WORDS_MOST = 8 };

static struct sasl *
start(struct arena *arena, const char *offered,
    struct sasl_credentials credentials)
{
	struct sasl	*sasl;

	if (sasl_start(arena, &credentials, text_split(arena, offered, " "),
	    &sasl) != NULL)
		return NULL;
	return sasl;
}

/* The answer as text, with a dot for each NUL and a bar for each SOH. */
static const char *
step(struct arena *arena, struct sasl *sasl, const char *challenge)
{
	struct bytes	 response;
	char		*text;
	size_t		 i;

	if (sasl_step(sasl, bytes_of(challenge), &response) != NULL)
		return NULL;
	text = arena_copy(arena, response.len > 0 ?
	    (const char *)response.at : "", response.len);
	for (i = 0; i < response.len; i++)
		if (text[i] == '\0')
			text[i] = '.';
		else if (text[i] == '\001')
			text[i] = '|';
	return text;
}

static void
the_best_is_chosen(void **state)
{
	static const char	 all[] = "DIGEST-MD5 CRAM-MD5 login PLAIN "
				    "SCRAM-SHA-1 SCRAM-SHA-256 XOAUTH2 "
				    "OAUTHBEARER NTLM SCRAM-SHA-256-PLUS";
	static const struct {
		const char	*offered;
		bool		 bearer, encrypted;
		const char	*expected;	/* NULL: refused */
	} rows[] = {
		{ all, false, true, "PLAIN" },
		{ all, false, false, "SCRAM-SHA-256" },
		{ all, true, true, "OAUTHBEARER" },
		{ "PLAIN XOAUTH2", true, true, "XOAUTH2" },
		{ "LOGIN SCRAM-SHA-1", false, true, "SCRAM-SHA-1" },
		{ "PLAIN CRAM-MD5", false, false, "CRAM-MD5" },
		{ "LOGIN PLAIN", false, false, "PLAIN" },
		{ "plain", false, true, "PLAIN" },
		{ "XOAUTH2 OAUTHBEARER", false, true, NULL },
		{ "PLAIN LOGIN", true, true, NULL },
		{ "DIGEST-MD5 NTLM GSSAPI", false, true, NULL },
		{ "PLAINER", false, true, NULL },
		{ "", false, true, NULL }
	};
	struct sasl_credentials	 credentials;
	struct arena		*arena;
	struct sasl		*sasl;
	size_t			 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		credentials = (struct sasl_credentials){
			.username = "u", .password = "p", .host = "h",
			.bearer = rows[i].bearer ? "t" : NULL,
			.encrypted = rows[i].encrypted
		};
		sasl = start(arena, rows[i].offered, credentials);
		assert_int_equal(sasl == NULL, rows[i].expected == NULL);
		if (sasl != NULL)
			assert_string_equal(sasl_mechanism(sasl),
			    rows[i].expected);
	}
	arena_close(arena);
}

/* What is offered is named, but not what else stands there. */
static void
a_refusal_names_the_offer(void **state)
{
	struct sasl_credentials	 credentials = { .username = "u",
				    .password = "p" };
	const struct fault	*bad;
	struct arena		*arena;
	struct sasl		*sasl;

	(void)state;
	arena = arena_open();
	bad = sasl_start(arena, &credentials, text_split(arena,
	    "GSSAPI <b>\x1b[1m", " "), &sasl);
	assert_int_equal(bad->kind, FAULT_UNSUPPORTED);
	assert_non_null(strstr(bad->detail, "GSSAPI b1m"));
	credentials.username = "u\r\nx";
	bad = sasl_start(arena, &credentials, text_split(arena, "PLAIN", " "),
	    &sasl);
	assert_int_equal(bad->kind, FAULT_LOGIN);
	credentials = (struct sasl_credentials){ .username = "u",
	    .host = "h", .bearer = "t\001auth=x" };
	bad = sasl_start(arena, &credentials, text_split(arena, "XOAUTH2",
	    " "), &sasl);
	assert_int_equal(bad->kind, FAULT_LOGIN);
	arena_close(arena);
}

/* Challenges and answers in turn; NULL is a refusal. */
struct exchange {
	const char	*mechanism;
	const char	*username, *password, *bearer;
	bool		 speaks_first;
	const char	*words[WORDS_MOST];	/* challenge, answer, ... */
	bool		 done;
};

static const struct exchange	 exchanges[] = {
	/* RFC 4616 4 */
	{ "PLAIN", "tim", "tanstaaftanstaaf", NULL, true,
	    { "", ".tim.tanstaaftanstaaf" }, true },
	{ "PLAIN", "t\xc3\xaem", "p\xc3\xa4 s", NULL, true,
	    { "", ".t\xc3\xaem.p\xc3\xa4 s" }, true },
	{ "PLAIN", "tim", "p", NULL, true, { "what?", NULL }, false },
	{ "PLAIN", "tim", "p", NULL, true, { "", ".tim.p", "", NULL },
	    false },
	{ "LOGIN", "tim", "pass", NULL, false,
	    { "Username:", "tim", "Password:", "pass" }, true },
	{ "LOGIN", "tim", "pass", NULL, false, { "", "tim" }, false },
	{ "LOGIN", "tim", "pass", NULL, false,
	    { "a", "tim", "b", "pass", "c", NULL }, false },
	/* RFC 2195 2 */
	{ "CRAM-MD5", "tim", "tanstaaftanstaaf", NULL, false,
	    { "<1896.697170952@postoffice.reston.mci.net>",
	    "tim b913a602c7eda7a495b4e6e7334d3890" }, true },
	{ "CRAM-MD5", "tim", "p", NULL, false, { "", NULL }, false },
	{ "CRAM-MD5", "tim", "p", NULL, false,
	    { "x", "tim da36278f6d7b321225abe37ff9faee81", "y", NULL },
	    false },
	{ "XOAUTH2", "someuser@example.com", NULL, "ya29.vF9dft4qmT", true,
	    { "", "user=someuser@example.com|auth=Bearer ya29.vF9dft4qmT||" },
	    true },
	{ "XOAUTH2", "u", NULL, "t", true,
	    { "", "user=u|auth=Bearer t||", "{\"status\":\"401\"}", "" },
	    false },
	{ "XOAUTH2", "u", NULL, "t", true,
	    { "", "user=u|auth=Bearer t||", "{}", "", "{}", NULL }, false },
	/* RFC 7628 4.1 */
	{ "OAUTHBEARER", "user@example.com", NULL, "vF9dft4qmT", true,
	    { "", "n,a=user@example.com,|host=server.example.com|port=143|"
	    "auth=Bearer vF9dft4qmT||" }, true },
	{ "OAUTHBEARER", "a,b=c", NULL, "t", true,
	    { "", "n,a=a=2Cb=3Dc,|host=server.example.com|port=143|"
	    "auth=Bearer t||", "{\"status\":\"invalid_token\"}", "|" },
	    false }
};

static void
run_exchange(struct arena *arena, const struct exchange *row)
{
	struct sasl	*sasl;
	const char	*answer;
	size_t		 i;

	sasl = start(arena, row->mechanism, (struct sasl_credentials){
	    .username = row->username, .password = row->password,
	    .bearer = row->bearer, .host = "server.example.com", .port = 143,
	    .encrypted = true });
	assert_non_null(sasl);
	assert_int_equal(sasl_speaks_first(sasl), row->speaks_first);
	for (i = 0; row->words[i] != NULL; i += 2) {
		answer = step(arena, sasl, row->words[i]);
		assert_int_equal(answer == NULL, row->words[i + 1] == NULL);
		if (answer == NULL)
			break;
		assert_string_equal(answer, row->words[i + 1]);
	}
	assert_int_equal(sasl_is_done(sasl), row->done);
}

static void
conversations(void **state)
{
	struct arena	*arena;
	size_t		 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(exchanges) / sizeof(exchanges[0]); i++)
		run_exchange(arena, &exchanges[i]);
	arena_close(arena);
}

/* RFC 5802 5 and RFC 7677 3. */
static const struct scram_case {
	enum digest	 kind;
	const char	*nonce, *first, *server_first, *final, *server_final;
} scram_cases[] = {
	{ DIGEST_SHA1, "fyko+d2lbbFgONRv9qkxdawL",
	    "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
	    "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,"
	    "s=QSXCR+Q6sek8bf92,i=4096",
	    "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,"
	    "p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
	    "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=" },
	{ DIGEST_SHA256, "rOprNGfwEbeRWgbNEkqO",
	    "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
	    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
	    "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
	    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
	    "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
	    "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=" }
};

static bool
text_is(struct bytes bytes, const char *text)
{
	return bytes_equal(bytes, bytes_of(text));
}

static void
published_scram(void **state)
{
	const struct scram_case	*row;
	struct arena		*arena;
	struct scram		*scram;
	struct bytes		 proof;
	bool			 proved;
	size_t			 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < 2; i++) {
		row = &scram_cases[i];
		scram = scram_start(arena, row->kind, "user", "pencil",
		    row->nonce);
		assert_true(text_is(scram_first(scram), row->first));
		assert_null(scram_prove(scram, bytes_of(row->server_first),
		    &proof));
		assert_true(text_is(proof, row->final));
		assert_null(scram_verify(scram, bytes_of(row->server_final),
		    &proved));
		assert_true(proved);
		/* The same with an extension nobody need understand. */
		assert_null(scram_verify(scram, bytes_of(text_format(arena,
		    "%s,x=1", row->server_final)), &proved));
		assert_true(proved);
	}
	arena_close(arena);
}

static const char *const	 firsts[] = {
	"", "r=", "x", "e=other-error",
	"r=abc,s=QSXCR+Q6sek8bf92,i=4096",
	"r=abd1,s=QSXCR+Q6sek8bf92,i=4096",
	"r=ab,s=QSXCR+Q6sek8bf92,i=4096",
	"m=ext,r=abc1,s=QSXCR+Q6sek8bf92,i=4096",
	"s=QSXCR+Q6sek8bf92,r=abc1,i=4096",
	"r=abc1,i=4096,s=QSXCR+Q6sek8bf92",
	"r=abc1,s=,i=4096", "r=abc1,s=QSX,i=4096",
	"r=abc1,s=QSXCR+Q6sek8bf92",
	"r=abc1,s=QSXCR+Q6sek8bf92,i=",
	"r=abc1,s=QSXCR+Q6sek8bf92,i=0",
	"r=abc1,s=QSXCR+Q6sek8bf92,i=4095",
	"r=abc1,s=QSXCR+Q6sek8bf92,i=-4096",
	"r=abc1,s=QSXCR+Q6sek8bf92,i=600001",
	"r=abc1,s=QSXCR+Q6sek8bf92,i=99999999999999999999"
};

static void
what_scram_refuses(void **state)
{
	static const char *const	 finals[] = {
		"", "v=", "x", "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
		"v=!!!!", "v"
	};
	struct arena			*arena;
	struct scram			*scram;
	struct bytes			 proof;
	bool				 proved;
	size_t				 i;

	(void)state;
	arena = arena_open();
	scram = scram_start(arena, DIGEST_SHA1, "user", "pencil", "abc");
	for (i = 0; i < sizeof(firsts) / sizeof(firsts[0]); i++)
		if (scram_prove(scram, bytes_of(firsts[i]), &proof) == NULL)
			fail_msg("taken: %s", firsts[i]);
	assert_non_null(scram_prove(scram, bytes_from(
	    "r=abc\0,s=QSXCR+Q6sek8bf92,i=4096", 33), &proof));
	assert_null(scram_prove(scram, bytes_of(
	    "r=abc1,s=QSXCR+Q6sek8bf92,i=4096,x=y"), &proof));
	for (i = 0; i < sizeof(finals) / sizeof(finals[0]); i++) {
		assert_non_null(scram_verify(scram, bytes_of(finals[i]),
		    &proved));
		assert_false(proved);
	}
	assert_null(scram_verify(scram, bytes_of("e=invalid-proof"),
	    &proved));
	assert_false(proved);
	arena_close(arena);
}

/* A whole exchange, played by a server that knows the password. */
static void
scram_as_sasl(void **state)
{
	struct sasl_credentials	 credentials = { .username = "a,b=c",
				    .password = "p" };
	struct arena		*arena;
	struct sasl		*sasl, *other;
	const char		*first, *again, *nonce, *final;

	(void)state;
	arena = arena_open();
	sasl = start(arena, "SCRAM-SHA-256", credentials);
	other = start(arena, "SCRAM-SHA-256", credentials);
	first = step(arena, sasl, "");
	again = step(arena, other, "");
	assert_true(text_starts(first, "n,,n=a=2Cb=3Dc,r="));
	assert_string_not_equal(first, again);
	nonce = strstr(first, ",r=") + 3;
	assert_true(strlen(nonce) >= 24);
	final = step(arena, sasl, text_format(arena,
	    "r=%sX,s=QSXCR+Q6sek8bf92,i=4096", nonce));
	assert_non_null(final);
	assert_false(sasl_is_done(sasl));
	assert_null(step(arena, sasl, "v=rmF9pqV8S7suAoZWja4dJRkFsKQ="));
	assert_false(sasl_is_done(sasl));
	assert_null(step(arena, other, "r=stranger,s=QSXC,i=4096"));
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(the_best_is_chosen),
    cmocka_unit_test(a_refusal_names_the_offer),
    cmocka_unit_test(conversations), cmocka_unit_test(published_scram),
    cmocka_unit_test(what_scram_refuses), cmocka_unit_test(scram_as_sasl))
