#define _GNU_SOURCE
#include "base/confine.h"

#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"

enum {
	LARGE_BYTES = 128 * 1024,	/* glibc's own to begin with */
	SPARE_BYTES = 1024 * 1024
};

void
confine(size_t address_space)
{
	struct rlimit	 none = { 0, 0 }, space;

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
	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
#if !defined(__SANITIZE_ADDRESS__) && !defined(POSTERN_SANITIZED)
	/* The sanitizer of leaks traces its own process. */
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	space = (struct rlimit){ address_space, address_space };
	if (address_space != 0 && setrlimit(RLIMIT_AS, &space) == -1)
		log_line(LOG_WARN, "cannot limit the address space");
#else
	(void)space;
	(void)address_space;
#endif
}
