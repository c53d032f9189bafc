#include "net/guard.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

#include "base/arena.h"
#include "base/fault.h"
#include "data/json.h"

#include "../check.h"
#include "../corpora.h"

static bool
is_public(const char *text)
{
	struct sockaddr_in6	 v6 = { .sin6_family = AF_INET6 };
	struct sockaddr_in	 v4 = { .sin_family = AF_INET };
	const void		*address;

	address = &v4;
	if (strchr(text, ':') != NULL) {
		address = &v6;
		assert_int_equal(inet_pton(AF_INET6, text, &v6.sin6_addr), 1);
	} else
		assert_int_equal(inet_pton(AF_INET, text, &v4.sin_addr), 1);
	return guard_is_public(address);
}

static void
addresses(void **state)
{
	static const char *const	 inside[] = {
		"0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255",
		"100.64.0.0", "100.127.255.255", "127.0.0.1",
		"127.255.255.255", "169.254.169.254", "172.16.0.0",
		"172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1",
		"192.168.0.1", "198.18.0.0", "198.19.255.255",
		"198.51.100.7", "203.0.113.7", "224.0.0.1", "239.1.1.1",
		"240.0.0.1", "255.255.255.255", "::", "::1",
		"::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1",
		"::8.8.8.8", "64:ff9b::a00:1", "64:ff9b:1::808:808",
		"100::1", "2001::1", "2001:0:808:808::1", "2001:db8::1",
		"2002:7f00:1::", "2002:a9fe:a9fe::1", "3fff::1", "5f00::1",
		"fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1"
	};
	static const char *const	 outside[] = {
		"1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0",
		"100.63.255.255", "100.128.0.0", "126.0.0.1", "128.0.0.1",
		"169.253.0.1", "172.15.255.255", "172.32.0.0", "192.0.1.0",
		"192.167.255.255", "198.17.255.255", "198.20.0.0",
		"223.255.255.255", "::ffff:8.8.8.8", "64:ff9b::808:808",
		"2002:808:808::1", "2001:4860:4860::8888", "2606:4700::1111",
		"2a00:1450:4001::1"
	};
	static const struct sockaddr	 local = { .sa_family = AF_UNIX };
	size_t				 i;

	(void)state;
	for (i = 0; i < sizeof(inside) / sizeof(inside[0]); i++)
		if (is_public(inside[i]))
			fail_msg("%s is not public", inside[i]);
	for (i = 0; i < sizeof(outside) / sizeof(outside[0]); i++)
		if (!is_public(outside[i]))
			fail_msg("%s is public", outside[i]);
	assert_false(guard_is_public(&local));
}

static void
patterns(void **state)
{
	static const struct {
		const char	*pattern, *host;
		int64_t		 port;
		bool		 matches;
	} rows[] = {
		{ "imap.example.org", "imap.example.org", 993, true },
		{ "IMAP.example.org", "imap.example.org", 993, true },
		{ "imap.example.org:993", "imap.example.org", 993, true },
		{ "imap.example.org:993", "imap.example.org", 143, false },
		{ "imap.example.org:x", "imap.example.org", 993, false },
		{ "*.example.org", "imap.example.org", 993, true },
		{ "*.example.org", "a.b.example.org", 993, true },
		{ "*.example.org", "example.org", 993, false },
		{ "*.example.org", "badexample.org", 993, false },
		{ "*.example.org", "imap.example.org.evil.test", 993, false },
		{ "*.example.org:143", "a.example.org", 143, true },
		{ "*.example.org:143", "a.example.org", 993, false },
		{ "*", "anything.example", 993, true },
		{ "127.0.0.1:*", "127.0.0.1", 10143, true },
		{ "127.0.0.1:*", "127.0.0.2", 10143, false },
		{ "*:143", "anything.example", 993, false },
		{ "[2001:db8::1]:993", "2001:db8::1", 993, true },
		{ "[2001:db8::1]:993", "2001:db8::1", 143, false },
		{ "2001:db8::1", "2001:db8::1", 143, true },
		{ "example.org", "imap.example.org", 993, false },
		{ "", "imap.example.org", 993, false }
	};
	const char	*list[1];
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		list[0] = rows[i].pattern;
		if (guard_matches((struct texts){ list, 1 }, rows[i].host,
		    rows[i].port) != rows[i].matches)
			fail_msg("%s and %s", rows[i].pattern, rows[i].host);
	}
}

