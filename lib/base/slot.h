#ifndef BASE_SLOT_H
#define BASE_SLOT_H

#include <stdbool.h>
#include <stdint.h>

struct arena;

/*
 * So many places for one thing among all processes of a computer: a lock on
 * one byte of a file in a folder (RUN_DIR), which the kernel gives back when
 * its process ends.
 */
enum {
	SLOT_ROOM_BITS = 52,	/* of a room's number: so many that nobody
				 * finds himself in another's room */
	SLOT_PLACES = 1024	/* in one room, at most */
};

struct slot_room {
	const char	*name;		/* of the file */
	uint64_t	 number;	/* of SLOT_ROOM_BITS */
	int64_t		 most;		/* places */
};

struct slot {
	bool	 taken;
	int	 fd;		/* or -1 */
};

/*
 * Takes a free place, or leaves slot->taken false where there is none.
 * Without a folder (NULL or ""), or with one that can't be written to, nobody
 * counts: a process does one thing at a time, and so has a place.
 */
void	 slot_take(struct arena *arena, const char *folder,
	    const struct slot_room *room, struct slot *slot);

/* Whether there are so many free places just now, or nobody counts. */
bool	 slot_are_free(struct arena *arena, const char *folder,
	    const struct slot_room *room, int64_t count);

/* Gives it back, if it was taken; a struct of zeros was not. */
void	 slot_give(struct slot *slot);

#endif
