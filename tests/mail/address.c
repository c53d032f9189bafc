#include "../check.h"

#include <string.h>

#include "../tally.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "base/text.h"
#include "data/utf8.h"
#include "mail/address.h"

/* What is expected: "name|address" each, with a newline between. */
struct given {
	const char	*text;
	const char	*expected;	/* NULL: refused */
};

static const struct given strict[] = {
	{ "", "" },
	{ " , ,", "" },
	{ "a@example.org", "|a@example.org" },
	{ " a@example.org ", "|a@example.org" },
	{ "a@example.org, b@example.org,", "|a@example.org\n|b@example.org" },
	{ "<a@example.org>", "|a@example.org" },
	{ "Ann <a@example.org>", "Ann|a@example.org" },
	{ "Ann B. Clark<a@example.org>", "Ann B. Clark|a@example.org" },
	{ "\"Clark, Ann\" <a@example.org>, b@example.org",
	  "Clark, Ann|a@example.org\n|b@example.org" },
	{ "\"A \\\"q\\\" B\" < a@example.org >", "A \"q\" B|a@example.org" },
	{ "\"<b@c.de>\" <a@example.org>", "<b@c.de>|a@example.org" },
	{ "J\xC3\xBCrgen <a@example.org>", "J\xC3\xBCrgen|a@example.org" },
	{ "j\xC3\xBCrgen@example.org", "|j\xC3\xBCrgen@example.org" },
	{ "a@ex\xC3\xA4mple.org", "|a@xn--exmple-cua.org" },
	{ "a@localhost", "|a@localhost" },
	{ "a+b=c@sub.example.org", "|a+b=c@sub.example.org" },
	{ "a%evil.example@example.org", "|a%evil.example@example.org" },
	{ "-oQ/tmp@example.org", "|-oQ/tmp@example.org" },
	{ "\"a.b\"@example.org", "|a.b@example.org" },
	{ "\"a b\"@example.org", "|\"a b\"@example.org" },
	{ "\"X\xE2\x80\xAE\" <a@example.org>", "X|a@example.org" },
	{ "a", NULL },
	{ "a@", NULL },
	{ "@example.org", NULL },
	{ "a@example.org b@example.org", NULL },
	{ "a@b@example.org", NULL },
	{ ".a@example.org", NULL },
	{ "a..b@example.org", NULL },
	{ "a.@example.org", NULL },
	{ "a@example..org", NULL },
	{ "a@.example.org", NULL },
	{ "a@example.org.", NULL },
	{ "a@-example.org", NULL },
	{ "a@exa_mple.org", NULL },
	{ "a@[127.0.0.1]", NULL },
	{ "a@127.0.0.1", NULL },
	{ "a@example.org> SIZE=1 <b@example.org", NULL },
	{ "a@example.org> NOTIFY=SUCCESS", NULL },
	{ "<a@example.org> x", NULL },
	{ "<a@example.org", NULL },
	{ "\"Ann <a@example.org>", NULL },
	{ "Ann <>", NULL },
	{ "Ann (work) <a@example.org>", NULL },
	{ "a@example.org (x)", NULL },
	{ "@relay.example:a@example.org", NULL },
	{ "<@relay.example:a@example.org>", NULL },
	{ "friends: a@example.org;", NULL },
	{ "a@example.org; b@example.org", NULL },
	{ "Clark, Ann <a@example.org>", NULL },
	{ "\"a\r\nb\"@example.org", NULL },
	{ "\"X\r\nBcc: e@example.com\" <a@example.org>", NULL },
	{ "a@example.org\r\nBcc: b@example.org", NULL },
	{ "a@exam\tple.org", NULL },
	{ "a\xE2\x80\x8B@example.org", NULL },
	{ "a@exam\xE2\x80\x8Bple.org", NULL },
	{ "a\xC2\xA0@example.org", NULL },
	{ "a\xFF@example.org", NULL },
	{ "\"a>b\"@example.org", NULL },
	{ "\"\"@example.org", NULL }
};

static const char *
flatten(struct arena *arena, struct objects objects)
{
	const struct address	*address;
	struct buf		 buf;
	size_t			 i;

	buf_start(&buf, arena);
	address = objects.at;
	for (i = 0; i < objects.len; i++)
		buf_format(&buf, "%s%s|%s", i > 0 ? "\n" : "",
		    address[i].name == NULL ? "" : address[i].name,
		    address[i].address);
	return buf_string(&buf);
}

/* What is written is read back to the same. */
static void
check_written(struct arena *arena, struct objects objects)
{
	const struct address	*address;
	struct objects		 again;
	size_t			 i;

	address = objects.at;
	for (i = 0; i < objects.len; i++) {
		assert_null(address_read(arena, address_write(arena,
		    &address[i]), &again));
		assert_int_equal(again.len, 1);
		assert_string_equal(flatten(arena, again), flatten(arena,
		    (struct objects){ &address[i], 1 }));
	}
}

