/* What the compiler adds against overflows is in what it makes: each is one
 * that only a check at run time can see, in a child that must not survive. */
#include "../check.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROOM = 24, LONG = 200 };

/* Where the compiler does not look. */
static volatile size_t	 room = ROOM, too_long = LONG;

static void
past_a_block(void)
{
	size_t	 size = room;
	char	*at;

	/* As long as it says at run time: _FORTIFY_SOURCE=3 and no less. */
	at = malloc(size);
	memset(at, 'x', too_long);
	_exit(at[too_long / 2] == 'x' ? 0 : 1);
}

static void __attribute__((noinline))
fill(volatile char *at, size_t len)
{
	while (len > 0)
		at[--len] = 'x';
}

static void __attribute__((noinline))
past_a_frame(void)
{
	volatile char	 small[ROOM];

	fill(small, too_long);
	if (small[1] != 'x')
		_exit(1);
}

/* The signal that a child ends by. */
static int
ends_by(void (*act)(void))
{
	struct rlimit	 none = { 0, 0 };
	pid_t		 pid;
	int		 status;

	if ((pid = fork()) == 0) {
		setrlimit(RLIMIT_CORE, &none);
		close(STDERR_FILENO);
		act();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

#if defined(__SANITIZE_ADDRESS__) || defined(POSTERN_SANITIZED)
#define HARDENED()	do { (void)ends_by; (void)past_a_block; \
			    (void)past_a_frame; skip(); } while (0)
#else
#define HARDENED()	do { } while (0)
#endif

static void
blocks_are_checked(void **state)
{
	(void)state;
	HARDENED();
	assert_int_equal(ends_by(past_a_block), SIGABRT);
}

static void
frames_are_checked(void **state)
{
	(void)state;
	HARDENED();
	assert_int_equal(ends_by(past_a_frame), SIGABRT);
}

CHECK_MAIN(
	cmocka_unit_test(blocks_are_checked),
	cmocka_unit_test(frames_are_checked)
)
