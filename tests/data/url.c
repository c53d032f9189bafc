#include "data/url.h"

#include <arpa/inet.h>

#include "base/arena.h"
#include "base/fault.h"
#include "data/json.h"
#include "data/url_host.h"

#include "../check.h"
#include "../tally.h"

static void
whole_urls(void **state)
{
	static const struct {
		const char	*text;
		const char	*host;
		int64_t		 port;
		const char	*path;
		const char	*query;
		bool		 user, fragment;
	} rows[] = {
		{ "https://Example.ORG", "example.org", 443, "", NULL, 0, 0 },
		{ "HTTP://a.example:8080/x%20y?q=1&r#f", "a.example", 8080,
		    "/x%20y", "q=1&r", 0, 1 },
		{ "http://u:p@a.example/", "a.example", 80, "/", NULL, 1, 0 },
		{ "https://[2001:DB8::1]:993/", "2001:db8::1", 993, "/", NULL,
		    0, 0 },
		{ "http://127.0.0.1/?", "127.0.0.1", 80, "/", "", 0, 0 },
		{ "org.example.app:/callback", NULL, 0, "/callback", NULL, 0,
		    0 },
		{ "cursor://org.example/cb", "org.example", 0, "/cb", NULL, 0,
		    0 },
		{ "urn:ietf:wg", NULL, 0, "ietf:wg", NULL, 0, 0 }
	};
	struct arena	*arena;
	struct url	 url;
	size_t		 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(url_read(arena, rows[i].text, &url));
		assert_int_equal(url.host == NULL, rows[i].host == NULL);
		if (url.host != NULL)
			assert_string_equal(url.host, rows[i].host);
		assert_int_equal(url.port, rows[i].port);
		assert_string_equal(url.path, rows[i].path);
		assert_int_equal(url.query == NULL, rows[i].query == NULL);
		if (url.query != NULL)
			assert_string_equal(url.query, rows[i].query);
		assert_int_equal(url.has_userinfo, rows[i].user);
		assert_int_equal(url.has_fragment, rows[i].fragment);
	}
	arena_close(arena);
}

static void
what_is_no_url(void **state)
{
	static const char *const	 rows[] = {
		"", ":", "https", "//a.example/", "https:a.example",
		"https:/a.example", "https://", "https:///x",
		"https://a b.example/", "https://a.example/\r\nX: y",
		"https://a.example\\b", "https://a.example/\t",
		"https://a.example/\x7f", "https://ex\xc3\xa4mple.org/",
		"https://a.example:/", "https://a.example:0/",
		"https://a.example:65536/", "https://a.example:+80/",
		"https://a.example:08/", "https://a.example:80:80/",
		"https://a@b@c.example/", "https://[::1/", "https://[::1]x/",
		"https://[::1%25lo]/", "https://[v1.x]/", "https://[]/",
		"https://0x7f.1/", "https://2130706433/", "https://1.2.3/",
		"https://127.1/", "https://1.2.3.4.5/", "https://256.1.1.1/",
		"https://0177.0.0.1/", "https://127.0.0.1./",
		"https://a..example/", "https://.example/",
		"https://%61.example/", "https://a.example/%",
		"https://a.example/%4", "https://a.example/%zz",
		"https://a.example/<x>", "https://a.example/?a|b",
		"https://a.example/#a#b", "1ab://x", "ht tp://x"
	};
	struct arena	*arena;
	struct url	 url;
	size_t		 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (url_read(arena, rows[i], &url))
			fail_msg("taken: %s", rows[i]);
	arena_close(arena);
}

static bool
same_host(struct arena *arena, const char *ours, const char *theirs)
{
	unsigned char	 a[16], b[16];
	const char	*bare;
	size_t		 len;

	len = strlen(theirs);
	if (theirs[0] != '[')
		return text_equal_case(ours, theirs);
	bare = arena_copy(arena, theirs + 1, len - 2);
	return inet_pton(AF_INET6, ours, a) == 1 &&
	    inet_pton(AF_INET6, bare, b) == 1 && memcmp(a, b, 16) == 0;
}

