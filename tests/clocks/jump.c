/* Loaded into a program (LD_PRELOAD): its wall clock is wrong by as many
 * seconds as the file CLOCK_FILE says, an int64_t that may change while it
 * runs.  Clocks that do not jump are left as they are. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

typedef int	 clock_function(clockid_t id, struct timespec *now);

static const volatile int64_t	*wrong;
static clock_function		*whole;

/* Before the program gives up reading files. */
__attribute__((constructor)) static void
begin(void)
{
	const char	*name = getenv("CLOCK_FILE");
	void		*at;
	int		 fd;

	*(void **)&whole = dlsym(RTLD_NEXT, "clock_gettime");
	fd = open(name == NULL ? "" : name, O_RDONLY | O_CLOEXEC);
	at = mmap(NULL, sizeof(*wrong), PROT_READ, MAP_SHARED, fd, 0);
	if (whole == NULL || at == MAP_FAILED)
		abort();
	wrong = at;
	close(fd);
}

int
clock_gettime(clockid_t id, struct timespec *now)
{
	int	 result = whole(id, now);

	if (result == 0 && (id == CLOCK_REALTIME ||
	    id == CLOCK_REALTIME_COARSE))
		now->tv_sec += (time_t)*wrong;
	return result;
}

time_t
time(time_t *at)
{
	struct timespec	 now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (at != NULL)
		*at = now.tv_sec;
	return now.tv_sec;
}

int
gettimeofday(struct timeval *restrict at, void *restrict zone)
{
	struct timespec	 now;

	(void)zone;
	clock_gettime(CLOCK_REALTIME, &now);
	*at = (struct timeval){ now.tv_sec, now.tv_nsec / 1000 };
	return 0;
}
