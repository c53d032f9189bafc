#ifndef BASE_TALLY_H
#define BASE_TALLY_H

#include <stdint.h>

struct arena;

/*
 * Counters of one process, for where there is no folder to count in with the
 * others (base/shelf).
 */
enum { TALLY_COUNTERS = 4096 };

struct tally;

/* Lives as long as the arena; nothing is counted yet. */
struct tally	*tally_make(struct arena *arena);

/*
 * Counts more (0: just looks; or fewer, but never below 0) in a counter, of
 * any number, that begins anew when so many seconds have passed since it
 * began; those whose numbers differ by a multiple of TALLY_COUNTERS are one.
 * What it then stands at.
 */
int64_t		 tally_count(struct tally *tally, unsigned counter,
		    int64_t seconds, int64_t more);

#endif
