/*
 * How long programs take from exec to exit, as CGI: each is started in turn
 * with the environment of a GET, many times, and the medians are compared
 * with the first one's.  Usage: start EMPTY PROGRAM [PROGRAM...]
 */
#include <sys/wait.h>

#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 400, PROGRAMS_MOST = 8 };

/* Arrays, not literals: posix_spawn takes what it may not change as char *. */
static char	 variables[][64] = {
	"GATEWAY_INTERFACE=CGI/1.1", "REQUEST_METHOD=GET",
	"SERVER_PROTOCOL=HTTP/1.1", "HTTP_HOST=127.0.0.1:8480",
	"REQUEST_URI=/.well-known/oauth-authorization-server",
	"SCRIPT_NAME=/.well-known/oauth-authorization-server",
	"QUERY_STRING=", "BASE_URL=http://127.0.0.1:8480", "LOG_LEVEL=error"
};

enum { VARIABLES = sizeof(variables) / sizeof(variables[0]) };

static int64_t
now_ns(void)
{
	struct timespec	 now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int64_t
run(char *program)
{
	posix_spawn_file_actions_t	 actions;
	char				*argv[] = { program, NULL };
	char				*cgi[VARIABLES + 1];
	pid_t				 pid;
	int64_t				 start;
	int				 status, i;

	for (i = 0; i < VARIABLES; i++)
		cgi[i] = variables[i];
	cgi[i] = NULL;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null",
	    O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null",
	    O_WRONLY, 0);
	start = now_ns();
	if (posix_spawn(&pid, program, &actions, NULL, argv, cgi) != 0 ||
	    waitpid(pid, &status, 0) == -1 || status != 0) {
		fprintf(stderr, "start: %s failed\n", program);
		exit(1);
	}
	posix_spawn_file_actions_destroy(&actions);
	return now_ns() - start;
}

static int
compare(const void *a, const void *b)
{
	int64_t	 x, y;

	x = *(const int64_t *)a;
	y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

int
main(int argc, char *argv[])
{
	static int64_t	 times[PROGRAMS_MOST][ROUNDS];
	int		 round, i, programs;
	double		 first, median;

	programs = argc - 1;
	if (programs < 1 || programs > PROGRAMS_MOST) {
		fprintf(stderr, "usage: start EMPTY PROGRAM...\n");
		return 2;
	}
	for (round = 0; round < ROUNDS; round++)
		for (i = 0; i < programs; i++)
			times[i][round] = run(argv[i + 1]);
	first = 0;
	printf("%-40s %12s %8s\n", "program (CGI, exec to exit)", "median ms",
	    "ratio");
	for (i = 0; i < programs; i++) {
		qsort(times[i], ROUNDS, sizeof(times[i][0]), compare);
		median = (double)times[i][ROUNDS / 2] / 1e6;
		first = i == 0 ? median : first;
		printf("%-40s %12.3f %8.2f\n", argv[i + 1], median,
		    median / first);
	}
	return 0;
}