struct host_case {
	const char	*host;
	int64_t		 port;
	bool		 named;
	const char	*pattern;	/* or NULL */
	const char	*expected;	/* NULL: refused */
};

static void
expect_hosts(const struct host_case *rows, size_t len)
{
	struct guard_target	 target;
	struct arena		*arena;
	const char		*host, *list[1];
	size_t			 i;

	arena = arena_open();
	for (i = 0; i < len; i++) {
		list[0] = rows[i].pattern;
		target = (struct guard_target){ rows[i].host, rows[i].port,
		    rows[i].named, { list, rows[i].pattern != NULL }, true,
		    false, 0 };
		if ((guard_host(arena, &target, &host) == NULL) !=
		    (rows[i].expected != NULL))
			fail_msg("%s:%d", rows[i].host, (int)rows[i].port);
		if (rows[i].expected != NULL)
			assert_string_equal(host, rows[i].expected);
	}
	arena_close(arena);
}

/* Who may be dialled at which port, before any resolver is asked. */
static void
hosts(void **state)
{
	static const struct host_case	 rows[] = {
		{ "Imap.Example.org", 993, false, NULL, "imap.example.org" },
		{ "b\xc3\xbc" "cher.example", 993, false, NULL,
		    "xn--bcher-kva.example" },
		{ "imap.example.org", 25, false, NULL, NULL },
		{ "imap.example.org", 25, true, NULL, "imap.example.org" },
		{ "imap.example.org", 0, true, NULL, NULL },
		{ "imap.example.org", 65536, true, NULL, NULL },
		{ "imap", 993, false, NULL, NULL },
		{ "imap", 993, true, NULL, "imap" },
		{ "localhost", 993, false, NULL, NULL },
		{ "localhost", 1143, true, NULL, "localhost" },
		{ "[::1]", 1143, true, NULL, "::1" },
		{ "db.internal", 993, false, NULL, NULL },
		{ "localhost", 993, false, "*", NULL },
		{ "localhost", 993, false, "localhost", "localhost" },
		{ "localhost", 1143, false, "localhost", NULL },
		{ "localhost", 1143, false, "localhost:1143", "localhost" },
		{ "localhost", 1143, false, "localhost:*", "localhost" },
		{ "localhost", 1143, false, "*:*", NULL },
		{ "a.lan", 993, false, "*.lan", "a.lan" },
		{ "a.example.org", 993, false, "*.lan", NULL },
		{ "a.example.org", 993, true, "*.lan", "a.example.org" }
	};

	(void)state;
	expect_hosts(rows, sizeof(rows) / sizeof(rows[0]));
}

static void
no_hosts(void **state)
{
	static const struct host_case	 rows[] = {
		{ "", 993, true, NULL, NULL },
		{ "https://a.example.org", 993, true, NULL, NULL },
		{ "a.example.org:993", 993, true, NULL, NULL },
		{ "a.example.org/x", 993, true, NULL, NULL },
		{ "a@b.example.org", 993, true, NULL, NULL },
		{ "a.example.org,b", 993, true, NULL, NULL },
		{ "a.example.org\r\nx", 993, true, NULL, NULL },
		{ "-a.example.org", 993, true, NULL, NULL },
		{ "a..example.org", 993, true, NULL, NULL },
		{ ".example.org", 993, true, NULL, NULL },
		{ "a.example.org.", 993, true, NULL, NULL },
		{ "[::1", 993, true, NULL, NULL },
		{ "fe80::1%lo", 993, true, NULL, NULL }
	};

	(void)state;
	expect_hosts(rows, sizeof(rows) / sizeof(rows[0]));
}

static void
release(void *thing)
{
	freeaddrinfo(thing);
}

