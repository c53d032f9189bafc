#define _GNU_SOURCE	/* locks of an open file, F_OFD_SETLK */
#include "base/slot.h"

#include <assert.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"

/* Locks one place, unless another process has. */
static bool
lock(int fd, const struct slot_room *room, int64_t place)
{
	struct flock	 lock = {
		.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1,
		.l_start = (off_t)room->number * SLOT_PLACES + (off_t)place
	};

	return fcntl(fd, F_OFD_SETLK, &lock) == 0;
}

/* The room's file, or -1: then nobody counts. */
static int
open_room(struct arena *arena, const char *folder,
    const struct slot_room *room)
{
	assert(room->number >> SLOT_ROOM_BITS == 0 &&
	    room->most <= SLOT_PLACES);
	if (text_is_empty(folder))
		return -1;
	return open(text_format(arena, "%s/%s", folder, room->name),
	    O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
}

void
slot_take(struct arena *arena, const char *folder,
    const struct slot_room *room, struct slot *slot)
{
	int64_t	 place;

	*slot = (struct slot){ .taken = true };
	if ((slot->fd = open_room(arena, folder, room)) == -1)
		return;
	for (place = 0; place < room->most; place++)
		if (lock(slot->fd, room, place))
			return;
	slot_give(slot);
}

bool
slot_are_free(struct arena *arena, const char *folder,
    const struct slot_room *room, int64_t count)
{
	int64_t	 place;
	int	 fd;

	if ((fd = open_room(arena, folder, room)) == -1)
		return true;
	for (place = 0; place < room->most && count > 0; place++)
		if (lock(fd, room, place))
			count--;
	close(fd);
	return count <= 0;
}

void
slot_give(struct slot *slot)
{
	if (slot->taken && slot->fd != -1)
		close(slot->fd);
	*slot = (struct slot){ .fd = -1 };
}
