#include "net/fetch.h"

#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"

#include "../check.h"
#include "../peer/peer.h"
#include "net/watch.h"

enum {
	PATIENCE_MS = 5000,
	SHORT_MS = 500,
	MOST = 1000,
	STREAM_BYTES = 8 * 1024 * 1024
};

/* What the peer expects first, and all that it answers. */
struct exchange {
	const char	*request;
	const char	*answer;
	size_t		 takes;		/* bytes of body */
};

static void
read_head(struct line *line)
{
	char	 text[4096];

	while (peer_read_line(line, text, sizeof(text)) && text[0] != '\0')
		if (strncmp(text, "Expect:", 7) == 0 ||
		    strncmp(text, "Cookie:", 7) == 0)
			_exit(6);
}

static void
answer(struct line *line, const void *state)
{
	const struct exchange	*exchange;

	exchange = state;
	if (!peer_tls(line, PEER_GOOD, 0))
		return;
	peer_expect(line, exchange->request);
	read_head(line);
	if (exchange->takes > 0 && peer_take(line, exchange->takes) !=
	    exchange->takes)
		_exit(7);
	peer_say(line, exchange->answer);
}

static struct fetch
plain_get(void)
{
	return (struct fetch){
		.method = "GET", .named = true, .ca_file = peer_ca_file(),
		.most = MOST, .deadline = clock_ms() + PATIENCE_MS
	};
}

static const struct fault *
run(struct arena *arena, const struct exchange *exchange, struct fetch fetch,
    struct fetched *fetched)
{
	const struct fault	*bad;
	struct peer		 peer;

	peer_start(&peer, answer, exchange);
	fetch.url = text_format(arena, "https://localhost:%d/x/../y?q",
	    peer.port);
	bad = fetch_run(arena, &fetch, fetched);
	if (!peer_stop(&peer) && bad == NULL)
		fail_msg("the peer saw what it did not expect");
	return bad;
}

static void
answers(void **state)
{
	static const struct {
		const char	*answer;
		int		 status;
		const char	*type, *body;
	} rows[] = {
		{ "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"
		    "Content-Type: text/x\r\n\r\nhi", 200, "text/x", "hi" },
		{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
		    "2\r\nhi\r\n1\r\n!\r\n0\r\n\r\n", 200, NULL, "hi!" },
		{ "HTTP/1.0 404 No\r\n\r\nabsent", 404, NULL, "absent" },
		{ "HTTP/1.1 302 Go\r\nLocation: http://169.254.169.254/\r\n"
		    "Content-Length: 0\r\n\r\n", 302, NULL, "" },
		{ "HTTP/1.1 200 OK\r\nContent-Encoding: identity\r\n"
		    "Content-Length: 1\r\n\r\nx", 200, NULL, "x" },
		{ "HTTP/1.1 204 No\r\nSet-Cookie: a=b\r\n\r\n", 204, NULL,
		    "" }
	};
	struct exchange	 exchange = { "GET /x/../y?q HTTP/1.1", NULL, 0 };
	struct fetched	 fetched;
	struct arena	*arena;
	size_t		 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		exchange.answer = rows[i].answer;
		assert_null(run(arena, &exchange, plain_get(), &fetched));
		assert_int_equal(fetched.status, rows[i].status);
		assert_int_equal(fetched.content_type == NULL,
		    rows[i].type == NULL);
		if (rows[i].type != NULL)
			assert_string_equal(fetched.content_type,
			    rows[i].type);
		assert_true(bytes_is(fetched.body, rows[i].body));
		assert_int_equal(fetched.modified, -1);
	}
	arena_close(arena);
}

static void
what_is_not_taken(void **state)
{
	static const struct {
		const char	*answer;
		enum fault_kind	 kind;
	} rows[] = {
		{ "HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n%s",
		    FAULT_TOO_LARGE },
		{ "HTTP/1.0 200 OK\r\n\r\n%s", FAULT_TOO_LARGE },
		{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
		    "5DC\r\n%s", FAULT_TOO_LARGE },
		{ "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
		    "Content-Length: 1\r\n\r\nx", FAULT_PROTOCOL },
		{ "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhi",
		    FAULT_CONNECT },
		{ "hello\r\n", FAULT_CONNECT },
		{ "", FAULT_CONNECT }
	};
	struct exchange		 exchange = { "GET *", NULL, 0 };
	const struct fault	*bad;
	struct fetched		 fetched;
	struct arena		*arena;
	char			 long_body[1501];
	size_t			 i;

	(void)state;
	arena = arena_open();
	memset(long_body, 'x', sizeof(long_body) - 1);
	long_body[sizeof(long_body) - 1] = '\0';
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		exchange.answer = rows[i].answer;
		if (strstr(rows[i].answer, "%s") != NULL)
			exchange.answer = text_format(arena, "%.*s%s",
			    (int)strcspn(rows[i].answer, "%"), rows[i].answer,
			    long_body);
		bad = run(arena, &exchange, plain_get(), &fetched);
		assert_non_null(bad);
		assert_int_equal(bad->kind, rows[i].kind);
	}
	arena_close(arena);
}