/* What a browser refuses is refused; what both take is the same host.  More
 * is refused here than there, since what is not plainly a URL is none. */
static bool
agrees(struct arena *arena, const struct json *one, const char *input,
    size_t *taken)
{
	struct url	 url;
	bool		 failure;

	if (!url_read(arena, input, &url))
		return true;
	failure = json_true(json_member(one, "failure"));
	/* Whether a label is good punycode is for DNS to say. */
	if (failure)
		return text_find_case(input, "xn--") != NULL;
	/* Browsers also take ws:host for ws://host, and a file has no host to
	 * them. */
	if (url.host == NULL || text_equal(url.scheme, "file"))
		return true;
	++*taken;
	return same_host(arena, url.host,
	    json_text(json_member(one, "hostname")));
}

static void
agrees_with_browsers(void **state)
{
	const struct json	*one;
	struct arena		*arena;
	struct tally		 tally;
	struct bytes		 file, text;
	const char		*input;
	size_t			 taken = 0;

	(void)state;
	corpora_needed();
	tally_open(&tally, "data/url", "url/wpt-urltestdata");
	arena = arena_open();
	file = corpora_read(arena,
	    "url/wpt-urltestdata/urltestdata.split.json");
	tally_start(&tally);
	while (corpora_next(&file, &text)) {
		if (json_read(arena, text, JSON_KEYS_LAST, &one) != NULL)
			continue;
		input = json_text(json_member(one, "input"));
		if (input != NULL &&
		    json_text(json_member(one, "base")) == NULL)
			tally_case(&tally, agrees(arena, one, input, &taken),
			    input);
	}
	tally_stop(&tally, arena, "urltestdata.split.json");
	assert_true(taken > 50 && tally.cases > 200);
	assert_true(tally_close(&tally));
	arena_close(arena);
}

static void
escaping(void **state)
{
	static const struct {
		const char	*raw, *escaped;
	} rows[] = {
		{ "", "" }, { "aZ09-._~", "aZ09-._~" },
		{ "a b/c?d&e=f#g+h%i", "a%20b%2Fc%3Fd%26e%3Df%23g%2Bh%25i" },
		{ "\xc3\xa4", "%C3%A4" }, { "'(*)!", "%27%28%2A%29%21" },
		{ "\r\n", "%0D%0A" }
	};
	struct arena	*arena;
	const char	*text;
	struct buf	 buf;
	size_t		 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		text = url_escaped(arena, rows[i].raw);
		assert_string_equal(text, rows[i].escaped);
		assert_true(url_unescape(arena, bytes_of(text), true, &text));
		assert_string_equal(text, rows[i].raw);
	}
	buf_start(&buf, arena);
	url_escape_path(&buf, "/a b/c");
	assert_string_equal(buf_string(&buf), "/a%20b/c");
	assert_true(url_unescape(arena, bytes_of("a+b"), false, &text));
	assert_string_equal(text, "a+b");
	assert_true(url_unescape(arena, bytes_of("a+b"), true, &text));
	assert_string_equal(text, "a b");
	assert_false(url_unescape(arena, bytes_of("%"), true, &text));
	assert_false(url_unescape(arena, bytes_of("%4"), true, &text));
	assert_false(url_unescape(arena, bytes_of("%g0"), true, &text));
	assert_false(url_unescape(arena, bytes_of("a%00b"), true, &text));
	assert_false(url_unescape(arena, bytes_of("%ff"), true, &text));
	assert_false(url_unescape(arena, bytes_of("%c0%80"), true, &text));
	arena_close(arena);
}

