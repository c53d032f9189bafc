#include "net/fetch.h"


#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"

#include "../check.h"
#include "../peer/peer.h"

enum { PEERS = 2, PATIENCE_MS = 5000, SHORT_MS = 500, MOST = 1000 };

#define GOOD	"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood"
#define BAD	"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad"
#define ABSENT	"HTTP/1.1 404 No\r\nContent-Length: 4\r\n\r\ngood"
#define SILENT	"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngo"
#define BROKEN	"hello\r\n"
#define PACKED	"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\ngood"

/* What two peers answer, and what comes of it. */
struct race_case {
	const char	*first, *second;
	bool		 won;
	enum fault_kind	 kind;		/* otherwise */
};

static const struct race_case	 cases[] = {
	{ GOOD, GOOD, true, FAULT_KINDS },
	{ BAD, GOOD, true, FAULT_KINDS },
	{ GOOD, BAD, true, FAULT_KINDS },
	{ ABSENT, GOOD, true, FAULT_KINDS },
	{ BROKEN, GOOD, true, FAULT_KINDS },
	{ GOOD, PACKED, true, FAULT_KINDS },
	{ SILENT, GOOD, true, FAULT_KINDS },
	{ GOOD, SILENT, true, FAULT_KINDS },
	{ BAD, ABSENT, false, FAULT_NOT_FOUND },
	{ PACKED, BAD, false, FAULT_PROTOCOL },
	{ BAD, BROKEN, false, FAULT_CONNECT }
};

static void
answer(struct line *line, const void *state)
{
	char	 text[4096];

	if (!peer_tls(line, PEER_GOOD, 0))
		return;
	while (peer_read_line(line, text, sizeof(text)) && text[0] != '\0')
		continue;
	peer_say(line, state);
	peer_drain(line);
}

static bool
is_good(void *state, const struct fetched *fetched)
{
	++*(int *)state;
	return fetched->status == 200 && bytes_is(fetched->body, "good");
}

static void
prepare(struct arena *arena, struct fetch *fetch, const struct peer *peer,
    int patience)
{
	*fetch = (struct fetch){
		.method = "GET", .named = true, .ca_file = peer_ca_file(),
		.url = text_format(arena, "https://localhost:%d/", peer->port),
		.most = MOST, .deadline = clock_ms() + patience
	};
}

static const struct fault *
run(struct arena *arena, const struct race_case *row, int patience,
    struct fetched *fetched)
{
	const struct fault	*bad;
	struct fetch		 fetches[PEERS];
	struct peer		 peers[PEERS];
	int			 judged = 0;

	peer_start(&peers[0], answer, row->first);
	peer_start(&peers[1], answer, row->second);
	prepare(arena, &fetches[0], &peers[0], patience);
	prepare(arena, &fetches[1], &peers[1], patience);
	bad = fetch_first(arena, fetches, PEERS, is_good, &judged, fetched);
	assert_in_range(judged, 0, PEERS);
	peer_stop(&peers[0]);
	peer_stop(&peers[1]);
	return bad;
}

static void
the_first_good_one(void **state)
{
	const struct fault	*bad;
	struct fetched		 fetched;
	struct arena		*arena;
	size_t			 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bad = run(arena, &cases[i], PATIENCE_MS, &fetched);
		if ((bad == NULL) != cases[i].won)
			fail_msg("row %zu: %s", i,
			    bad == NULL ? "won" : bad->detail);
		if (bad != NULL)
			assert_int_equal(bad->kind, cases[i].kind);
		else
			assert_true(bytes_is(fetched.body, "good"));
	}
	arena_close(arena);
}

static void
none_in_time(void **state)
{
	static const struct race_case	 row = { SILENT, SILENT, false,
	    FAULT_TIMEOUT };
	const struct fault		*bad;
	struct fetched			 fetched;
	struct arena			*arena;

	(void)state;
	arena = arena_open();
	bad = run(arena, &row, SHORT_MS, &fetched);
	assert_non_null(bad);
	assert_int_equal(bad->kind, row.kind);
	arena_close(arena);
}

/* One that may not be asked does not hinder the other. */
static void
one_that_is_not_asked(void **state)
{
	static const char *const	 never[] = {
		"http://example.org/", "https://127.0.0.1/",
		"https://example.org:8443/", "https://user@example.org/",
		"https://a.internal/", "file:///etc/passwd"
	};
	const struct fault		*bad;
	struct fetched			 fetched;
	struct fetch			 fetches[PEERS];
	struct arena			*arena;
	struct peer			 peer;
	int				 judged = 0;
	size_t				 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(never) / sizeof(never[0]); i++) {
		peer_start(&peer, answer, GOOD);
		prepare(arena, &fetches[0], &peer, PATIENCE_MS);
		prepare(arena, &fetches[1], &peer, PATIENCE_MS);
		fetches[0].url = never[i];
		fetches[0].named = false;
		assert_null(fetch_first(arena, fetches, PEERS, is_good,
		    &judged, &fetched));
		peer_stop(&peer);
		fetches[1] = fetches[0];
		bad = fetch_first(arena, fetches, PEERS, is_good, &judged,
		    &fetched);
		assert_non_null(bad);
		assert_int_equal(bad->kind, FAULT_HOST);
	}
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(the_first_good_one),
    cmocka_unit_test(none_in_time), cmocka_unit_test(one_that_is_not_asked))
