/* A configuration is found near the program, and refused where others could
 * read it. The test runs copies of itself, that say what they find. */
#include "base/place.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/text.h"

#include "../check.h"

enum { NOBODY = 65534, TOLD_BYTES = 2 * PATH_MAX };

static char	 top[] = "/tmp/postern-place.XXXXXX";

static const char *const	 folders[] = {
	"home", "home/www", "home/www/mail", "home/www/mail/cgi-bin"
};

#define PROGRAM	"home/www/mail/cgi-bin/program"

/* What a copy says: the file it finds, or why it takes none. */
static int
say(const char *root)
{
	const struct fault	*bad;
	struct arena		*arena;
	const char		*path;

	arena = arena_open();
	bad = place_find(arena, root, &path);
	printf("%s", bad != NULL ? bad->detail : path == NULL ? "none" :
	    path);
	arena_close(arena);
	return fflush(stdout) == 0 ? 0 : 1;
}

static void
write_file(const char *name, mode_t mode, uid_t owner)
{
	int	 fd;

	fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	assert_true(fd != -1);
	assert_int_equal(fchmod(fd, mode), 0);
	if (geteuid() == 0)
		assert_int_equal(fchown(fd, owner, owner), 0);
	close(fd);
}

static void
copy_self(void)
{
	static char	 bytes[1 << 16];
	ssize_t		 len;
	int		 in, out;

	in = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	out = open(PROGRAM, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
	assert_true(in != -1 && out != -1);
	while ((len = read(in, bytes, sizeof(bytes))) > 0)
		assert_int_equal(write(out, bytes, (size_t)len), len);
	close(in);
	close(out);
}

/* As a web server of ours starts it; as that of another user does, if other. */
static const char *
ask(const char *root, bool other)
{
	static char	 told[TOLD_BYTES];
	ssize_t		 len, got;
	pid_t		 child;
	int		 ends[2], status;

	assert_int_equal(pipe(ends), 0);
	if ((child = fork()) == 0) {
		dup2(ends[1], STDOUT_FILENO);
		if (other && (setgid(NOBODY) == -1 || setuid(NOBODY) == -1))
			_exit(1);
		execl(PROGRAM, "program", root, (char *)NULL);
		_exit(1);
	}
	close(ends[1]);
	for (len = 0; (got = read(ends[0], told + len,
	    sizeof(told) - 1 - (size_t)len)) > 0; len += got)
		continue;
	close(ends[0]);
	told[len] = '\0';
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	return told;
}

static int
build(void **state)
{
	size_t	 i;

	(void)state;
	assert_non_null(mkdtemp(top));
	assert_int_equal(chmod(top, 0711), 0);
	assert_int_equal(chdir(top), 0);
	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		assert_int_equal(mkdir(folders[i], 0755), 0);
	copy_self();
	return 0;
}

static int
tear_down(void **state)
{
	size_t	 i;

	(void)state;
	unlink(PROGRAM);
	unlink("postern.conf");
	for (i = sizeof(folders) / sizeof(folders[0]); i-- > 0;)
		rmdir(folders[i]);
	return rmdir(top);
}

static void
outside_is_found(void **state)
{
	static const char *const	 roots[] = {
		"home/www", "home/www/mail", "home/www/"
	};
	char	 root[PATH_MAX];
	size_t	 i;

	(void)state;
	snprintf(root, sizeof(root), "%s/home/www", top);
	write_file("postern.conf", 0600, geteuid());
	assert_string_equal(ask(root, false), "none");
	unlink("postern.conf");
	write_file("home/postern.conf", 0600, geteuid());
	for (i = 0; i < 2; i++) {
		snprintf(root, sizeof(root), "%s/%s", top, roots[i]);
		assert_non_null(strstr(ask(root, false), i == 0 ?
		    "/home/postern.conf" : "none"));
	}
	assert_string_equal(ask("", false), "none");
	unlink("home/postern.conf");
}

static void
others_may_not_read_it(void **state)
{
	static const mode_t	 modes[] = { 0644, 0640, 0604, 0620, 0606 };
	char			 root[PATH_MAX];
	size_t			 i;

	(void)state;
	if (geteuid() == 0)
		print_message("# as root, whose group may read\n");
	snprintf(root, sizeof(root), "%s/home/www", top);
	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (geteuid() == 0 && modes[i] == 0640)
			continue;
		write_file("home/postern.conf", modes[i], geteuid());
		assert_non_null(strstr(ask(root, false), "rights to 600"));
	}
	unlink("home/postern.conf");
}

/* The server could give it out, whatever its mode. */
static void
inside_is_refused(void **state)
{
	char	 root[PATH_MAX];

	(void)state;
	snprintf(root, sizeof(root), "%s/home/www", top);
	write_file("home/www/mail/postern.conf", 0600, geteuid());
	assert_non_null(strstr(ask(root, false), "runs as the same user"));
	unlink("home/www/mail/postern.conf");
}

static void
inside_is_taken_of_another(void **state)
{
	char	 root[PATH_MAX];

	(void)state;
	if (geteuid() != 0)
		skip();
	snprintf(root, sizeof(root), "%s/home/www", top);
	write_file("home/www/mail/postern.conf", 0600, NOBODY);
	assert_non_null(strstr(ask(root, true), "/mail/postern.conf"));
	assert_null(strstr(ask(root, true), "POSTERN_CONF"));
	write_file("home/www/mail/postern.conf", 0644, NOBODY);
	assert_non_null(strstr(ask(root, true), "rights to 600"));
	write_file("home/www/mail/postern.conf", 0600, NOBODY - 1);
	assert_non_null(strstr(ask(root, true), "another user"));
	unlink("home/www/mail/postern.conf");
}

int
main(int argc, char *argv[])
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(outside_is_found),
		cmocka_unit_test(others_may_not_read_it),
		cmocka_unit_test(inside_is_refused),
		cmocka_unit_test(inside_is_taken_of_another)
	};

	if (argc == 2)
		return say(argv[1]);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, build, tear_down);
}
