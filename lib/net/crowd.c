#include "net/crowd.h"

#include <stdarg.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/bytes.h"
#include "base/shelf.h"
#include "base/tally.h"
#include "base/text.h"
#include "crypt/digest.h"
#include "data/site.h"

/* Where it is noted that many wait for a server, or that somebody has waited
 * in vain; and for how many seconds. */
struct note {
	const char	*file;
	int64_t		 seconds;
};

static const struct note	 crowded = { "waited-for", CROWD_SECONDS };
static const struct note	 vain = { "waited-in-vain",
				    CROWD_PAUSE_SECONDS };
static const char		 PLACES[] = "waiting";

enum { NUMBER_BITS = 63 };	/* what a counter holds */

static bool
counts(const struct crowd *crowd)
{
	return !text_is_empty(crowd->limit.folder) && crowd->limit.places > 0;
}

static uint64_t number_of(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

static uint64_t
number_of(const char *format, ...)
{
	struct arena	*arena = arena_open();
	struct bytes	 hash;
	uint64_t	 number = 0;
	struct buf	 name;
	va_list		 list;
	size_t		 i;

	buf_start(&name, arena);
	va_start(list, format);
	buf_formatv(&name, format, list);
	va_end(list);
	hash = digest(arena, DIGEST_SHA256, bytes_of(text_lower_copy(arena,
	    buf_string(&name))));
	for (i = 0; i < sizeof(number); i++)
		number = number << 8 | hash.at[i];
	arena_close(arena);
	return number >> (64 - NUMBER_BITS);
}

static void
find_numbers(struct crowd *crowd, const char *host, int64_t port)
{
	struct bytes	 site = site_of(host);
	uint64_t	 room;

	crowd->number = room = number_of("%s %lld", host, (long long)port);
	if (crowd->typed)
		room = number_of("%s %.*s", crowd->limit.stranger ?
		    "strangers" : "guests", (int)site.len,
		    (const char *)site.at);
	if (crowd->typed && crowd->limit.stranger)
		crowd->number = room;
	crowd->room = room >> (NUMBER_BITS - SLOT_ROOM_BITS);
}

/*
 * Sets or takes away a note, from now on, or looks at it: whether it stands.
 * It holds the number, since whoever types names finds one whose counter is
 * that of another's server.
 */
enum change { LOOK = 0, SET = 1, CLEAR = -1 };

static bool
mark(const struct crowd *crowd, const struct note *note, enum change change)
{
	struct counting	 counting = {
		.seconds = change == LOOK ? note->seconds : 0,
		.more = change == SET ? (int64_t)crowd->number : change
	};
	struct arena	*arena = arena_open();
	int64_t		 stands;

	stands = shelf_count(arena, crowd->limit.folder, note->file,
	    (unsigned)(crowd->number % SHELF_COUNTERS), &counting);
	arena_close(arena);
	return stands == (int64_t)crowd->number;
}

static bool
find_place(struct crowd *crowd)
{
	const struct slot_room	 room = {
		PLACES, crowd->room, crowd->limit.places
	};
	struct arena		*arena;

	crowd->late = true;
	if (crowd->place.taken)
		return true;
	arena = arena_open();
	slot_take(arena, crowd->limit.folder, &room, &crowd->place);
	arena_close(arena);
	return crowd->place.taken;
}

bool
crowd_join(struct crowd *crowd, const struct crowd_limit *limit,
    const char *host, int64_t port, bool typed)
{
	*crowd = (struct crowd){ .limit = *limit, .typed = typed };
	if (!counts(crowd))
		return true;
	find_numbers(crowd, host, port);
	if (!mark(crowd, &crowded, LOOK))
		return true;
	return !mark(crowd, &vain, LOOK) && find_place(crowd);
}

bool
crowd_stay(struct crowd *crowd)
{
	if (!counts(crowd) || find_place(crowd))
		return true;
	(void)mark(crowd, &crowded, SET);
	return false;
}

void
crowd_despair(struct crowd *crowd)
{
	if (!counts(crowd))
		return;
	if (mark(crowd, &crowded, LOOK))
		(void)mark(crowd, &vain, SET);
	(void)mark(crowd, &crowded, SET);
}

void
crowd_thank(struct crowd *crowd)
{
	if (crowd->late && !(crowd->typed && crowd->limit.stranger)) {
		(void)mark(crowd, &crowded, CLEAR);
		(void)mark(crowd, &vain, CLEAR);
	}
	crowd->late = false;
	slot_give(&crowd->place);
}

void
crowd_leave(struct crowd *crowd)
{
	slot_give(&crowd->place);
}
