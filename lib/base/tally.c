#include "base/tally.h"

#include "base/arena.h"
#include "base/clock.h"

struct counter {
	int64_t	 began;		/* seconds since 1970 */
	int64_t	 count;
};

struct tally {
	struct arena	*arena;
	struct counter	*counters;	/* NULL: nothing was counted yet */
};

struct tally *
tally_make(struct arena *arena)
{
	struct tally	*tally;

	tally = arena_take(arena, sizeof(*tally));
	tally->arena = arena;
	return tally;
}

int64_t
tally_count(struct tally *tally, unsigned counter,
    struct counting *counting)
{
	int64_t		 now = clock_now();
	struct counter	*at;

	if (tally->counters == NULL)
		tally->counters = arena_array(tally->arena, TALLY_COUNTERS,
		    sizeof(*tally->counters));
	at = &tally->counters[counter % TALLY_COUNTERS];
	if (at->began > now || now - at->began >= counting->seconds)
		*at = (struct counter){ now, 0 };
	at->count += counting->more;
	at->count = at->count < 0 ? 0 : at->count;
	counting->left = at->began + counting->seconds - now;
	return at->count;
}
