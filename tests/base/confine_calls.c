/* What programs of each need can no longer do, and what they still can: each
 * try is a child of its own. */
#define _GNU_SOURCE
#include "base/confine_calls.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <netdb.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../check.h"

#define FILES	CONFINE_FILES
#define NETWORK	CONFINE_NETWORK

enum { PAGE = 4096, DONE = 0, REFUSED = 1, ELSE = 2 };

/* Each returns -1 and says ENOSYS if it is refused. */

static long
run_program(void)
{
	char	*words[] = { (char []){ "true" }, NULL };

	return execv("/bin/true", words);
}

static long
run_program_at(void)
{
	return syscall(SYS_execveat, AT_FDCWD, "/bin/true", NULL, NULL, 0);
}

static long
make_process(void)
{
	pid_t	 pid;

	if ((pid = fork()) == 0)
		_exit(0);
	return pid == -1 || waitpid(pid, NULL, 0) != pid ? -1 : 0;
}

static long
make_space(void)
{
	return syscall(SYS_clone, SIGCHLD | CLONE_NEWUSER, NULL, NULL, NULL,
	    NULL);
}

static long
trace(void)
{
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static long
read_memory(void)
{
	return syscall(SYS_process_vm_readv, getpid(), NULL, 0, NULL, 0, 0);
}

static long
send_signal(void)
{
	return kill(getpid(), 0);
}

static long
become_other(void)
{
	return setuid(getuid());
}

static long
mount_something(void)
{
	return mount("none", "/", "none", 0, NULL);
}

static long
make_namespace(void)
{
	return unshare(CLONE_NEWUSER);
}

static long
take_keys(void)
{
	return syscall(SYS_keyctl, 0, 0, 0, 0, 0);
}

static long
load_kernel(void)
{
	return syscall(SYS_bpf, 0, NULL, 0);
}

static long
ring(void)
{
	return syscall(SYS_io_uring_setup, 1, NULL);
}

static long
be_dumpable(void)
{
	return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

static long
raise_limit(void)
{
	return syscall(SYS_prlimit64, 0, 4, &(uint64_t [2]){ 1, 1 }, NULL);
}

static long
type_to_terminal(void)
{
	return syscall(SYS_ioctl, 0, 0x5412, "x");	/* TIOCSTI */
}

static long
map(int protection, int flags, int fd)
{
	return mmap(NULL, PAGE, protection, flags, fd, 0) == MAP_FAILED ? -1 :
	    0;
}

static long
map_code(void)
{
	return map(PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1);
}

static long
map_writable_code(void)
{
	return map(PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE, 0);
}

static long
turn_into_code(void)
{
	void	*at;

	at = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return mprotect(at, PAGE, PROT_READ | PROT_EXEC);
}

static long
listen_on(void)
{
	return listen(0, 1);
}

static long
sniff(void)
{
	return socket(AF_PACKET, SOCK_RAW, 0);
}

static long
connect_out(void)
{
	return socket(AF_INET, SOCK_STREAM, 0);
}

static long
connect_near(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0);
}

static void *
nothing(void *data)
{
	return data;
}

static long
thread(void)
{
	pthread_t	 id;

	errno = pthread_create(&id, NULL, nothing, NULL);
	return errno == 0 && pthread_join(id, NULL) == 0 ? 0 : -1;
}

static long
look_up(void)
{
	struct addrinfo	*found;

	if (getaddrinfo("localhost", "imaps", NULL, &found) != 0)
		return -1;
	freeaddrinfo(found);
	return 0;
}

/* A charset that the C library has in a file of its own. */
static long
load_charset(void)
{
	return iconv_open("UTF-8", "ISO-2022-JP") == (iconv_t)-1 ? -1 : 0;
}

static long
abort_child(void)
{
	pid_t	 pid;
	int	 status;

	if ((pid = fork()) == 0)
		abort();
	return waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) &&
	    WTERMSIG(status) == SIGABRT ? 0 : -1;
}

static long
open_file(void)
{
	return open("/etc/hosts", O_RDONLY | O_CLOEXEC);
}

