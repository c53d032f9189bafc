#define _GNU_SOURCE
#include "base/confine.h"

#include <fcntl.h>
#include <malloc.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"

enum {
	LARGE_BYTES = 128 * 1024,	/* glibc's own to begin with */
	SPARE_BYTES = 1024 * 1024
};

/* Lowers a limit that was higher, for good. */
static bool
limit(enum __rlimit_resource what, rlim_t most)
{
	struct rlimit	 now, wanted = { most, most };

	if (getrlimit(what, &now) == -1)
		return false;
	if (now.rlim_max != RLIM_INFINITY && now.rlim_max < most)
		wanted.rlim_cur = wanted.rlim_max = now.rlim_max;
	return setrlimit(what, &wanted) == 0;
}

/* Were there a dump for all that, it would hold no memory of ours, nor of the
 * libraries: what MADV_DONTDUMP does for one block. */
static void
leave_out_of_dumps(void)
{
	int	 fd;
	ssize_t	 written;

	fd = open("/proc/self/coredump_filter", O_WRONLY | O_CLOEXEC);
	if (fd == -1)
		return;
	written = write(fd, "0", 1);
	(void)written;
	close(fd);
}

void
confine(size_t address_space)
{
	umask(077);
	/* Said aloud, it does not follow what was freed: after one large
	 * request as much would be kept for ever. */
	mallopt(M_MMAP_THRESHOLD, LARGE_BYTES);
	/* What one request frees, the next one takes again. */
	mallopt(M_TRIM_THRESHOLD, SPARE_BYTES);
	mallopt(M_TOP_PAD, LARGE_BYTES);
	if (chdir("/") == -1)
		log_line(LOG_WARN, "cannot change directory to /");
	closefrom(STDERR_FILENO + 1);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_NOFILE, CONFINE_DESCRIPTORS);
	leave_out_of_dumps();
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
#if !defined(__SANITIZE_ADDRESS__) && !defined(POSTERN_SANITIZED)
	/* The sanitizer of leaks traces its own process. */
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	if (address_space != 0 && (!limit(RLIMIT_AS, address_space) ||
	    !limit(RLIMIT_DATA, address_space)))
		log_line(LOG_WARN, "cannot limit the address space");
#else
	(void)address_space;
#endif
}

void
confine_processes(void)
{
#if !defined(__SANITIZE_ADDRESS__) && !defined(POSTERN_SANITIZED)
	/* The sanitizer of leaks looks from a thread of its own. */
	limit(RLIMIT_NPROC, 0);
#endif
}