static struct addrinfo *
answer(struct arena *arena, const char *text, struct addrinfo *next)
{
	static const struct addrinfo	 numeric = {
		.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM
	};
	struct addrinfo			*made, *copy;

	assert_int_equal(getaddrinfo(text, NULL, &numeric, &made), 0);
	arena_defer(arena, release, made);
	copy = arena_take(arena, sizeof(*copy));
	*copy = *made;
	copy->ai_next = next;
	return copy;
}

static void
resolved(void **state)
{
	static const struct {
		const char	*first, *second;
		bool		 named;
		const char	*expected;	/* NULL: refused */
	} rows[] = {
		{ "8.8.8.8", NULL, false, "a.example.org:993:8.8.8.8" },
		{ "8.8.8.8", "2606:4700::1111", false,
		    "a.example.org:993:8.8.8.8,[2606:4700::1111]" },
		{ "8.8.8.8", "10.0.0.1", false, NULL },
		{ "127.0.0.1", NULL, false, NULL },
		{ "64:ff9b::a00:1", NULL, false, NULL },
		{ "::ffff:169.254.169.254", NULL, false, NULL },
		{ "10.0.0.1", NULL, true, "a.example.org:993:10.0.0.1" },
		{ NULL, NULL, true, NULL }
	};
	struct guard_target	 target = { "a.example.org", 993, false,
				    { NULL, 0 }, true, false, 0 };
	struct addrinfo		*answers;
	struct arena		*arena;
	const char		*resolve;
	size_t			 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		target.named = rows[i].named;
		answers = rows[i].second == NULL ? NULL :
		    answer(arena, rows[i].second, NULL);
		if (rows[i].first != NULL)
			answers = answer(arena, rows[i].first, answers);
		assert_int_equal(guard_filter(arena, &target, answers,
		    &resolve) == NULL, rows[i].expected != NULL);
		if (rows[i].expected != NULL)
			assert_string_equal(resolve, rows[i].expected);
	}
	/* Many answers are cut, not refused. */
	target.named = false;
	for (i = 0, answers = NULL; i < 100; i++)
		answers = answer(arena, "8.8.8.8", answers);
	assert_null(guard_filter(arena, &target, answers, &resolve));
	assert_true(strlen(resolve) < 300);
	arena_close(arena);
}

static bool
is_allowed(struct arena *arena, const char *host, int64_t port)
{
	struct guard_target	 target = { host, port, false, { NULL, 0 },
				    true, false, 0 };
	const char		*ascii, *resolve;

	if (guard_host(arena, &target, &ascii) != NULL)
		return false;
	/* Addresses are decided without a question to DNS. */
	if (strspn(ascii, "0123456789.") != strlen(ascii) &&
	    strchr(ascii, ':') == NULL)
		return true;
	return guard_resolve(arena, &target, &resolve) == NULL;
}

static void
published_cases(void **state)
{
	const struct json	*one;
	struct arena		*arena;
	struct bytes		 file, text;
	const char		*host, *expect;
	int64_t			 port;
	size_t			 n;

	(void)state;
	arena = arena_open();
	n = 0;
	file = corpora_read(arena, "own/ssrf/cases.json");
	if (file.at == NULL)
		skip();
	while (corpora_next(&file, &text)) {
		if (json_read(arena, text, JSON_KEYS_LAST, &one) != NULL)
			continue;
		host = json_text(json_member(one, "host"));
		port = 993;
		if (host == NULL && !json_integer(json_member(one, "port"),
		    &port))
			continue;
		expect = json_text(json_member(one, "expect"));
		if (is_allowed(arena, host == NULL ? "imap.example.org" : host,
		    port) != text_starts(expect, "allow"))
			fail_msg("%s: %s", json_text(json_member(one, "id")),
			    expect);
		n++;
	}
	assert_true(n > 50);
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(addresses), cmocka_unit_test(patterns),
    cmocka_unit_test(hosts), cmocka_unit_test(no_hosts),
    cmocka_unit_test(resolved), cmocka_unit_test(published_cases))
