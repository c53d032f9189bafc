#include "net/crowd.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/shelf.h"
#include "stage.h"

enum { PLACES = 2, LONG_MS = 2 * PATIENCE_MS };

static const char	 HOST[] = "mail.example.org";

/* A folder, as RUN_DIR is, with so many places for each server. */
static struct crowd_limit
make_folder(struct arena *arena, int64_t places)
{
	static const char	 name[] = "/tmp/postern-crowd-XXXXXX";
	char			*folder;

	folder = arena_copy(arena, name, sizeof(name));
	assert_non_null(mkdtemp(folder));
	return (struct crowd_limit){ folder, places, true };
}

static void
remove_folder(struct arena *arena, const struct crowd_limit *limit)
{
	unlink(text_format(arena, "%s/waiting", limit->folder));
	unlink(text_format(arena, "%s/waited-for", limit->folder));
	unlink(text_format(arena, "%s/waited-in-vain", limit->folder));
	assert_int_equal(rmdir(limit->folder), 0);
}

static bool
join(struct crowd *crowd, const struct crowd_limit *limit)
{
	return crowd_join(crowd, limit, HOST, 993, false);
}

/* Whom a server answers at once, nobody counts. */
static void
many_are_served(void **state)
{
	struct arena		*arena = arena_open();
	struct crowd_limit	 limit = make_folder(arena, PLACES);
	struct crowd		 crowds[PLACES * 4];
	size_t			 i;

	(void)state;
	for (i = 0; i < PLACES * 4; i++)
		assert_true(join(&crowds[i], &limit));
	for (i = 0; i < PLACES * 4; i++)
		crowd_leave(&crowds[i]);
	remove_folder(arena, &limit);
	arena_close(arena);
}

static void
few_may_wait(void **state)
{
	struct arena		*arena = arena_open();
	struct crowd_limit	 limit = make_folder(arena, PLACES);
	struct crowd		 crowds[PLACES + 1], other;
	size_t			 i;

	(void)state;
	for (i = 0; i <= PLACES; i++)
		assert_true(join(&crowds[i], &limit));
	for (i = 0; i < PLACES; i++) {
		assert_true(crowd_stay(&crowds[i]));
		assert_true(crowd_stay(&crowds[i]));
	}
	/* As long as that is all, who comes is not asked. */
	assert_true(join(&other, &limit));
	crowd_leave(&other);
	assert_false(crowd_stay(&crowds[PLACES]));
	crowd_leave(&crowds[PLACES]);
	assert_false(join(&other, &limit));
	/* Other servers have nothing to do with it. */
	assert_true(crowd_join(&other, &limit, HOST, 143, false));
	assert_true(crowd_join(&other, &limit, "a.example.org", 993, false));
	crowd_leave(&crowds[0]);
	assert_true(join(&other, &limit));
	assert_false(join(&crowds[0], &limit));
	/* Nor does it end with one who goes, but with one who is served. */
	crowd_leave(&other);
	assert_true(join(&other, &limit));
	crowd_thank(&other);
	for (i = 0; i < PLACES; i++)
		assert_true(join(&other, &limit));
	crowd_leave(&crowds[1]);
	remove_folder(arena, &limit);
	arena_close(arena);
}

/* Moves the note of those who waited in vain so many seconds back. */
static void
let_pass(struct arena *arena, const struct crowd_limit *limit, int64_t seconds)
{
	const char	*path;
	int64_t		 counter[2];
	off_t		 at;
	int		 fd;

	path = text_format(arena, "%s/waited-in-vain", limit->folder);
	assert_int_not_equal(fd = open(path, O_RDWR), -1);
	for (at = 0; pread(fd, counter, sizeof(counter), at) ==
	    (ssize_t)sizeof(counter); at += (off_t)sizeof(counter)) {
		if (counter[0] == 0)
			continue;
		counter[0] -= seconds;
		assert_int_equal(pwrite(fd, counter, sizeof(counter), at),
		    sizeof(counter));
	}
	close(fd);
}

/* After one who has waited in vain nobody tries for a while, and then as many
 * as there are places. */
static void
hope_ends(void **state)
{
	struct arena		*arena = arena_open();
	struct crowd_limit	 limit = make_folder(arena, 1);
	struct crowd		 one, other;

	(void)state;
	assert_true(join(&one, &limit));
	crowd_despair(&one);
	crowd_leave(&one);
	/* One alone may have had bad luck. */
	assert_true(join(&one, &limit));
	assert_false(join(&other, &limit));
	crowd_despair(&one);
	crowd_leave(&one);
	assert_false(join(&one, &limit));
	let_pass(arena, &limit, CROWD_PAUSE_SECONDS);
	assert_true(join(&one, &limit));
	assert_false(join(&other, &limit));
	crowd_thank(&one);
	assert_true(join(&one, &limit));
	assert_true(join(&other, &limit));
	remove_folder(arena, &limit);
	arena_close(arena);
}

/* A user's own server may serve one of his and let all others wait; and has
 * as many names as he likes. */
static void
typed_servers(void **state)
{
	struct arena		*arena = arena_open();
	struct crowd_limit	 limit = make_folder(arena, 1);
	struct crowd		 one, other;

	(void)state;
	assert_true(crowd_join(&one, &limit, "a.example.org", 993, true));
	crowd_despair(&one);
	crowd_despair(&one);
	assert_false(crowd_join(&one, &limit, "b.example.org", 993, true));
	let_pass(arena, &limit, CROWD_PAUSE_SECONDS);
	assert_true(crowd_join(&one, &limit, "B.example.org", 143, true));
	assert_false(crowd_join(&other, &limit, "c.Example.org", 993, true));
	assert_true(crowd_join(&other, &limit, "example.com", 993, true));
	crowd_thank(&one);
	assert_true(crowd_join(&one, &limit, "a.example.org", 993, true));
	assert_false(crowd_join(&other, &limit, "d.example.org", 993, true));
	crowd_leave(&one);
	remove_folder(arena, &limit);
	arena_close(arena);
}