static void
test_strict(void **state)
{
	const struct fault	*bad;
	struct objects		 addresses;
	struct arena		*arena;
	size_t			 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(strict) / sizeof(strict[0]); i++) {
		bad = address_read(arena, strict[i].text, &addresses);
		if (strict[i].expected == NULL) {
			if (bad == NULL)
				fail_msg("taken: %s", strict[i].text);
			assert_int_equal(bad->kind, FAULT_ARGUMENT);
			assert_true(utf8_is_valid(bytes_of(bad->detail)));
			assert_null(strpbrk(bad->detail, "\r\n"));
			continue;
		}
		if (bad != NULL)
			fail_msg("%s: %s", strict[i].text, bad->detail);
		assert_string_equal(flatten(arena, addresses),
		    strict[i].expected);
		check_written(arena, addresses);
	}
	arena_close(arena);
}

/* A text of that many letters between two others. */
static const char *
filled(struct arena *arena, const char *start, size_t len, const char *end)
{
	struct buf	 buf;
	size_t		 i;

	buf_start(&buf, arena);
	buf_text(&buf, start);
	for (i = 0; i < len; i++)
		buf_byte(&buf, 'x');
	buf_text(&buf, end);
	return buf_string(&buf);
}

static void
test_limits(void **state)
{
	struct objects	 addresses;
	struct arena	*arena;
	struct buf	 buf;
	size_t		 i;

	(void)state;
	arena = arena_open();
	assert_null(address_read(arena, filled(arena, "", 64, "@a.org"),
	    &addresses));
	assert_non_null(address_read(arena, filled(arena, "", 65, "@a.org"),
	    &addresses));
	assert_null(address_read(arena, filled(arena, "a@", 63, ".org"),
	    &addresses));
	assert_non_null(address_read(arena, filled(arena, "a@", 64, ".org"),
	    &addresses));
	buf_start(&buf, arena);
	for (i = 0; i < ADDRESSES_MOST; i++)
		buf_text(&buf, "a@example.org,");
	assert_null(address_read(arena, buf_string(&buf), &addresses));
	assert_int_equal(addresses.len, ADDRESSES_MOST);
	buf_text(&buf, "a@example.org");
	assert_non_null(address_read(arena, buf_string(&buf), &addresses));
	arena_close(arena);
}

static const struct given lenient[] = {
	{ "", "" },
	{ ",;,", "" },
	{ "a@example.org", "|a@example.org" },
	{ "Ann <a@example.org>, b@example.org",
	  "Ann|a@example.org\n|b@example.org" },
	{ "\"Clark, Ann\" <a@example.org>", "Clark, Ann|a@example.org" },
	{ "Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>",
	  "Pete|pete@silly.test" },
	{ "c@(Chris's host.)public.example", "Chris's host.|c@public.example" },
	{ "jdoe@test  . example", "|jdoe@test.example" },
	{ "<a(b@example.org>", "|a(b@example.org" },
	{ "=?utf-8?Q?J=C3=BCrgen?= <j@example.org>",
	  "J\xC3\xBCrgen|j@example.org" },
	{ "=?utf-8?b?Ym9zc0BleGFtcGxlLm9yZw==?= <evil@evil.example>",
	  "boss@example.org|evil@evil.example" },
	{ "=?utf-8?Q?a=40b.org=2C?= <evil@evil.example>",
	  "a@b.org,|evil@evil.example" },
	{ "\r\n boss@example.org\r\n <evil@evil.example>",
	  "boss@example.org|evil@evil.example" },
	{ "<@example.org,@x:evil@evil.example>", "|evil@evil.example" },
	{ "boss@example.org, evil@evil.example",
	  "|boss@example.org\n|evil@evil.example" },
	{ "=?utf-8?q?Ama=E2=80=8Bzon?= <x@evil.example>",
	  "Amazon|x@evil.example" },
	{ "a@example.org (Ann)", "Ann|a@example.org" },
	{ "(one (two)) a@example.org (three)", "one (two)|a@example.org" },
	{ "Ann a@example.org", "Ann|a@example.org" },
	{ "undisclosed-recipients:;", "" },
	{ "friends: a@example.org, Bo <b@example.org>; c@example.org",
	  "|a@example.org\nBo|b@example.org\n|c@example.org" },
	{ "MAILER-DAEMON (Mail System)", "Mail System|MAILER-DAEMON" },
	{ "Some Company", "Some Company|" },
	{ "<>", "|" },
	{ "<a@example.org", "|a@example.org" },
	{ "<a@example.org, Bo <b@example.org>", "|b@example.org" },
	{ "\"open <a@example.org>", "open <a@example.org>|" },
	{ "a@[IPv6:::1]", "|a@[IPv6:::1]" },
	{ "J\xFCrgen <a@example.org>", "J\xC3\xBCrgen|a@example.org" },
	{ "\"a@b.org\" <c@example.org>", "a@b.org|c@example.org" }
};

