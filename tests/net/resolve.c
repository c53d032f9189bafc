#include "../check.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/fault.h"
#include "net/guard.h"
#include "net/resolve.h"

enum {
	SHORT_MS = 400,
	LONG_MS = 60 * 1000,
	MARGIN_MS = 3000	/* of a machine that does other things, too */
};

static size_t
count(const struct addrinfo *answers)
{
	size_t	 len = 0;

	for (; answers != NULL; answers = answers->ai_next)
		len++;
	return len;
}

static bool
is_at(const struct addrinfo *answer, const char *address)
{
	char	 text[INET6_ADDRSTRLEN];

	return getnameinfo(answer->ai_addr, answer->ai_addrlen, text,
	    sizeof(text), NULL, 0, NI_NUMERICHOST) == 0 &&
	    strcmp(text, address) == 0;
}

static void
names_and_digits(void **state)
{
	static const char *const	 digits[] = { "192.0.2.1", "::1",
					    "2001:db8::7" };
	const struct addrinfo		*answers;
	struct arena			*arena;
	size_t				 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(digits) / sizeof(digits[0]); i++) {
		/* Nobody is asked, so there is always time. */
		assert_null(resolve_host(arena, digits[i], 0, &answers));
		assert_int_equal(count(answers), 1);
		assert_true(is_at(answers, digits[i]));
	}
	assert_null(resolve_host(arena, "localhost", clock_ms() + LONG_MS,
	    &answers));
	assert_true(is_at(answers, "127.0.0.1") || is_at(answers, "::1"));
	assert_true(count(answers) <= 2);
	arena_close(arena);
}

/* A nameserver that takes every question, and says nothing. */
static int
silent_nameserver(void)
{
	struct sockaddr_in	 address = { .sin_family = AF_INET };
	socklen_t		 len = sizeof(address);
	int			 fd;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	assert_true(fd != -1);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len),
	    0);
	assert_int_equal(res_init(), 0);
	_res.nscount = 1;
	_res.nsaddr_list[0] = address;
	return fd;
}

/* Whether somebody has asked; else the system looks into files only. */
static bool
was_asked(int fd)
{
	unsigned char	 question[512];

	return recv(fd, question, sizeof(question), MSG_DONTWAIT) > 0;
}

static int
next_descriptor(void)
{
	int	 fd = dup(0);

	close(fd);
	return fd;
}

static void
silence(void **state)
{
	struct guard_target	 target = { .host = "silent.example.org",
				    .port = 993, .mail = true };
	const struct addrinfo	*answers;
	const struct fault	*bad;
	const char		*resolve;
	struct arena		*arena;
	int64_t			 start;
	int			 fd, next;

	(void)state;
	arena = arena_open();
	fd = silent_nameserver();
	next = next_descriptor();
	start = clock_ms();
	bad = resolve_host(arena, target.host, start + SHORT_MS, &answers);
	assert_non_null(bad);
	if (!was_asked(fd))
		skip();
	assert_int_equal(bad->kind, FAULT_TIMEOUT);
	assert_in_range(clock_ms() - start, SHORT_MS, SHORT_MS + MARGIN_MS);
	start = clock_ms();
	target.deadline = start + SHORT_MS;
	bad = guard_resolve(arena, &target, &resolve);
	assert_non_null(bad);
	assert_int_equal(bad->kind, FAULT_TIMEOUT);
	assert_in_range(clock_ms() - start, SHORT_MS, SHORT_MS + MARGIN_MS);
	/* Whoever says no deadline waits for no minute either. */
	start = clock_ms();
	target.deadline = 0;
	bad = guard_resolve(arena, &target, &resolve);
	assert_non_null(bad);
	assert_in_range(clock_ms() - start, RESOLVE_MS, RESOLVE_MS +
	    MARGIN_MS);
	/* No process and no descriptor is left. */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	assert_int_equal(next_descriptor(), next);
	close(fd);
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(names_and_digits), cmocka_unit_test(silence))
