#include "base/slot.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"

/* Locks the file unless another process has.  Whether it can be used. */
static bool
try_file(const char *path, struct slot *slot)
{
	slot->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
	    0600);
	if (slot->fd == -1)
		return false;
	slot->taken = flock(slot->fd, LOCK_EX | LOCK_NB) == 0;
	if (!slot->taken)
		slot_give(slot);
	return true;
}

void
slot_take(struct arena *arena, const char *folder, const char *name,
    int64_t most, struct slot *slot)
{
	int64_t	 i;

	*slot = (struct slot){ .taken = text_is_empty(folder), .fd = -1 };
	for (i = 1; i <= most && !slot->taken; i++)
		if (!try_file(text_format(arena, "%s/%s-%lld", folder, name,
		    (long long)i), slot))
			slot->taken = true;
}

void
slot_give(struct slot *slot)
{
	if (slot->fd != -1)
		close(slot->fd);
	*slot = (struct slot){ .fd = -1 };
}