static void
test_lenient(void **state)
{
	struct arena	*arena;
	size_t		 i;

	(void)state;
	arena = arena_open();
	assert_int_equal(address_read_lenient(arena, NULL).len, 0);
	for (i = 0; i < sizeof(lenient) / sizeof(lenient[0]); i++)
		assert_string_equal(flatten(arena, address_read_lenient(arena,
		    lenient[i].text)), lenient[i].expected);
	arena_close(arena);
}

/* A quarter of a megabyte of each: linear time and bounded memory. */
static void
test_flood(void **state)
{
	static const char *const floods[] = {
		"(", ",", " ,", "<", "<,", "<\"", "\"\",", "a@b.c,", "@", ":",
		"a:", "\\", "a <", "()", "<a>", "=?utf-8?Q?a?= "
	};
	struct arena	*arena, *flood;
	struct buf	 buf;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(floods) / sizeof(floods[0]); i++) {
		flood = arena_open();
		arena = arena_open();
		buf_start(&buf, flood);
		while (buf.len < 256 * 1024)
			buf_text(&buf, floods[i]);
		assert_true(address_read_lenient(arena,
		    buf_string(&buf)).len <= ADDRESSES_MOST);
		assert_true(arena_size(arena) < 8 * 1024 * 1024);
		arena_close(arena);
		arena_close(flood);
	}
}

static void
test_parts(void **state)
{
	(void)state;
	assert_true(address_equal("A@Example.org", "a@example.ORG"));
	assert_false(address_equal("a@example.org", "b@example.org"));
	assert_string_equal(address_domain("a@b@example.org"), "example.org");
	assert_null(address_domain("a"));
}

/* The character an XML escape stands for, moving behind it; the vectors write
 * controls as their pictures, U+2400 and on. */
static char
take_character(const char **at)
{
	static const struct {
		const char	*escape;
		char		 character;
	} escapes[] = {
		{ "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' },
		{ "&quot;", '"' }, { "&#x2400;", '\1' }, { "&#x240D;", '\r' },
		{ "&#x240A;", '\n' }, { "&#x2407;", '\a' },
		{ "&#x2409;", '\t' }, { "&#xA9;", '\xA9' }
	};
	size_t	 i;

	for (i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++)
		if (text_starts(*at, escapes[i].escape)) {
			*at += strlen(escapes[i].escape);
			return escapes[i].character;
		}
	return *(*at)++;
}

static const char *
between(struct arena *arena, const char *at, const char *start,
    const char *end)
{
	struct buf	 buf;
	const char	*stop;

	at = strstr(at, start) + strlen(start);
	stop = strstr(at, end);
	buf_start(&buf, arena);
	while (at < stop)
		buf_byte(&buf, (unsigned char)take_character(&at));
	return buf_string(&buf);
}

/* What the vectors call an error is never sent to; what they call plainly
 * valid always can be, unless a label or the whole is too long. */
static void
test_isemail(void **state)
{
	struct objects	 addresses;
	struct arena	*arena;
	struct tally	 tally;
	struct bytes	 file;
	const char	*at, *address, *category;
	bool		 taken;

	(void)state;
	corpora_needed();
	tally_open(&tally, "mail/address", "addr/isemail");
	arena = arena_open();
	file = corpora_read(arena, "addr/isemail/tests.split.xml");
	tally_start(&tally);
	for (at = bytes_text(arena, file);
	    (at = strstr(at, "<test ")) != NULL; at++) {
		category = between(arena, at, "<category>", "</category>");
		if (strstr(at, "<address/>") != NULL && strstr(at,
		    "<address/>") < strstr(at, "<category>"))
			continue;
		address = between(arena, at, "<address>", "</address>");
		taken = address_read(arena, address, &addresses) == NULL &&
		    addresses.len == 1;
		tally_case(&tally, !text_equal(category, taken ?
		    "ISEMAIL_ERR" : "ISEMAIL_VALID_CATEGORY"), address);
	}
	tally_stop(&tally, arena, "tests.split.xml");
	assert_int_equal(tally.cases, 88);
	assert_true(tally_close(&tally));
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(test_strict), cmocka_unit_test(test_limits),
    cmocka_unit_test(test_lenient), cmocka_unit_test(test_flood),
    cmocka_unit_test(test_parts), cmocka_unit_test(test_isemail))
