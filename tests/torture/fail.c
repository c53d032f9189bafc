/* What decides; and calls for memory, with what is held of it. */
#define _GNU_SOURCE
#include "fail.h"

#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <grp.h>
#include <link.h>
#include <malloc.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <unistd.h>

static struct torture	*shared;
static bool		 inside;	/* what is done here is not counted */
static bool		 copied;	/* see TORTURE_COPIES */
static bool		 apart;		/* what this process holds is not told:
					 * it only ends with all of that */
static uintptr_t	 program_start, program_end;

void
torture_find(const char *name, void *function)
{
	void	*at = dlsym(RTLD_NEXT, name);

	memcpy(function, &at, sizeof(at));
}

static int
see_program(struct dl_phdr_info *told, size_t size, void *unused)
{
	int	 i;

	(void)size;
	(void)unused;
	for (i = 0; i < told->dlpi_phnum; i++)
		if (told->dlpi_phdr[i].p_type == PT_LOAD)
			program_end = told->dlpi_addr +
			    told->dlpi_phdr[i].p_vaddr +
			    told->dlpi_phdr[i].p_memsz;
	program_start = told->dlpi_addr;
	return 1;
}

/* TORTURE_OWNER=UID:GID is who the program runs as, where root starts it. */
static void
become_owner(void)
{
	const char	*told = getenv("TORTURE_OWNER");
	char		*end;
	uid_t		 user;

	if (told == NULL)
		return;
	user = (uid_t)strtoul(told, &end, 10);
	if (*end != ':' || setgroups(0, NULL) != 0 ||
	    setgid((gid_t)strtoul(end + 1, NULL, 10)) != 0 ||
	    setuid(user) != 0)
		abort();
}

__attribute__((constructor))
static void
begin(void)
{
	const char	*path = getenv("TORTURE_FILE");
	void		*frames[2], *at;
	int		 fd;

	inside = true;
	become_owner();
	if (path == NULL || (fd = open(path, O_RDWR)) == -1)
		return;
	at = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED,
	    fd, 0);
	close(fd);
	if (at == MAP_FAILED)
		return;
	/* The program is the first of all objects; and the first time that
	 * this is called it loads what it needs. */
	dl_iterate_phdr(see_program, NULL);
	(void)backtrace(frames, 2);
	shared = at;
	shared->blocks = shared->bytes = 0;
	inside = false;
}

static bool
is_own(const void *caller)
{
	uintptr_t	 at = (uintptr_t)caller;

	return at >= program_start && at < program_end;
}

/* Where a path starts this library itself is called. */
enum { OWN_FRAMES = 3 };

static int
walk(void **frames)
{
	int	 count;

	inside = true;
	count = backtrace(frames, TORTURE_FRAMES);
	inside = false;
	return count;
}

/* FNV-1a, over the frames. */
static uint32_t
path_digest(void)
{
	void		*frames[TORTURE_FRAMES];
	uint64_t	 sum = 0xcbf29ce484222325;
	int		 count, i;

	count = walk(frames);
	for (i = OWN_FRAMES; i < count; i++)
		sum = (sum ^ (uintptr_t)frames[i]) * 0x100000001b3;
	return (uint32_t)(sum ^ sum >> 32);
}

static void
note(const void *caller)
{
	void	*frames[TORTURE_FRAMES];
	int	 count, i;

	shared->own = is_own(caller);
	count = walk(frames);
	for (i = OWN_FRAMES; i < count; i++)
		shared->caller[i - OWN_FRAMES] = (uintptr_t)frames[i];
	shared->frames = count < OWN_FRAMES ? 0 : (uint32_t)count - OWN_FRAMES;
}

bool
torture_is_copy(void)
{
	return copied;
}

/* How a process ends without memory (EX_OSERR), and a copy that went on. */
enum { GAVE_UP = 71, WENT_ON = 1 };

/* Whether this is a copy, in which that call fails. */
static bool
try_in_copy(enum torture_kind kind, uint32_t *mark)
{
	int	 before = errno, status, i;
	pid_t	 pid;

	if (*mark != TORTURE_MARKED)
		return false;
	/* Whatever else there is to be done when a process is forked is not
	 * done: this one only ends. */
	if ((pid = _Fork()) == 0) {
		copied = apart = true;
		return true;
	}
	*mark = TORTURE_WENT_ON;
	if (pid != -1 && waitpid(pid, &status, 0) == pid &&
	    WIFEXITED(status) && WEXITSTATUS(status) == GAVE_UP) {
		*mark = TORTURE_ENDED;
		for (i = 0; i < TORTURE_KINDS; i++)
			*mark += i == (int)kind ? 0 : shared->calls[i];
	}
	errno = before;
	return false;
}

__attribute__((noinline)) bool
torture_fails(enum torture_kind kind, const void *caller)
{
	uint32_t	 number;

	if (shared == NULL || inside)
		return false;
	if (copied)
		_exit(WENT_ON);
	if (shared->burst) {
		shared->failed++;
		return true;
	}
	number = ++shared->calls[kind];
	if (shared->kind != kind)
		return false;
	if (shared->traced && number <= TORTURE_PATHS)
		shared->path[number - 1] = path_digest();
	if (shared->way == TORTURE_COPIES)
		return number <= TORTURE_PATHS &&
		    try_in_copy(kind, &shared->path[number - 1]);
	if (number != shared->at)
		return false;
	note(caller);
	shared->failed++;
	shared->burst = shared->way == TORTURE_BURST;
	return true;
}