/* What is refused before a byte is sent. */
static void
where_nobody_goes(void **state)
{
	static const struct {
		const char	*url;
		bool		 named;
	} rows[] = {
		{ "http://example.org/", false },
		{ "https://example.org:22/", false },
		{ "https://127.0.0.1/", false },
		{ "https://[::1]/", false },
		{ "https://[::ffff:127.0.0.1]/", false },
		{ "https://169.254.169.254/latest/meta-data/", false },
		{ "https://localhost/", false },
		{ "https://2130706433/", false },
		{ "https://metadata.google.internal/", false },
		{ "https://example.org@127.0.0.1/", true },
		{ "https://example.org/#x", true },
		{ "ftp://example.org/", true }, { "file:///etc/passwd", true },
		{ "data:text/plain,hi", true }, { "javascript:alert(1)", true },
		{ "https:127.0.0.1", true }, { "//127.0.0.1/", true },
		{ "https://example.org/\r\nX: y", true }, { "", true }
	};
	const struct fault	*bad;
	struct fetched		 fetched;
	struct fetch		 fetch;
	struct arena		*arena;
	size_t			 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fetch = plain_get();
		fetch.url = rows[i].url;
		fetch.named = rows[i].named;
		bad = fetch_run(arena, &fetch, &fetched);
		if (bad == NULL || bad->kind != FAULT_HOST)
			fail_msg("%s", rows[i].url);
	}
	arena_close(arena);
}

/* A body of STREAM_BYTES, or as many as there are before it breaks. */
struct well {
	struct arena	*arena;
	size_t		 given, breaks_at, taken;
	size_t		 ends_at;
};

static const struct fault *
draw(void *state, unsigned char *at, size_t size, size_t *len)
{
	struct well	*well;

	well = state;
	if (well->given >= well->breaks_at)
		return fault_make(well->arena, FAULT_MESSAGE, "it broke");
	*len = size < well->ends_at - well->given ? size :
	    well->ends_at - well->given;
	memset(at, 'x', *len);
	well->given += *len;
	return NULL;
}

static const struct fault *
pour(void *state, struct bytes piece)
{
	struct well	*well;

	well = state;
	well->taken += piece.len;
	return well->taken > 2 ? fault_make(well->arena, FAULT_STORAGE,
	    "it is full") : NULL;
}

static void
bodies_stream(void **state)
{
	static const struct exchange	 put = { "PUT *", "HTTP/1.1 200 OK\r\n"
					    "Content-Length: 2\r\n\r\nok",
					    STREAM_BYTES };
	struct fetch			 fetch;
	struct fetched			 fetched;
	struct arena			*arena;
	struct well			 well = { 0 };

	(void)state;
	arena = arena_open();
	fetch = plain_get();
	fetch.method = "PUT";
	fetch.source = draw;
	fetch.sink = pour;
	fetch.state = &well;
	fetch.length = STREAM_BYTES;
	well = (struct well){ arena, 0, SIZE_MAX, 0, STREAM_BYTES };
	assert_null(run(arena, &put, fetch, &fetched));
	assert_int_equal(fetched.status, 200);
	assert_int_equal(well.given, STREAM_BYTES);
	assert_int_equal(well.taken, 2);
	assert_int_equal(fetched.body.len, 0);
	assert_true(arena_size(arena) < 256 * 1024);
	arena_close(arena);
}

static void
streams_that_break(void **state)
{
	static const struct exchange	 put = { "PUT *", "HTTP/1.1 200 OK\r\n"
					    "Content-Length: 3\r\n\r\nfed",
					    STREAM_BYTES };
	static const struct {
		size_t		 breaks_at, ends_at;
		enum fault_kind	 kind;
	} rows[] = {
		{ 0, STREAM_BYTES, FAULT_MESSAGE },
		{ 100000, STREAM_BYTES, FAULT_MESSAGE },
		{ SIZE_MAX, 100000, FAULT_PROTOCOL },
		{ SIZE_MAX, STREAM_BYTES, FAULT_STORAGE }
	};
	const struct fault		*bad;
	struct fetch			 fetch;
	struct fetched			 fetched;
	struct arena			*arena;
	struct well			 well;
	size_t				 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		well = (struct well){ arena, 0, rows[i].breaks_at, 0,
		    rows[i].ends_at };
		fetch = plain_get();
		fetch.method = "PUT";
		fetch.source = draw;
		fetch.sink = pour;
		fetch.state = &well;
		fetch.length = STREAM_BYTES;
		bad = run(arena, &put, fetch, &fetched);
		assert_non_null(bad);
		assert_int_equal(bad->kind, rows[i].kind);
	}
	arena_close(arena);
}

