#include "base/tally.h"

#include "base/arena.h"
#include "base/clock.h"

struct counter {
	int64_t	 began;		/* seconds since 1970 */
	int64_t	 count;
};

struct tally {
	struct counter	 counters[TALLY_COUNTERS];
};

struct tally *
tally_make(struct arena *arena)
{
	return arena_take(arena, sizeof(struct tally));
}

int64_t
tally_count(struct tally *tally, unsigned counter,
    struct counting *counting)
{
	struct counter	*at = &tally->counters[counter % TALLY_COUNTERS];
	int64_t		 now = clock_now();

	if (at->began > now || now - at->began >= counting->seconds)
		*at = (struct counter){ now, 0 };
	at->count += counting->more;
	at->count = at->count < 0 ? 0 : at->count;
	counting->left = at->began + counting->seconds - now;
	return at->count;
}
