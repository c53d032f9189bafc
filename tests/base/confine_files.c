/* Which files and ports a program that has started can still reach: each try
 * is a child of its own. */
#define _GNU_SOURCE
#include "base/confine_files.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/confine_calls.h"

#include "../check.h"

#define FILES	CONFINE_FILES
#define NETWORK	CONFINE_NETWORK

enum { PORTS_ABI = 4, SIGNALS_ABI = 6, PORT = 9 };

/* What a child ends with; what it runs instead of itself ends with 0. */
enum { DONE = 1, REFUSED, ELSE };

static char	 top[] = "/tmp/postern-files.XXXXXX";

/* What a try does; all but the last two with a path. */
enum act {
	READ, WRITE, MAKE, REMOVE, TRUNCATE, LIST, FOLDER, LINK, NODE, RUN,
	CONNECT, BIND, SIGNAL
};

static const struct {
	enum act	 act;
	const char	*path;		/* below the test's own folder, or
					 * from / */
	unsigned	 needs;
	bool		 may;
} tries[] = {
	{ READ, "/etc/hosts", FILES, true },
	{ READ, "/etc/hosts", 0, false },
	{ READ, "/dev/urandom", FILES, true },
	{ READ, "/usr/share/zoneinfo/../misc/../../bin/true", FILES, true },
	{ LIST, "/etc", FILES, true },
	{ LIST, "/", FILES, false },
	{ READ, "/proc/self/environ", FILES, false },
	{ READ, "/proc/1/status", FILES, false },
	{ READ, "key", FILES, false },
	{ READ, "shared/../key", FILES, false },
	{ READ, "shared/way", FILES, false },
	{ WRITE, "key", FILES, false },
	{ READ, "ca.pem", FILES, true },
	{ WRITE, "ca.pem", FILES, false },
	{ READ, "more/ca.pem", FILES, true },
	{ WRITE, "more/ca.pem", FILES, false },
	{ READ, "shared/count", FILES, true },
	{ READ, "shared/count", 0, false },
	{ WRITE, "shared/count", FILES, true },
	{ TRUNCATE, "shared/count", FILES, true },
	{ MAKE, "shared/new", FILES, true },
	{ MAKE, "shared/new", 0, false },
	{ MAKE, "new", FILES, false },
	{ MAKE, "/tmp/postern-new", FILES, false },
	{ MAKE, "/etc/postern-new", FILES, false },
	{ MAKE, "/usr/bin/postern-new", FILES, false },
	{ REMOVE, "shared/count", FILES, true },
	{ REMOVE, "key", FILES, false },
	{ FOLDER, "shared/folder", FILES, false },
	{ LINK, "shared/link", FILES, false },
	{ NODE, "shared/node", FILES, false },
	{ RUN, "/bin/true", FILES, false },
	{ CONNECT, NULL, FILES | NETWORK, true },
	{ CONNECT, NULL, FILES, false },
	{ BIND, NULL, FILES | NETWORK, false },
	{ SIGNAL, NULL, FILES | NETWORK, false }
};

static int
open_and_close(const char *path, int flags)
{
	int	 fd;

	if ((fd = open(path, flags | O_CLOEXEC, 0600)) == -1)
		return -1;
	return close(fd);
}

static int
on_port(int (*join)(int, const struct sockaddr *, socklen_t), int port)
{
	struct sockaddr_in	 at = {
		.sin_family = AF_INET, .sin_port = htons((uint16_t)port),
		.sin_addr = { htonl(INADDR_LOOPBACK) }
	};
	int			 fd, got;

	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	got = join(fd, (const struct sockaddr *)&at, sizeof(at));
	/* There is nobody, but it was asked. */
	if (got == -1 && errno == ECONNREFUSED)
		got = 0;
	close(fd);
	return got;
}

static int
act(enum act what, const char *path)
{
	char	*words[] = { (char []){ "true" }, NULL };

	switch (what) {
	case READ:
		return open_and_close(path, O_RDONLY);
	case WRITE:
		return open_and_close(path, O_WRONLY);
	case MAKE:
		return open_and_close(path, O_WRONLY | O_CREAT);
	case REMOVE:
		return unlink(path);
	case TRUNCATE:
		return truncate(path, 0);
	case LIST:
		return open_and_close(path, O_RDONLY | O_DIRECTORY);
	case FOLDER:
		return mkdir(path, 0700);
	case LINK:
		return symlink("key", path);
	case NODE:
		return mkfifo(path, 0600);
	case RUN:
		return execv(path, words);
	case CONNECT:
		return on_port(connect, PORT);
	case BIND:
		return on_port(bind, 0);
	case SIGNAL:
		return kill(getppid(), 0);
	}
	return -1;
}

