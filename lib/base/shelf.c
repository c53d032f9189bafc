#include "base/shelf.h"

#include <assert.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/tally.h"
#include "base/text.h"

struct counter {
	int64_t	 began;		/* seconds since 1970 */
	int64_t	 count;
};

/* A locked descriptor of a file of ours, or -1. */
static int
open_ours(struct arena *arena, const char *folder, const char *name,
    int flags, int lock)
{
	struct stat	 told;
	int		 fd;

	if (text_is_empty(folder))
		return -1;
	fd = open(text_format(arena, "%s/%s", folder, name),
	    flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	if (fd == -1)
		return -1;
	if (fstat(fd, &told) == 0 && S_ISREG(told.st_mode) &&
	    told.st_uid == geteuid() && flock(fd, lock) == 0)
		return fd;
	close(fd);
	return -1;
}

bool
shelf_read(struct arena *arena, const char *folder, const char *name,
    size_t most, struct bytes *bytes)
{
	unsigned char	*at;
	ssize_t		 len;
	int		 fd;

	fd = open_ours(arena, folder, name, O_RDONLY, LOCK_SH | LOCK_NB);
	if (fd == -1)
		return false;
	at = arena_take(arena, most + 1);
	len = read(fd, at, most + 1);
	close(fd);
	if (len <= 0 || (size_t)len > most)
		return false;
	*bytes = bytes_from(at, (size_t)len);
	return true;
}

void
shelf_write(struct arena *arena, const char *folder, const char *name,
    struct bytes bytes)
{
	int	 fd;

	fd = open_ours(arena, folder, name, O_WRONLY | O_CREAT,
	    LOCK_EX | LOCK_NB);
	if (fd == -1)
		return;
	/* Half a file on a full disk is worse than none. */
	if (ftruncate(fd, 0) == 0 && write(fd, bytes.at, bytes.len) !=
	    (ssize_t)bytes.len && ftruncate(fd, 0) != 0)
		unlink(text_format(arena, "%s/%s", folder, name));
	close(fd);
}

int64_t
shelf_count(struct arena *arena, const char *folder, const char *name,
    unsigned counter, struct counting *counting)
{
	struct counter	 now = { 0, 0 };
	off_t		 at;
	int		 fd;
	bool		 good;

	assert(counter < SHELF_COUNTERS);
	fd = open_ours(arena, folder, name, O_RDWR | O_CREAT, LOCK_EX);
	if (fd == -1)
		return -1;
	at = (off_t)(counter * sizeof(now));
	if (pread(fd, &now, sizeof(now), at) != (ssize_t)sizeof(now) ||
	    now.began > clock_now() ||
	    clock_now() - now.began >= counting->seconds)
		now = (struct counter){ clock_now(), 0 };
	now.count += counting->more;
	now.count = now.count < 0 ? 0 : now.count;
	counting->left = now.began + counting->seconds - clock_now();
	good = counting->more == 0 || pwrite(fd, &now, sizeof(now), at) ==
	    (ssize_t)sizeof(now);
	close(fd);
	return good ? now.count : SHELF_FULL;
}
