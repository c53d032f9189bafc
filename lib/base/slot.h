#ifndef BASE_SLOT_H
#define BASE_SLOT_H

#include <stdbool.h>
#include <stdint.h>

struct arena;

/*
 * So many places for one thing among all processes of a computer: a lock on
 * one of the files NAME-1, NAME-2 in a folder (RUN_DIR), which the kernel
 * gives back when its process ends.
 */
struct slot {
	bool	 taken;
	int	 fd;		/* or -1 */
};

/*
 * Takes a free one of most, or leaves slot->taken false where there is none.
 * Without a folder (NULL or ""), or with one that can't be written to, nobody
 * counts: a process does one thing at a time, and so has a place.
 */
void	 slot_take(struct arena *arena, const char *folder, const char *name,
	    int64_t most, struct slot *slot);

/* Gives it back, if it was taken. */
void	 slot_give(struct slot *slot);

#endif