static const char *
below(struct arena *arena, const char *name)
{
	return name == NULL || *name == '/' ? name :
	    text_format(arena, "%s/%s", top, name);
}

static void
write_file(struct arena *arena, const char *name)
{
	FILE	*file;

	file = fopen(below(arena, name), "w");
	assert_non_null(file);
	assert_true(fputs("x", file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static int
child(struct arena *arena, size_t i)
{
	struct confine_files	 files = {
		.shared = below(arena, "shared"), .needs = tries[i].needs
	};
	pid_t			 pid;
	int			 status;

	texts_add(arena, &files.reads, below(arena, "ca.pem"));
	texts_add(arena, &files.reads, below(arena, "more"));
	texts_add(arena, &files.reads, below(arena, "is not there"));
	if ((pid = fork()) == 0) {
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		confine_files(arena, &files);
		_exit(act(tries[i].act, below(arena, tries[i].path)) == 0 ?
		    DONE : errno == EACCES || errno == EPERM ? REFUSED : ELSE);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static long
abi(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);
}

/* Whether this kernel can refuse it. */
static bool
is_known(enum act what)
{
	return (what != CONNECT && what != BIND && what != SIGNAL) ||
	    abi() >= (what == SIGNAL ? SIGNALS_ABI : PORTS_ABI);
}

static void
each_try(void **state)
{
	struct arena	*arena = *state;
	size_t		 i;
	int		 got, wrong = 0;

	for (i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		if (!is_known(tries[i].act))
			continue;
		write_file(arena, "shared/count");
		got = child(arena, i);
		unlink(below(arena, "shared/new"));
		if (got == (tries[i].may ? DONE : REFUSED))
			continue;
		print_message("%zu (%s): %d\n", i, tries[i].path == NULL ? "" :
		    tries[i].path, got);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

/* An /etc where the file that names the servers of DNS is a link to a folder
 * that nobody knows of; ELSE where a test may not have one. */
static int
read_through(struct arena *arena)
{
	struct confine_files	 files = { .needs = FILES | NETWORK };

	write_file(arena, "servers");
	if (unshare(CLONE_NEWNS) != 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("none", "/etc", "tmpfs", 0, NULL) != 0 ||
	    symlink(below(arena, "servers"), "/etc/resolv.conf") != 0)
		return ELSE;
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	confine_files(arena, &files);
	return act(READ, "/etc/resolv.conf") == 0 &&
	    act(READ, below(arena, "key")) != 0 ? DONE : REFUSED;
}

static void
name_servers(void **state)
{
	struct arena	*arena = *state;
	pid_t		 pid;
	int		 status;

	if ((pid = fork()) == 0)
		_exit(read_through(arena));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	unlink(below(arena, "servers"));
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == ELSE)
		skip();
	assert_int_equal(WEXITSTATUS(status), DONE);
}

static int
begin(void **state)
{
	struct arena	*arena;

	arena = arena_open();
	*state = arena;
	if (mkdtemp(top) == NULL || mkdir(below(arena, "shared"), 0700) != 0 ||
	    mkdir(below(arena, "more"), 0700) != 0 ||
	    symlink("../key", below(arena, "shared/way")) != 0)
		return -1;
	write_file(arena, "key");
	write_file(arena, "ca.pem");
	write_file(arena, "more/ca.pem");
	return 0;
}

static int
end(void **state)
{
	static const char *const	 names[] = {
		"shared/count", "shared/way", "key", "ca.pem", "more/ca.pem"
	};
	struct arena			*arena = *state;
	size_t				 i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlink(below(arena, names[i]));
	rmdir(below(arena, "shared"));
	rmdir(below(arena, "more"));
	arena_close(arena);
	return rmdir(top);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(each_try), cmocka_unit_test(name_servers)
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
#if defined(__SANITIZE_ADDRESS__) || defined(POSTERN_SANITIZED)
	puts("1..1\nok 1 - each_try # SKIP sanitizers open files of theirs");
	(void)tests;
	(void)name_servers;
	(void)begin;
	(void)end;
	return 0;
#else
	if (abi() < 1) {
		puts("1..1\nok 1 - each_try # SKIP this kernel has no "
		    "Landlock");
		return 0;
	}
	return cmocka_run_group_tests(tests, begin, end);
#endif
}
