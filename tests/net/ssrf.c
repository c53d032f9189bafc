/* Who must never be dialled (corpus own/ssrf), case by case: the resolver and
 * connect(2) are ours here, so that each address that is asked for is seen,
 * and a listener of ours sees each byte. */
#include "net/fetch.h"
#include "net/wire.h"

#include <poll.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/fault.h"
#include "data/json.h"
#include "data/url.h"

#include "../check.h"
#include "../corpora.h"
#include "../peer/peer.h"
#include "world.h"

enum {
	CASES_MOST = 200,
	PATIENCE_MS = 300,
	PEER_PATIENCE_MS = 5000,
	HTTPS_PORT = 443,
	IMAPS_PORT = 993,
	MOST = 1000
};

static const char	 public_address[] = "8.8.8.8";
static const char	 metadata_address[] = "169.254.169.254";

static void
dial_mail(struct arena *arena, const char *host, int64_t port)
{
	struct wire_target	 target = {
		.protocol = WIRE_IMAP, .tls = TLS_IMPLICIT,
		.guard = { .host = host, .port = port, .mail = true }
	};
	struct wire		*wire;

	assert_non_null(wire_open(arena, &target, clock_ms() + PATIENCE_MS,
	    &wire));
}

static const struct fault *
dial_url(struct arena *arena, const char *url)
{
	struct fetched		 fetched;
	const struct fetch	 fetch = {
		.method = "GET", .url = url, .most = MOST,
		.deadline = clock_ms() + PATIENCE_MS
	};

	return fetch_run(arena, &fetch, &fetched);
}

/* That nobody was dialled, and that nobody was heard. */
static void
expect_silence(const char *what)
{
	struct pollfd	 heard = { .fd = world.listener, .events = POLLIN };

	if (world.dials != 0)
		fail_msg("%s: %s port %d was dialled", what, world.dialled,
		    world.port);
	assert_int_equal(poll(&heard, 1, 0), 0);
}

static void
expect_dialled(const char *address, int64_t port)
{
	int	 fd;

	assert_true(world.dials > 0);
	assert_string_equal(world.dialled, address);
	assert_int_equal(world.port, port);
	if (strchr(address, ':') != NULL)
		return;
	while (poll(&(struct pollfd){ .fd = world.listener,
	    .events = POLLIN }, 1, 0) == 1 &&
	    (fd = accept(world.listener, NULL, NULL)) != -1)
		close(fd);
}

static bool
is_allowed(const struct json *one)
{
	return text_starts(json_text(json_member(one, "expect")), "allow");
}

static void
drive_host(struct arena *arena, const struct json *one)
{
	const char	*host = json_text(json_member(one, "host"));
	const char	*url;

	url = text_format(arena, strchr(host, ':') == NULL ||
	    host[0] == '[' ? "https://%s/" : "https://[%s]/", host);
	dial_mail(arena, host, IMAPS_PORT);
	if (!is_allowed(one)) {
		expect_silence("wire");
		assert_non_null(dial_url(arena, url));
		expect_silence("fetch");
		return;
	}
	expect_dialled(host, IMAPS_PORT);
	dial_url(arena, url);
	expect_dialled(host, HTTPS_PORT);
}

static void
drive_port(struct arena *arena, const struct json *one)
{
	int64_t	 port;

	assert_true(json_integer(json_member(one, "port"), &port));
	resolve_to(public_address);
	dial_mail(arena, "imap.example.org", port);
	if (is_allowed(one))
		expect_dialled(public_address, port);
	else
		expect_silence("wire");
}

/* What the resolver says to one question; whether all of it is public. A
 * name stands for where it leads. */
static bool
resolve_as(const struct json *answer)
{
	struct sockaddr_in6	 v6 = { .sin6_family = AF_INET6 };
	struct sockaddr_in	 v4 = { .sin_family = AF_INET };
	const struct json	*one;
	const char		*text;
	size_t			 i;
	bool			 good = true, is_v4;

	world.count = json_kind(answer) == JSON_ARRAY ? json_count(answer) :
	    1;
	assert_true(world.count <= ADDRESSES);
	for (i = 0; i < world.count; i++) {
		one = json_kind(answer) == JSON_ARRAY ?
		    json_element(answer, i) : answer;
		text = json_text(one);
		is_v4 = inet_pton(AF_INET, text, &v4.sin_addr) == 1;
		if (!is_v4 && inet_pton(AF_INET6, text, &v6.sin6_addr) != 1) {
			text = metadata_address;
			is_v4 = inet_pton(AF_INET, text, &v4.sin_addr) == 1;
		}
		good = good && guard_is_public(is_v4 ? (const void *)&v4 :
		    (const void *)&v6);
		world.answers[i] = text;
	}
	return good;
}

/* Each connection asks once, and dials what was then said or nobody. */
static void
drive_dns(struct arena *arena, const struct json *one)
{
	const struct json	*answers = json_member(one, "answers");
	size_t			 i, way;
	bool			 good;

	assert_true(json_count(answers) > 0);
	for (i = 0; i < json_count(answers); i++)
		for (way = 0; way < 2; way++) {
			clear();
			good = resolve_as(json_element(answers, i));
			if (way == 0)
				dial_mail(arena, "a.example.org", IMAPS_PORT);
			else
				dial_url(arena, "https://a.example.org/");
			assert_int_equal(world.lookups, 1);
			if (good)
				expect_dialled(world.answers[0], way == 0 ?
				    IMAPS_PORT : HTTPS_PORT);
			else
				expect_silence("a private answer");
		}
}