static long
work(void)
{
	struct timespec	 now, moment = { 0, 1 };
	char		*at, letter;
	int		 i;

	for (i = 0; i < 4; i++) {
		at = malloc((size_t)PAGE << (2 * i));
		if (at == NULL)
			return -1;
		memset(at, i, (size_t)PAGE << (2 * i));
		free(at);
	}
	if (clock_gettime(CLOCK_MONOTONIC, &now) == -1 ||
	    nanosleep(&moment, NULL) == -1 || time(NULL) == -1 ||
	    getrandom(&letter, 1, 0) != 1 || getpid() < 1 ||
	    signal(SIGTERM, SIG_IGN) == SIG_ERR)
		return -1;
	return write(STDOUT_FILENO, "", 0);
}

/* What is refused to which needs: all that has not those of `given'; to all
 * where that is NEVER. */
enum { NEVER = ~0 };

static const struct {
	const char	*name;
	long		(*try)(void);
	int		 given;
} tries[] = {
	{ "run a program", run_program, NEVER },
	{ "run a program, by folder", run_program_at, NEVER },
	{ "make a namespace with a process", make_space, NEVER },
	{ "trace", trace, NEVER },
	{ "read another's memory", read_memory, NEVER },
	{ "send a signal", send_signal, NETWORK },
	{ "make a process", make_process, NETWORK },
	{ "abort", abort_child, NETWORK },
	{ "become another user", become_other, NEVER },
	{ "mount", mount_something, NEVER },
	{ "make a namespace", make_namespace, NEVER },
	{ "use the kernel's keys", take_keys, NEVER },
	{ "load code into the kernel", load_kernel, NEVER },
	{ "queue calls past the filter", ring, NEVER },
	{ "be dumped", be_dumpable, NEVER },
	{ "change a limit", raise_limit, NEVER },
	{ "type into a terminal", type_to_terminal, NEVER },
	{ "map memory to run", map_code, NEVER },
	{ "map memory to write and run", map_writable_code, NEVER },
	{ "run what was written", turn_into_code, NEVER },
	{ "listen", listen_on, NEVER },
	{ "read the wire", sniff, NEVER },
	{ "make a socket", connect_out, NETWORK },
	{ "make a local socket", connect_near, NETWORK },
	{ "start a thread", thread, NETWORK },
	{ "look a name up", look_up, FILES },
	{ "load a charset", load_charset, FILES },
	{ "open a file", open_file, FILES },
	{ "work", work, 0 }
};

static int
outcome(long (*try)(void), unsigned needs)
{
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	confine_calls(needs);
	errno = 0;
	if (try() != -1)
		return DONE;
	return errno == ENOSYS ? REFUSED : ELSE;
}

static int
child(long (*try)(void), unsigned needs)
{
	pid_t	 pid;
	int	 status;

	if ((pid = fork()) == 0)
		_exit(outcome(try, needs));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
try_all(unsigned needs)
{
	size_t	 i;
	int	 got, wrong = 0;
	bool	 may;

	for (i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		got = child(tries[i].try, needs);
		may = tries[i].given != NEVER &&
		    ((unsigned)tries[i].given & ~needs) == 0;
		/* What the library does fails in words of its own. */
		if (may ? got == DONE : got == REFUSED ||
		    (got == ELSE && tries[i].given != NEVER))
			continue;
		print_message("%s: %d\n", tries[i].name, got);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

#if defined(__SANITIZE_ADDRESS__) || defined(POSTERN_SANITIZED)
#define CONFINED(needs)	do { (void)try_all; skip(); } while (0)
#else
#define CONFINED(needs)	try_all(needs)
#endif

static void
needs_nothing(void **state)
{
	(void)state;
	CONFINED(0);
}

static void
needs_files(void **state)
{
	(void)state;
	CONFINED(FILES);
}

static void
needs_all(void **state)
{
	(void)state;
	CONFINED(FILES | NETWORK);
}

CHECK_MAIN(cmocka_unit_test(needs_nothing), cmocka_unit_test(needs_files),
    cmocka_unit_test(needs_all))
