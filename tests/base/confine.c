/* What a program gives up at its start, whatever it is for: each look is that
 * of a child of its own. */
#define _GNU_SOURCE
#include "base/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../check.h"

#if defined(__SANITIZE_ADDRESS__) || defined(POSTERN_SANITIZED)
#define SANITIZED	true
#else
#define SANITIZED	false
#endif

enum {
	SPACE = 128 << 20,
	FILES = CONFINE_DESCRIPTORS,
	NOBODY = 65534,
	GOOD = 0,
	WRONG = 1
};

/* Each is asked behind confine(), and answers whether it is as it must be. */

static bool
makes_private_files(void)
{
	char		 path[] = "/tmp/postern-confine.XXXXXX";
	struct stat	 status;
	int		 fd;

	if (mkdtemp(path) == NULL || rmdir(path) != 0)
		return false;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0777);
	unlink(path);
	return fstat(fd, &status) == 0 && (status.st_mode & 0777) == 0700;
}

static bool
stands_at_the_root(void)
{
	char	 folder[8];

	return getcwd(folder, sizeof(folder)) != NULL &&
	    strcmp(folder, "/") == 0;
}

/* The test has opened one of them before it. */
static bool
inherits_nothing(void)
{
	int	 fd;

	for (fd = STDERR_FILENO + 1; fd < FILES; fd++)
		if (fcntl(fd, F_GETFD) != -1)
			return false;
	return fcntl(STDERR_FILENO, F_GETFD) != -1;
}

static bool
keeps_its_rights(void)
{
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
}

static bool
is_at_most(enum __rlimit_resource what, rlim_t most)
{
	struct rlimit	 now;

	return getrlimit(what, &now) == 0 &&
	    now.rlim_cur <= most && now.rlim_max <= most;
}

static bool
dumps_no_core(void)
{
	return is_at_most(RLIMIT_CORE, 0);
}

static bool
dumps_no_memory(void)
{
	char	 told[16] = "";
	int	 fd;

	/* Else the file is root's. */
	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
	fd = open("/proc/self/coredump_filter", O_RDONLY | O_CLOEXEC);
	return read(fd, told, sizeof(told) - 1) > 0 &&
	    strtoul(told, NULL, 16) == 0;
}

static bool
cannot_be_traced(void)
{
	return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0;
}

static bool
opens_so_many(void)
{
	int	 fd, last = -1;

	while ((fd = dup(STDERR_FILENO)) != -1)
		last = fd;
	return errno == EMFILE && last == FILES - 1;
}

static void *
map(size_t size)
{
	return mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/* Not by malloc, which ends the program where there is no more (base/arena),
 * nor to write to, which has a limit of its own. */
static bool
takes_so_much(void)
{
	return map(SPACE / 4) != MAP_FAILED && map(SPACE) == MAP_FAILED;
}

static bool
has_so_much_data(void)
{
	return is_at_most(RLIMIT_DATA, SPACE);
}

static bool
makes_no_process(void)
{
	confine_processes();
	/* The limit is not for root. */
	if (geteuid() == 0 && setuid(NOBODY) == -1)
		return false;
	return fork() == -1 && errno == EAGAIN;
}

static void
ask(bool (*good)(void))
{
	pid_t	 pid;
	int	 status;

	if ((pid = fork()) == 0) {
		dup2(STDOUT_FILENO, FILES / 2);
		confine(SPACE);
		_exit(good() ? GOOD : WRONG);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), GOOD);
}

/* good: asked as it stands; sane: but for sanitizers, which need what is given
 * up. */
#define CASE(name, good, sane)						\
static void								\
name(void **state)							\
{									\
	(void)state;							\
	if (SANITIZED && (sane))					\
		skip();							\
	ask(good);							\
}

CASE(files_are_its_own, makes_private_files, false)
CASE(folder_is_the_root, stands_at_the_root, false)
CASE(descriptors_are_closed, inherits_nothing, true)
CASE(no_new_privileges, keeps_its_rights, false)
CASE(no_core, dumps_no_core, false)
CASE(no_memory_in_a_core, dumps_no_memory, false)
CASE(not_traceable, cannot_be_traced, true)
CASE(descriptors_are_few, opens_so_many, true)
CASE(memory_is_limited, takes_so_much, true)
CASE(data_is_limited, has_so_much_data, true)
CASE(no_processes, makes_no_process, true)

CHECK_MAIN(
	cmocka_unit_test(files_are_its_own),
	cmocka_unit_test(folder_is_the_root),
	cmocka_unit_test(descriptors_are_closed),
	cmocka_unit_test(no_new_privileges),
	cmocka_unit_test(no_core),
	cmocka_unit_test(no_memory_in_a_core),
	cmocka_unit_test(not_traceable),
	cmocka_unit_test(descriptors_are_few),
	cmocka_unit_test(memory_is_limited),
	cmocka_unit_test(data_is_limited),
	cmocka_unit_test(no_processes)
)
