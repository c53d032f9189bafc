/* Loaded into a program (LD_PRELOAD), tries what it has given up, as if it had
 * been taken over, and tells on standard error how each went: when the program
 * has served and ends.  FORBIDDEN_FILE names a file that only a start reads. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PAGE = 4096 };

static long
run(void)
{
	char	*words[] = { (char []){ "true" }, NULL };

	return execv("/bin/true", words);
}

static long
divide(void)
{
	pid_t	 pid;

	if ((pid = fork()) == 0)
		_exit(0);
	return pid;
}

static long
trace(void)
{
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static long
load(void)
{
	return mmap(NULL, PAGE, PROT_READ | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0;
}

static long
take_port(void)
{
	struct sockaddr_in	 at = { .sin_family = AF_INET };
	int			 fd;

	fd = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(fd, (const struct sockaddr *)&at, sizeof(at)) == -1)
		return -1;
	return listen(fd, 1);
}

static long
open_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0);
}

static long
read_file(void)
{
	return open("/etc/hosts", O_RDONLY);
}

static long
read_key(void)
{
	const char	*name;

	name = getenv("FORBIDDEN_FILE");
	return open(name == NULL ? "" : name, O_RDONLY);
}

static long
read_others(void)
{
	return open("/proc/1/status", O_RDONLY);
}

static long
write_file(void)
{
	return open("/tmp/postern-forbidden", O_WRONLY | O_CREAT, 0600);
}

static const struct {
	const char	*name;
	long		(*act)(void);
} tries[] = {
	{ "run", run }, { "divide", divide }, { "trace", trace },
	{ "load", load }, { "listen", take_port }, { "connect", open_socket },
	{ "read", read_file }, { "key", read_key }, { "others", read_others },
	{ "write", write_file }
};

__attribute__((destructor)) static void
tell(void)
{
	size_t	 i;
	long	 got;

	for (i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		errno = 0;
		got = tries[i].act();
		dprintf(STDERR_FILENO, "tried %s %s\n", tries[i].name,
		    got == -1 ? "refused" : "done");
	}
}
