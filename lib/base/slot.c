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

void
slot_take(struct arena *arena, const char *folder,
    const struct slot_room *room, struct slot *slot)
{
	int64_t	 place;

	assert(room->number >> SLOT_ROOM_BITS == 0 &&
	    room->most <= SLOT_PLACES);
	*slot = (struct slot){ .taken = true, .fd = -1 };
	if (text_is_empty(folder))
		return;
	slot->fd = open(text_format(arena, "%s/%s", folder, room->name),
	    O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (slot->fd == -1)
		return;
	for (place = 0; place < room->most; place++)
		if (lock(slot->fd, room, place))
			return;
	slot_give(slot);
}

bool
slot_is_free(struct arena *arena, const char *folder,
    const struct slot_room *room)
{
	struct slot	 slot;
	bool		 taken;

	slot_take(arena, folder, room, &slot);
	taken = slot.taken;
	slot_give(&slot);
	return taken;
}

void
slot_give(struct slot *slot)
{
	if (slot->taken && slot->fd != -1)
		close(slot->fd);
	*slot = (struct slot){ .fd = -1 };
}