static void
forms(void **state)
{
	struct arena	*arena;
	struct pairs	 pairs;
	struct buf	 buf;
	int		 i;

	(void)state;
	arena = arena_open();
	assert_true(url_read_form(arena, bytes_of("a=b+c&d=&e&&f=%3D=&=x"),
	    &pairs));
	assert_int_equal(pairs.len, 5);
	assert_string_equal(pairs.at[0].value, "b c");
	assert_string_equal(pairs.at[1].value, "");
	assert_string_equal(pairs.at[2].name, "e");
	assert_string_equal(pairs.at[2].value, "");
	assert_string_equal(pairs.at[3].value, "==");
	assert_string_equal(pairs.at[4].name, "");
	assert_true(url_read_form(arena, bytes_of(""), &pairs));
	assert_int_equal(pairs.len, 0);
	assert_false(url_read_form(arena, bytes_of("a=%zz"), &pairs));
	assert_false(url_read_form(arena, bytes_of("%00=a"), &pairs));
	buf_start(&buf, arena);
	for (i = 0; i < FORM_PAIRS_MOST; i++)
		buf_text(&buf, "a=b&");
	assert_true(url_read_form(arena, buf_view(&buf), &pairs));
	assert_int_equal(pairs.len, FORM_PAIRS_MOST);
	buf_text(&buf, "a");
	assert_false(url_read_form(arena, buf_view(&buf), &pairs));
	arena_close(arena);
}

static void
adding(void **state)
{
	static const struct {
		const char	*url, *expected;
	} rows[] = {
		{ "https://a.example/", "https://a.example/?n=v%20%26" },
		{ "https://a.example/?", "https://a.example/?n=v%20%26" },
		{ "https://a.example/?b", "https://a.example/?b&n=v%20%26" },
		{ "https://a.example/?b&", "https://a.example/?b&n=v%20%26" },
		{ "x:/cb#f?", "x:/cb?n=v%20%26#f?" }
	};
	struct arena	*arena;
	size_t		 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(url_add(arena, rows[i].url, "n", "v &"),
		    rows[i].expected);
	arena_close(arena);
}

static void
this_computer(void **state)
{
	static const struct {
		const char	*url;
		bool		 is;
	} rows[] = {
		{ "http://localhost:1/", true }, { "http://127.0.0.1", true },
		{ "http://[::1]/", true }, { "http://127.0.0.2/", false },
		{ "http://localhost.example.org/", false }, { "x:/", false }
	};
	struct arena	*arena;
	struct url	 url;
	size_t		 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(url_read(arena, rows[i].url, &url));
		assert_int_equal(url_is_loopback(&url), rows[i].is);
	}
	arena_close(arena);
}

static void
hosts_in_ascii(void **state)
{
	static const struct {
		const char	*host, *expected;	/* NULL: refused */
	} rows[] = {
		{ "Mail.Example.ORG", "mail.example.org" },
		{ "b\xc3\xbc" "cher.example", "xn--bcher-kva.example" },
		{ "B\xc3\x9c" "CHER.example", "xn--bcher-kva.example" },
		{ "stra\xc3\x9f" "e.example", "xn--strae-oqa.example" },
		{ "a\xe3\x80\x82" "example", "a.example" },
		{ "", NULL }, { "a b", NULL }, { "a\r\n", NULL },
		{ "\xff.example", NULL }, { "\xe2\x80\x8b" ".example", NULL }
	};
	struct arena	*arena;
	const char	*host;
	size_t		 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(url_host_to_ascii(arena, rows[i].host, &host),
		    rows[i].expected != NULL);
		if (rows[i].expected != NULL)
			assert_string_equal(host, rows[i].expected);
	}
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(whole_urls), cmocka_unit_test(what_is_no_url),
    cmocka_unit_test(agrees_with_browsers), cmocka_unit_test(escaping),
    cmocka_unit_test(forms), cmocka_unit_test(adding),
    cmocka_unit_test(this_computer), cmocka_unit_test(hosts_in_ascii))