bool
torture_fails_once(enum torture_kind kind, const void *caller)
{
	if (shared == NULL || inside || shared->burst || copied ||
	    !torture_fails(kind, caller))
		return false;
	shared->burst = 0;
	return true;
}

pid_t
fork(void)
{
	pid_t	 pid;
	NEXT(pid_t, "fork", void);

	if (torture_fails(TORTURE_OTHER, CALLER)) {
		errno = EAGAIN;
		return -1;
	}
	if ((pid = next()) == 0)
		apart = true;
	return pid;
}

static bool
no_memory(const void *caller)
{
	if (!torture_fails(TORTURE_MEMORY, caller))
		return false;
	errno = ENOMEM;
	return true;
}

static void *
held(void *at)
{
	if (at != NULL && shared != NULL && !apart) {
		shared->blocks++;
		shared->bytes += (int64_t)malloc_usable_size(at);
	}
	return at;
}

static void
given_back(void *at)
{
	if (at != NULL && shared != NULL && !apart) {
		shared->blocks--;
		shared->bytes -= (int64_t)malloc_usable_size(at);
	}
}

static void *
take(size_t size, const void *caller)
{
	NEXT(void *, "__libc_malloc", size_t);

	return no_memory(caller) ? NULL : held(next(size));
}

static void *
take_zeroed(size_t count, size_t size, const void *caller)
{
	NEXT(void *, "__libc_calloc", size_t, size_t);

	return no_memory(caller) ? NULL : held(next(count, size));
}

static void *
take_aligned(size_t alignment, size_t size, const void *caller)
{
	NEXT(void *, "__libc_memalign", size_t, size_t);

	return no_memory(caller) ? NULL : held(next(alignment, size));
}

static void *
resize(void *at, size_t size, const void *caller)
{
	size_t	 before;
	void	*grown;
	NEXT(void *, "__libc_realloc", void *, size_t);

	if (no_memory(caller))
		return NULL;
	before = malloc_usable_size(at);
	if ((grown = next(at, size)) == NULL && size != 0)
		return NULL;
	if (at != NULL && shared != NULL && !apart) {
		shared->blocks--;
		shared->bytes -= (int64_t)before;
	}
	return held(grown);
}

/* The program has these itself (base/arena), which then call those below: the
 * ones by these names are for a program that has not. */
void *
malloc(size_t size)
{
	return take(size, CALLER);
}

void *
calloc(size_t count, size_t size)
{
	return take_zeroed(count, size, CALLER);
}

void *
realloc(void *at, size_t size)
{
	return resize(at, size, CALLER);
}

void	*__libc_malloc(size_t size);
void	*__libc_calloc(size_t count, size_t size);
void	*__libc_realloc(void *at, size_t size);

void *
__libc_malloc(size_t size)
{
	return take(size, CALLER);
}

void *
__libc_calloc(size_t count, size_t size)
{
	return take_zeroed(count, size, CALLER);
}

void *
__libc_realloc(void *at, size_t size)
{
	return resize(at, size, CALLER);
}

void *
memalign(size_t alignment, size_t size)
{
	return take_aligned(alignment, size, CALLER);
}

void *
aligned_alloc(size_t alignment, size_t size)
{
	return take_aligned(alignment, size, CALLER);
}

int
posix_memalign(void **at, size_t alignment, size_t size)
{
	*at = take_aligned(alignment, size, CALLER);
	return *at == NULL ? ENOMEM : 0;
}

/* What the program's own free, in base/arena, ends with. */
void	 __libc_free(void *at);

void
__libc_free(void *at)
{
	NEXT(void, "__libc_free", void *);

	given_back(at);
	next(at);
}

void *
mmap(void *at, size_t size, int rights, int flags, int fd, off_t from)
{
	NEXT(void *, "mmap", void *, size_t, int, int, int, off_t);

	return no_memory(CALLER) ? MAP_FAILED :
	    next(at, size, rights, flags, fd, from);
}

void *
mmap64(void *at, size_t size, int rights, int flags, int fd, off64_t from)
{
	NEXT(void *, "mmap64", void *, size_t, int, int, int, off64_t);

	return no_memory(CALLER) ? MAP_FAILED :
	    next(at, size, rights, flags, fd, from);
}

/* Between two requests: what is still held then. */
int
pselect(int count, fd_set *restrict in, fd_set *restrict out,
    fd_set *restrict odd, const struct timespec *restrict most,
    const sigset_t *restrict mask)
{
	int	 fd;
	NEXT(int, "pselect", int, fd_set *, fd_set *, fd_set *,
	    const struct timespec *, const sigset_t *);

	if (shared != NULL) {
		shared->descriptors = 0;
		for (fd = 0; fd < TORTURE_FILES; fd++)
			if (fcntl(fd, F_GETFD) != -1)
				shared->descriptors++;
		shared->idle_blocks = shared->blocks;
		shared->idle_bytes = shared->bytes;
		shared->waits++;
	}
	return next(count, in, out, odd, most, mask);
}