static void
bodies_at_hand(void **state)
{
	static const struct exchange	 post = { "POST *", "HTTP/1.1 200 OK"
					    "\r\nContent-Length: 0\r\n\r\n",
					    5 };
	static const struct exchange	 put = { "PUT *", "HTTP/1.1 201 OK"
					    "\r\nContent-Length: 0\r\n\r\n",
					    5 };
	static const struct exchange	 head = { "HEAD *", "HTTP/1.1 200 OK"
					    "\r\nContent-Length: 99999\r\n"
					    "Last-Modified: Fri, 24 May 2013 "
					    "00:00:00 GMT\r\n\r\n", 0 };
	struct fetched			 fetched;
	struct fetch			 fetch;
	struct arena			*arena;

	(void)state;
	arena = arena_open();
	fetch = plain_get();
	fetch.method = "POST";
	fetch.body = bytes_of("a=b&c");
	assert_null(run(arena, &post, fetch, &fetched));
	fetch.method = "PUT";
	assert_null(run(arena, &put, fetch, &fetched));
	assert_int_equal(fetched.status, 201);
	fetch = plain_get();
	fetch.method = "HEAD";
	assert_null(run(arena, &head, fetch, &fetched));
	assert_int_equal(fetched.modified, clock_seconds(2013, 5, 24, 0));
	assert_int_equal(fetched.body.len, 0);
	arena_close(arena);
}

static void
hang(struct line *line, const void *state)
{
	if (!peer_tls(line, PEER_GOOD, 0))
		return;
	peer_say(line, state);
	peer_drain(line);
}

static void
who_does_not_answer(void **state)
{
	const struct fault	*bad;
	struct fetched		 fetched;
	struct fetch		 fetch;
	struct arena		*arena;
	struct peer		 peer;

	(void)state;
	arena = arena_open();
	peer_start(&peer, hang, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n");
	fetch = plain_get();
	fetch.deadline = clock_ms() + SHORT_MS;
	fetch.url = text_format(arena, "https://localhost:%d/", peer.port);
	bad = fetch_run(arena, &fetch, &fetched);
	assert_non_null(bad);
	assert_int_equal(bad->kind, FAULT_TIMEOUT);
	peer_stop(&peer);
	/* A certificate of nobody's CA. */
	peer_start(&peer, hang, "");
	fetch = plain_get();
	fetch.ca_file = NULL;
	fetch.url = text_format(arena, "https://localhost:%d/", peer.port);
	bad = fetch_run(arena, &fetch, &fetched);
	assert_non_null(bad);
	assert_int_equal(bad->kind, FAULT_TLS);
	peer_stop(&peer);
	arena_close(arena);
}

/* Nobody waits for it any more: it ends in the midst, unless it is held. */
static void
who_goes(void **state)
{
	struct watch		 watch = { .events = POLLIN, .stops = true };
	const struct fault	*bad;
	struct fetched		 fetched;
	struct fetch		 fetch;
	struct arena		*arena = arena_open();
	struct peer		 peer;
	int			 i, ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	close(ends[1]);
	watch.fd = ends[0];
	for (i = 0; i < 2; i++) {
		peer_start(&peer, hang,
		    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab");
		fetch = plain_get();
		fetch.deadline = clock_ms() + (watch.stops ? PATIENCE_MS :
		    SHORT_MS);
		fetch.url = text_format(arena, "https://localhost:%d/",
		    peer.port);
		fetch.watch = &watch;
		bad = fetch_run(arena, &fetch, &fetched);
		assert_non_null(bad);
		assert_int_equal(bad->kind, watch.stops ? FAULT_GONE :
		    FAULT_TIMEOUT);
		peer_stop(&peer);
		watch_hold(&watch);
	}
	close(ends[0]);
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(answers), cmocka_unit_test(what_is_not_taken),
    cmocka_unit_test(where_nobody_goes), cmocka_unit_test(bodies_stream),
    cmocka_unit_test(streams_that_break), cmocka_unit_test(bodies_at_hand),
    cmocka_unit_test(who_does_not_answer), cmocka_unit_test(who_goes))
