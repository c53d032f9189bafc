/*
 * How long programs take from exec to exit, as CGI: each is started in turn,
 * with the environment that this one has, many times.  One line for each:
 * milliseconds that nine of ten starts took at least, since what else runs
 * on the machine only adds to that, and most to those that take longest.
 * Usage: start PROGRAM...
 */
#include <fcntl.h>
#include <spawn.h>

#include "crowd.h"

enum { ROUNDS = 400, PROGRAMS_MOST = 8 };

extern char	**environ;

static int64_t
run(char *program)
{
	posix_spawn_file_actions_t	 actions;
	char				*argv[] = { program, NULL };
	pid_t				 pid;
	int64_t				 start;
	int				 status;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null",
	    O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null",
	    O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null",
	    O_WRONLY, 0);
	start = crowd_now();
	if (posix_spawn(&pid, program, &actions, NULL, argv, environ) != 0 ||
	    waitpid(pid, &status, 0) == -1 || status != 0)
		crowd_fail(program);
	posix_spawn_file_actions_destroy(&actions);
	return crowd_now() - start;
}

int
main(int argc, char *argv[])
{
	static int64_t	 times[PROGRAMS_MOST][ROUNDS];
	int		 round, i, programs = argc - 1;

	if (programs < 1 || programs > PROGRAMS_MOST)
		crowd_fail("start PROGRAM...");
	for (round = 0; round < ROUNDS; round++)
		for (i = 0; i < programs; i++)
			times[i][round] = run(argv[i + 1]);
	for (i = 0; i < programs; i++) {
		qsort(times[i], ROUNDS, sizeof(times[i][0]), crowd_compare);
		printf("%.4f\n", (double)times[i][ROUNDS / 10] / 1e6);
	}
	return 0;
}
