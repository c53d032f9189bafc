#include "web/gate_cgi.h"

#include <errno.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"

enum { STEP_BYTES = 2 * 1024 };

ssize_t
gate_cgi_read(unsigned char *at, size_t size)
{
	ssize_t	 len;

	do {
		len = read(STDIN_FILENO, at, size);
	} while (len == -1 && errno == EINTR);
	return len;
}

bool
gate_cgi_write(struct bytes piece)
{
	size_t	 done;
	ssize_t	 len;

	for (done = 0; done < piece.len; done += (size_t)len) {
		len = write(STDOUT_FILENO, piece.at + done, piece.len - done);
		if (len == -1 && errno == EINTR)
			len = 0;
		if (len == -1)
			return false;
	}
	return true;
}

/* What is closed at its other end has an error or a hang-up; that input ends
 * means nothing, since a socket is standard input too. */
int
gate_cgi_watch(void)
{
	struct stat	 told;

	return fstat(STDOUT_FILENO, &told) == 0 &&
	    (S_ISFIFO(told.st_mode) || S_ISSOCK(told.st_mode)) ?
	    STDOUT_FILENO : -1;
}

void
gate_cgi_skip(uint64_t len)
{
	unsigned char	 skipped[STEP_BYTES];
	struct pollfd	 input = { STDIN_FILENO, POLLIN, 0 };
	struct stat	 told;
	int64_t		 until = clock_ms() + GATE_CGI_SKIP_MS;
	uint64_t	 done = 0;
	ssize_t		 got;

	if (len > GATE_CGI_SKIP_BYTES)
		len = GATE_CGI_SKIP_BYTES;
	if (fstat(STDIN_FILENO, &told) == -1 || !S_ISSOCK(told.st_mode))
		return;
	while (done < len && clock_ms() < until &&
	    poll(&input, 1, GATE_CGI_SKIP_MS) == 1) {
		got = gate_cgi_read(skipped, sizeof(skipped));
		if (got <= 0)
			return;
		done += (uint64_t)got;
	}
}
