#include "web/gate_record.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../check.h"

#include <stdlib.h>
#include <string.h>

enum {
	ID = 0x0102,
	MOST = 200000,
	HEAD = 8,
	LITTLE = 4096,		/* the kernel's buffer, so that it fills */
	STALL_US = 50000
};

static unsigned char	 content[MOST];

/* Reads exactly so many bytes; how many came before the end. */
static size_t
take(int fd, unsigned char *at, size_t len)
{
	ssize_t	 got;
	size_t	 done;

	for (done = 0; done < len; done += (size_t)got)
		if ((got = read(fd, at + done, len - done)) <= 0)
			break;
	return done;
}

/* What a web server makes of it: the bytes of all records. */
static size_t
read_records(int fd, unsigned char *at)
{
	unsigned char	 head[HEAD];
	size_t		 len, all = 0;

	while (take(fd, head, sizeof(head)) == sizeof(head)) {
		assert_int_equal(head[0], 1);
		assert_int_equal(head[1], 6);
		assert_int_equal(head[2] << 8 | head[3], ID);
		assert_int_equal(head[6], 0);
		len = (size_t)(head[4] << 8 | head[5]);
		assert_true(len > 0 && all + len <= MOST);
		assert_int_equal(take(fd, at + all, len), len);
		all += len;
	}
	return all;
}

static void
open_pair(int pair[2])
{
	struct timeval	 stall = { 0, STALL_US };
	int		 little = LITTLE;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	setsockopt(pair[1], SOL_SOCKET, SO_SNDBUF, &little, sizeof(little));
	setsockopt(pair[1], SOL_SOCKET, SO_SNDTIMEO, &stall, sizeof(stall));
}

/* Pieces arrive whole, through a buffer that is smaller than they are. */
static void
arrives(void **state)
{
	static const size_t	 lens[] = {
		1, GATE_RECORD_LEAST, 65527, 65528, 65529, 131056, MOST
	};
	static unsigned char	 got[MOST];
	pid_t			 child;
	size_t			 i;
	int			 pair[2];

	(void)state;
	for (i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		open_pair(pair);
		if ((child = fork()) == 0)
			_exit(gate_record_write(pair[1], ID,
			    bytes_from(content, lens[i])) ? 0 : 1);
		close(pair[1]);
		assert_int_equal(read_records(pair[0], got), lens[i]);
		assert_memory_equal(got, content, lens[i]);
		close(pair[0]);
		assert_int_equal(waitpid(child, NULL, 0), child);
	}
}

/* Nobody reads: whether the other end is there or not. */
static void
ends(void **state)
{
	int	 pair[2];

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	open_pair(pair);
	assert_false(gate_record_write(pair[1], ID,
	    bytes_from(content, MOST)));
	close(pair[0]);
	assert_false(gate_record_write(pair[1], ID, bytes_from(content, 1)));
	close(pair[1]);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(arrives), cmocka_unit_test(ends)
	};
	size_t			 i;

	for (i = 0; i < MOST; i++)
		content[i] = (unsigned char)(i * 7 + i / 251);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