/* A host that answers as the case says; asked how, too. */
static void
play(struct line *line, const void *state)
{
	static const char	 encoding[] = "Accept-Encoding:";
	char			 text[1024];
	int			 i;

	if (!peer_tls(line, PEER_GOOD, 0))
		return;
	while (peer_read_line(line, text, sizeof(text)) && text[0] != '\0')
		if (strncmp(text, encoding, strlen(encoding)) == 0 &&
		    strcmp(text, "Accept-Encoding: identity") != 0)
			_exit(8);
	peer_say(line, state);
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (i = 0; i < MOST; i++)
		peer_say(line, text);
}

/* What hosts answer to whoever they let in; the fault is FAULT_KINDS where
 * the answer is taken, but leads nowhere. */
static const struct {
	const char	*id;
	const char	*answer;
	enum fault_kind	 kind;
} answers[] = {
	{ "url-135", "HTTP/1.1 302 Go\r\nLocation: "
	    "http://169.254.169.254/latest/\r\nContent-Length: 0\r\n\r\n",
	    FAULT_KINDS },
	{ "url-136", "HTTP/1.1 301 Go\r\nLocation: file:///etc/passwd\r\n"
	    "Content-Length: 0\r\n\r\n", FAULT_KINDS },
	{ "url-138", "HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n\r\n",
	    FAULT_TOO_LARGE },
	{ "url-140", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n",
	    FAULT_PROTOCOL }
};

static void
drive_answer(struct arena *arena, size_t row)
{
	struct fetch		 fetch = {
		.method = "GET", .named = true, .ca_file = peer_ca_file(),
		.most = MOST, .deadline = clock_ms() + PEER_PATIENCE_MS
	};
	const struct fault	*bad;
	struct fetched		 fetched;
	struct peer		 peer;

	world.real = true;
	peer_start(&peer, play, answers[row].answer);
	fetch.url = text_format(arena, "https://localhost:%d/", peer.port);
	bad = fetch_run(arena, &fetch, &fetched);
	peer_stop(&peer);
	assert_int_equal(world.port, peer.port);
	assert_int_equal(bad == NULL ? FAULT_KINDS : bad->kind,
	    answers[row].kind);
	if (bad == NULL)
		assert_int_equal(fetched.status / 100, 3);
}

static void
drive_url(struct arena *arena, const struct json *one)
{
	const char		*id = json_text(json_member(one, "id"));
	const char		*url = json_text(json_member(one, "url"));
	const struct fault	*bad;
	size_t			 i;

	for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		if (strcmp(answers[i].id, id) == 0) {
			drive_answer(arena, i);
			return;
		}
	resolve_to(public_address);
	bad = dial_url(arena, url);
	if (is_allowed(one)) {
		expect_dialled(public_address, HTTPS_PORT);
		return;
	}
	assert_non_null(bad);
	assert_int_equal(bad->kind, FAULT_HOST);
	expect_silence(url);
}

/* A NUL never becomes part of a text: JSON and forms with one are refused. */
static void
drive_nul(struct arena *arena, struct bytes text)
{
	const char	*result;

	assert_non_null(strstr(bytes_text(arena, text), "\\u0000"));
	assert_false(url_unescape(arena, bytes_of("imap.example.org%00.evil"),
	    true, &result));
}

static void
drive(void **state)
{
	static const struct {
		const char	*member;
		void		(*drive)(struct arena *arena,
				    const struct json *one);
	} kinds[] = {
		{ "host", drive_host }, { "port", drive_port },
		{ "answers", drive_dns }, { "url", drive_url }
	};
	const struct bytes	*text = *state;
	const struct json	*one;
	struct arena		*arena = arena_open();
	size_t			 i;

	clear();
	if (json_read(arena, *text, JSON_KEYS_LAST, &one) != NULL) {
		drive_nul(arena, *text);
		arena_close(arena);
		return;
	}
	for (i = 0; json_member(one, kinds[i].member) == NULL; i++)
		assert_true(i + 1 < sizeof(kinds) / sizeof(kinds[0]));
	kinds[i].drive(arena, one);
	arena_close(arena);
}

static void
nothing(void **state)
{
	(void)state;
	skip();
}

/* "id: expected ..." */
static const char *
name_of(struct arena *arena, struct bytes text)
{
	struct texts	 words = text_split(arena, bytes_text(arena, text),
			    "\"");
	size_t		 i, id = 0, expect = 0;

	for (i = 0; i + 2 < words.len; i++) {
		id = strcmp(words.at[i], "id") == 0 ? i + 2 : id;
		expect = strcmp(words.at[i], "expect") == 0 ? i + 2 : expect;
	}
	return text_format(arena, "ssrf %s: expected %s", words.at[id],
	    words.at[expect]);
}

int
main(void)
{
	struct CMUnitTest	 tests[CASES_MOST] = {
		cmocka_unit_test(nothing)
	};
	static struct bytes	 texts[CASES_MOST];
	struct arena		*arena = arena_open();
	struct bytes		 file;
	size_t			 n = 0;
	int			 failed;

	cmocka_set_message_output(CM_OUTPUT_TAP);
	listen_here();
	file = corpora_read(arena, "own/ssrf/cases.json");
	for (; n < CASES_MOST && file.at != NULL &&
	    corpora_next(&file, &texts[n]); n++)
		tests[n] = (struct CMUnitTest){ name_of(arena, texts[n]),
		    drive, NULL, NULL, &texts[n] };
	failed = _cmocka_run_group_tests("ssrf", tests, n == 0 ? 1 : n, NULL,
	    NULL);
	arena_close(arena);
	return failed;
}
