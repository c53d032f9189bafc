#ifndef BASE_SLOT_H
#define BASE_SLOT_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct fault;

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
 * Without a folder (NULL or "") nobody counts, and there always is one.
 * FAULT_INTERNAL when the folder can't be used.
 */
const struct fault	*slot_take(struct arena *arena, const char *folder,
			    const char *name, int64_t most,
			    struct slot *slot);

/* Gives it back, if it was taken. */
void			 slot_give(struct slot *slot);

#endif