/* Strangers who type names of a site that hang keep nobody from his mailbox
 * there; nor does one guest's server another's, but for the places. */
static void
strangers_and_guests(void **state)
{
	struct arena		*arena = arena_open();
	struct crowd_limit	 limit = make_folder(arena, 1), guests = limit;
	struct crowd		 stranger, one, other;

	(void)state;
	guests.stranger = false;
	assert_true(crowd_join(&stranger, &limit, "a.example.org", 993, true));
	assert_true(crowd_stay(&stranger));
	crowd_despair(&stranger);
	assert_true(crowd_join(&one, &guests, "a.example.org", 993, true));
	assert_true(crowd_stay(&one));
	assert_true(crowd_join(&other, &guests, "b.example.org", 993, true));
	assert_false(crowd_stay(&other));
	assert_false(crowd_join(&other, &guests, "b.example.org", 993, true));
	assert_true(crowd_join(&other, &guests, "c.example.org", 993, true));
	crowd_leave(&stranger);
	/* Who is served well takes the note away for all at his server. */
	crowd_leave(&one);
	assert_true(crowd_join(&other, &guests, "b.example.org", 993, true));
	crowd_thank(&other);
	assert_true(crowd_join(&one, &guests, "b.example.org", 993, true));
	assert_true(crowd_join(&other, &guests, "b.example.org", 993, true));
	remove_folder(arena, &limit);
	arena_close(arena);
}

/* Names that somebody looked for until their counter was that of the
 * operator's server: nobody there is turned away. */
static void
names_of_one_counter(void **state)
{
	static const struct {
		const char	*host;
		bool		 stranger;
	} rows[] = {
		{ "imap.x2964.example", true }, { "x23009.example.net", false }
	};
	struct arena		*arena = arena_open();
	struct crowd_limit	 limit;
	struct crowd		 one, other;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		limit = make_folder(arena, 1);
		limit.stranger = rows[i].stranger;
		assert_true(crowd_join(&other, &limit, rows[i].host, 993,
		    true));
		assert_true(join(&one, &limit));
		assert_int_equal(one.number % SHELF_COUNTERS,
		    other.number % SHELF_COUNTERS);
		crowd_despair(&other);
		crowd_despair(&other);
		assert_false(crowd_join(&other, &limit, rows[i].host, 993,
		    true));
		assert_true(join(&one, &limit));
		remove_folder(arena, &limit);
	}
	arena_close(arena);
}

/* Where nothing can be counted, nobody is turned away. */
static void
no_folder(void **state)
{
	static const struct crowd_limit	 limits[] = {
		{ NULL, 1, false }, { "", 1, true },
		{ "/nowhere/at/all", 1, false }, { "/tmp", 0, false }
	};
	struct crowd			 crowds[PLACES] = { 0 };
	size_t				 i, n;

	(void)state;
	crowd_leave(&crowds[0]);
	crowd_thank(&crowds[0]);
	for (i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		for (n = 0; n < PLACES; n++) {
			assert_true(join(&crowds[n], &limits[i]));
			assert_true(crowd_stay(&crowds[n]));
			crowd_despair(&crowds[n]);
		}
}

static void
be_silent(struct line *line, const void *state)
{
	(void)state;
	peer_drain(line);
}

/* A server that says nothing is waited for as long as there is a place; and
 * later on nobody without one even connects. */
static void
silent_server(void **state)
{
	struct crowd_limit	 limit;
	struct crowd		 first;
	struct stage		 stage;
	const struct fault	*bad;

	(void)state;
	begin(&stage, WIRE_IMAP, TLS_STARTTLS);
	limit = stage.target.crowd = make_folder(stage.arena, 1);
	peer_start(&stage.peer, be_silent, NULL);
	stage.target.guard.port = stage.peer.port;
	assert_true(crowd_join(&first, &limit, "localhost", stage.peer.port,
	    false));
	assert_true(crowd_stay(&first));
	bad = wire_open(stage.arena, &stage.target, clock_ms() + LONG_MS,
	    &stage.wire);
	assert_int_equal(bad->kind, FAULT_UNAVAILABLE);
	assert_non_null(bad->hint);
	peer_stop(&stage.peer);
	/* Nobody listens there any more, and nobody looks. */
	bad = wire_open(stage.arena, &stage.target, clock_ms() + LONG_MS,
	    &stage.wire);
	assert_int_equal(bad->kind, FAULT_UNAVAILABLE);
	crowd_leave(&first);
	bad = wire_open(stage.arena, &stage.target, clock_ms() + LONG_MS,
	    &stage.wire);
	assert_int_equal(bad->kind, FAULT_CONNECT);
	remove_folder(stage.arena, &limit);
	arena_close(stage.arena);
}

CHECK_MAIN(
	cmocka_unit_test(many_are_served),
	cmocka_unit_test(few_may_wait),
	cmocka_unit_test(hope_ends),
	cmocka_unit_test(typed_servers),
	cmocka_unit_test(strangers_and_guests),
	cmocka_unit_test(names_of_one_counter),
	cmocka_unit_test(no_folder),
	cmocka_unit_test(silent_server)
)
