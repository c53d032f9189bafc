#ifndef BASE_SHELF_H
#define BASE_SHELF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

struct arena;
struct counting;

/*
 * What the processes of one computer tell each other in RUN_DIR, by files
 * that may be lost, cut or absent at any time.  Names are ours, never those
 * of somebody outside.  Only a plain file of our own user is touched; without
 * a folder (NULL or "") there is never anything.
 */
enum {
	SHELF_COUNTERS = 65536,		/* in one file, of 16 bytes each */
	SHELF_FULL = -2			/* not counted: the disk has no room */
};

/*
 * The whole of a file of at most so many bytes.  False where there is none,
 * or it is not ours, or is just being written.  It may have been cut: who
 * needs to know seals or digests what he keeps.
 */
bool	 shelf_read(struct arena *arena, const char *folder,
	    const char *name, size_t most, struct bytes *bytes);

/* Keeps it, unless another process writes there or the disk says no. */
void	 shelf_write(struct arena *arena, const char *folder,
	    const char *name, struct bytes bytes);

/* Counts (base/tally) in a counter of a file, below SHELF_COUNTERS.  What it
 * then stands at, or -1 where nothing can be counted, or SHELF_FULL. */
int64_t	 shelf_count(struct arena *arena, const char *folder,
	    const char *name, unsigned counter,
	    struct counting *counting);

#endif
