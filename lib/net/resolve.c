#define _GNU_SOURCE
#include "net/resolve.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/fault.h"

static const struct addrinfo	 wanted = {
	.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM
};

/* What the process that asks has to tell; little enough for a pipe. */
struct told {
	int			 code;		/* of getaddrinfo */
	size_t			 len;
	struct {
		socklen_t		 len;
		struct sockaddr_storage	 at;
	}			 addresses[RESOLVE_ADDRESSES_MOST];
};

static void
keep(const struct addrinfo *answers, struct told *told)
{
	for (; answers != NULL && told->len < RESOLVE_ADDRESSES_MOST;
	    answers = answers->ai_next) {
		if (answers->ai_addrlen > sizeof(told->addresses[0].at))
			continue;
		told->addresses[told->len].len = answers->ai_addrlen;
		memcpy(&told->addresses[told->len++].at, answers->ai_addr,
		    answers->ai_addrlen);
	}
}

/* Ends with whoever wants to know, and does not act for him on a signal. */
static void
ask(const char *host, int out)
{
	struct addrinfo	*answers = NULL;
	struct told	 told;

	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	memset(&told, 0, sizeof(told));
	told.code = getaddrinfo(host, NULL, &wanted, &answers);
	if (told.code == 0)
		keep(answers, &told);
	_exit(write(out, &told, sizeof(told)) == (ssize_t)sizeof(told) ?
	    0 : 1);
}

/* False where the time was up. */
static bool
hear(int in, int64_t deadline, struct told *told)
{
	struct pollfd	 polled = { .fd = in, .events = POLLIN };
	ssize_t		 got = 0;
	size_t		 len = 0;
	int64_t		 left;

	while (len < sizeof(*told)) {
		if ((left = deadline - clock_ms()) <= 0)
			return false;
		if (poll(&polled, 1, (int)left) <= 0)
			continue;
		got = read(in, (char *)told + len, sizeof(*told) - len);
		if (got == 0 || (got == -1 && errno != EINTR))
			break;
		len += got > 0 ? (size_t)got : 0;
	}
	if (len < sizeof(*told))
		told->code = EAI_FAIL;
	return true;
}

/* By a process of its own. *known: it has said something. */
static const struct fault *
ask_elsewhere(struct arena *arena, const char *host, int64_t deadline,
    struct told *told, bool *known)
{
	int	 ends[2];
	pid_t	 pid;

	if (pipe2(ends, O_CLOEXEC) == -1)
		return fault_make(arena, FAULT_UNAVAILABLE,
		    "no name can be looked up now: %s", strerror(errno));
	if ((pid = fork()) == 0)
		ask(host, ends[1]);
	close(ends[1]);
	*known = pid != -1 && hear(ends[0], deadline, told);
	close(ends[0]);
	if (pid == -1)
		return fault_make(arena, FAULT_UNAVAILABLE,
		    "no name can be looked up now: %s", strerror(errno));
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
		continue;
	return NULL;
}

static const struct addrinfo *
make_list(struct arena *arena, const struct told *told)
{
	struct addrinfo	*list = NULL, *one;
	size_t		 i;

	for (i = told->len; i > 0; i--) {
		one = arena_take(arena, sizeof(*one));
		*one = wanted;
		one->ai_addrlen = told->addresses[i - 1].len;
		one->ai_addr = arena_take(arena,
		    sizeof(struct sockaddr_storage));
		memcpy(one->ai_addr, &told->addresses[i - 1].at,
		    one->ai_addrlen);
		one->ai_family = one->ai_addr->sa_family;
		one->ai_next = list;
		list = one;
	}
	return list;
}

/* Without a question to anybody. */
static bool
is_digits(const char *host, struct told *told)
{
	struct addrinfo	 digits = wanted, *answers;

	digits.ai_flags = AI_NUMERICHOST;
	if (getaddrinfo(host, NULL, &digits, &answers) != 0)
		return false;
	keep(answers, told);
	freeaddrinfo(answers);
	return true;
}

const struct fault *
resolve_host(struct arena *arena, const char *host, int64_t deadline,
    const struct addrinfo **answers)
{
	const struct fault	*bad;
	struct told		*told;
	int64_t			 latest = clock_ms() + RESOLVE_MS;
	bool			 known = true;

	told = arena_take(arena, sizeof(*told));
	if (!is_digits(host, told)) {
		bad = ask_elsewhere(arena, host, deadline < latest ?
		    deadline : latest, told, &known);
		if (bad != NULL)
			return bad;
	}
	if (!known)
		return fault_make(arena, FAULT_TIMEOUT, "where %s is was not "
		    "told in time", host);
	if (told->code != 0 || told->len > RESOLVE_ADDRESSES_MOST)
		return fault_make(arena, FAULT_HOST, "%s is unknown: %s", host,
		    gai_strerror(told->code));
	*answers = make_list(arena, told);
	return NULL;
}
