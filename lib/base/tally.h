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

/* What is to be counted, and for how long together. */
struct counting {
	int64_t	 seconds;	/* since it began: then it begins anew */
	int64_t	 more;		/* 0: just look; or fewer, not below 0 */
	int64_t	 left;		/* told: seconds until it begins anew */
};

/* Lives as long as the arena; nothing is counted yet. */
struct tally	*tally_make(struct arena *arena);

/* Counts in a counter, of any number; those whose numbers differ by a multiple
 * of TALLY_COUNTERS are one. What it then stands at. */
int64_t		 tally_count(struct tally *tally, unsigned counter,
		    struct counting *counting);

#endif
