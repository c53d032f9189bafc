/*
 * flood SOCKET COUNT METHOD URI STATUS FILE... -- PROGRAM: a worker as a web
 * server has it, at a socket of ours, that is told what no web server says.
 * First each file, then COUNT mutated records, between others of the files and
 * of a good request, the same each time.  Behind each file and each 16 of the
 * others a good request must be answered with that status, by the same
 * process.  Says how many there were; what was sent last before a worker ended
 * or hung is left in SOCKET.last and SOCKET.before, with status 1.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	INPUTS_MOST = 64,
	INPUT_BYTES = 256 * 1024,	/* the longest of the files */
	MADE_BYTES = 2 * INPUT_BYTES,
	RECORDS_MOST = 64,		/* that are told apart in one input */
	HEAD = 8,
	CHECK_EVERY = 16,
	PATIENCE_SECONDS = 10
};

struct input {
	unsigned char	*at;
	size_t		 len;
};

static struct sockaddr_un	 address = { .sun_family = AF_UNIX };
static char *const		*command;
static pid_t			 worker;
static int			 listener;
static struct input		 inputs[INPUTS_MOST];
static size_t			 input_count;
static struct input		 good;
static struct input		 before;	/* sent before the last one */
static const char		*status;
static uint64_t			 state = 0x9e3779b97f4a7c15u;
static unsigned long		 records, connections, served;

static size_t
below(size_t most)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return most == 0 ? 0 : (size_t)(state % most);
}

/* A wait for what it would answer ends with it. */
static void
on_end(int number)
{
	(void)number;
}

static void
start_worker(void)
{
	struct sigaction	 action = { .sa_handler = on_end };

	sigaction(SIGCHLD, &action, NULL);
	if ((worker = fork()) != 0)
		return;
	dup2(listener, STDIN_FILENO);
	execv(command[0], command);
	_exit(127);
}

static void
keep(const struct input *input, const char *what)
{
	char	 path[sizeof(address.sun_path) + 8];
	FILE	*file;

	snprintf(path, sizeof(path), "%s.%s", address.sun_path, what);
	if (input->len == 0 || (file = fopen(path, "w")) == NULL)
		return;
	fwrite(input->at, 1, input->len, file);
	fclose(file);
}

/* What was sent last is what did it, or what was sent before: a worker that
 * ends is not gone as soon as its connection. */
static void
give_up(const struct input *last, const char *why)
{
	int	 ended = 0;

	keep(last, "last");
	keep(&before, "before");
	poll(NULL, 0, 1000);
	if (waitpid(worker, &ended, WNOHANG) == worker)
		printf("# the worker ended: %s %d\n", WIFSIGNALED(ended) ?
		    "signal" : "status", WIFSIGNALED(ended) ?
		    WTERMSIG(ended) : WEXITSTATUS(ended));
	else
		kill(worker, SIGKILL);
	printf("# after %lu records: %s; sent last: %s.last, .before\n",
	    records, why, address.sun_path);
	exit(1);
}

/* All that is answered until the worker closes, as far as it has room; how
 * much, or -1 where it did not within its time. */
static ssize_t
read_all(int fd, char *answer, size_t size)
{
	static char	 rest[65536];
	size_t		 len = 0;
	ssize_t		 got;

	for (;;) {
		got = len < size ? read(fd, answer + len, size - len) :
		    read(fd, rest, sizeof(rest));
		if (got <= 0)
			break;
		len += len < size ? (size_t)got : 0;
	}
	return got == -1 && errno == EAGAIN ? -1 : (ssize_t)len;
}

/* Sends in one or two pieces. */
static ssize_t
exchange(const struct input *input, char *answer, size_t size)
{
	struct timeval	 patience = { PATIENCE_SECONDS, 0 };
	size_t		 first = below(4) == 0 ? below(input->len) :
	    input->len;
	ssize_t		 len;
	int		 fd;

	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == -1) {
		perror("connect");
		exit(2);
	}
	connections++;
	if (send(fd, input->at, first, MSG_NOSIGNAL) == (ssize_t)first)
		(void)!send(fd, input->at + first, input->len - first,
		    MSG_NOSIGNAL);
	shutdown(fd, SHUT_WR);
	len = read_all(fd, answer, size);
	close(fd);
	return len;
}

static void
check_served(const struct input *last)
{
	char	 answer[1024];
	ssize_t	 len;

	len = exchange(&good, answer, sizeof(answer) - 1);
	answer[len > 0 ? len : 0] = '\0';
	if (len <= HEAD || strstr(answer + HEAD, status) == NULL)
		give_up(last, "a good request is not answered");
	if (waitpid(worker, NULL, WNOHANG) != 0)
		give_up(last, "the worker ended");
	served++;
}

static void
tell(const struct input *input)
{
	char	 answer[1];

	if (exchange(input, answer, sizeof(answer)) == -1)
		give_up(input, "the connection stays open");
	memcpy(before.at, input->at, input->len);
	before.len = input->len;
}

/* Where the records of an input begin, as far as they are some. */
static size_t
find_records(const struct input *input, size_t *starts)
{
	const unsigned char	*head;
	size_t			 at = 0, count = 0;

	while (at + HEAD <= input->len && count < RECORDS_MOST) {
		starts[count++] = at;
		head = input->at + at;
		at += HEAD + ((size_t)head[4] << 8 | head[5]) + head[6];
	}
	return count;
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Puts len bytes at a place of the input, in place of gone bytes. */
static void
splice(struct input *made, size_t at, size_t gone, const void *put,
    size_t len)
{
	gone = least(gone, made->len - at);
	if (made->len - gone + len > MADE_BYTES)
		return;
	memmove(made->at + at + len, made->at + at + gone,
	    made->len - at - gone);
	if (len > 0)
		memcpy(made->at + at, put, len);
	made->len += len - gone;
}

/* Records that are nobody's business, or whose lengths lie. */
static void
insert_record(struct input *made, size_t at)
{
	static const struct {
		const char	*at;
		size_t		 len;
	} odd[] = {
		{ "\1\1\0\1\0\10\0\0\0\1\0\0\0\0\0", 16 },
		{ "\1\1\0\2\0\10\0\0\0\1\1\0\0\0\0", 16 },
		{ "\1\2\0\1\0\0\0\0", 8 },
		{ "\1\4\0\1\0\0\377\0", 8 },
		{ "\1\4\0\1\0\2\0\0\0\0", 10 },
		{ "\1\4\0\1\0\10\0\0\177\377\377\377\177\377\377\376", 16 },
		{ "\1\4\0\1\0\10\0\0\377\377\377\377\377\377\377\376", 16 },
		{ "\1\4\0\1\0\11\0\0\200\377\377\377\200\377\377\377x", 17 },
		{ "\1\11\0\0\0\20\0\0\16\0FCGI_MAX_CONNS", 24 },
		{ "\1\11\0\0\0\4\0\0\2\0a\0", 12 },
		{ "\1\11\0\0\0\60\0\0\16\0FCGI_MAX_CONNS\16\0FCGI_MAX_CONNS"
		    "\16\0FCGI_MAX_CONNS", 56 },
		{ "\1\13\0\0\0\0\377\0", 8 },
		{ "\1\5\0\1\377\377\377\0", 8 },
		{ "\1\10\0\1\0\1\0\0x", 9 }
	};
	size_t	 which = below(sizeof(odd) / sizeof(odd[0]));

	splice(made, at, 0, odd[which].at, odd[which].len);
}

static void
change_bytes(struct input *made, size_t at, size_t len, size_t most)
{
	static const unsigned char	 odd[] = {
		0, 1, 2, 4, 5, 9, 0x7f, 0x80, 0xfe, 0xff, '=', '\n'
	};
	size_t				 n, place;

	for (n = below(most) + 1; n > 0; n--) {
		place = at + below(len);
		if (place < made->len)
			made->at[place] = below(2) == 0 ?
			    (unsigned char)below(256) :
			    odd[below(sizeof(odd))];
	}
}

/* One record of the input: its head, its content, or that it is there. */
static void
mutate(struct input *made)
{
	unsigned char	*copy = made->at + MADE_BYTES;
	size_t		 starts[RECORDS_MOST + 1], count, at, len, which;

	if ((count = find_records(made, starts)) == 0)
		return;
	starts[count] = made->len;
	which = below(count);
	at = starts[which];
	len = starts[which + 1] > at ? starts[which + 1] - at : 0;
	switch (below(8)) {
	case 0:
		insert_record(made, at);
		break;
	case 1:
		splice(made, at, len, NULL, 0);
		break;
	case 2:
		len = least(len, MADE_BYTES - made->len);
		memcpy(copy, made->at + at, len);
		splice(made, at, 0, copy, len);
		break;
	case 3:
		made->len = at + below(len);
		break;
	case 4:
	case 5:
		change_bytes(made, at, HEAD, 2);
		break;
	default:
		change_bytes(made, at + HEAD, len > HEAD ? len - HEAD : 1, 4);
	}
	records++;
}

/* From others begins half of what is made, from the good request the rest. */
static void
run_mutants(unsigned long most)
{
	struct input		 made;
	const struct input	*from;
	unsigned long		 n;
	size_t			 i;

	made.at = malloc(2 * MADE_BYTES);
	for (n = 1; records < most; n++) {
		from = below(2) == 0 ? &good : &inputs[below(input_count)];
		if (from->len > 4096 && below(32) != 0)
			from = &good;
		memcpy(made.at, from->at, from->len);
		made.len = from->len;
		for (i = below(6) + 1; i > 0; i--)
			mutate(&made);
		tell(&made);
		if (n % CHECK_EVERY == 0)
			check_served(&made);
	}
	check_served(&made);
	free(made.at);
}

static void
put_record(struct input *out, int type, const void *content, size_t len)
{
	const unsigned char	 head[HEAD] = {
		1, (unsigned char)type, 0, 1, (unsigned char)(len >> 8),
		(unsigned char)len, 0, 0
	};

	memcpy(out->at + out->len, head, HEAD);
	memcpy(out->at + out->len + HEAD, content, len);
	out->len += HEAD + len;
}

static size_t
put_variable(char *at, const char *name, const char *value)
{
	size_t	 name_len = strlen(name), value_len = strlen(value);

	at[0] = (char)name_len;
	at[1] = (char)value_len;
	memcpy(at + 2, name, name_len);
	memcpy(at + 2 + name_len, value, value_len);
	return 2 + name_len + value_len;
}

static void
make_good(const char *method, const char *uri)
{
	char	 variables[1024];
	size_t	 len = 0;

	good.at = malloc(INPUT_BYTES);
	put_record(&good, 1, "\0\1\0\0\0\0\0\0", 8);
	len += put_variable(variables + len, "REQUEST_METHOD", method);
	len += put_variable(variables + len, "REQUEST_URI", uri);
	len += put_variable(variables + len, "QUERY_STRING", "a=b&c=%64");
	len += put_variable(variables + len, "HTTP_HOST", "127.0.0.1:8480");
	len += put_variable(variables + len, "REMOTE_ADDR", "127.0.0.1");
	len += put_variable(variables + len, "HTTP_COOKIE", "a=b; c=d");
	len += put_variable(variables + len, "HTTP_AUTHORIZATION",
	    "Bearer e30..a.b.c");
	len += put_variable(variables + len, "CONTENT_TYPE",
	    strcmp(uri, "/mcp") == 0 ? "application/json" :
	    "application/x-www-form-urlencoded");
	len += put_variable(variables + len, "CONTENT_LENGTH", "9");
	put_record(&good, 4, variables, len);
	put_record(&good, 4, "", 0);
	put_record(&good, 5, "grant=xyz", 9);
	put_record(&good, 5, "", 0);
}

static void
read_file(const char *path)
{
	struct input	*input = &inputs[input_count];
	FILE		*file;

	if (input_count == INPUTS_MOST || (file = fopen(path, "r")) == NULL) {
		perror(path);
		exit(2);
	}
	input->at = malloc(INPUT_BYTES);
	input->len = fread(input->at, 1, INPUT_BYTES, file);
	fclose(file);
	input_count++;
}

int
main(int argc, char **argv)
{
	size_t	 i;
	int	 at, ended;

	if (argc < 8 || strlen(argv[1]) >= sizeof(address.sun_path))
		return 2;
	memcpy(address.sun_path, argv[1], strlen(argv[1]));
	before.at = malloc(MADE_BYTES);
	make_good(argv[3], argv[4]);
	status = argv[5];
	for (at = 6; at < argc && strcmp(argv[at], "--") != 0; at++)
		read_file(argv[at]);
	if (input_count == 0)
		inputs[input_count++] = good;
	command = argv + at + 1;
	unlink(address.sun_path);
	listener = socket(AF_UNIX, SOCK_STREAM, 0);
	if (bind(listener, (struct sockaddr *)&address, sizeof(address)) ==
	    -1 || listen(listener, 64) == -1) {
		perror(address.sun_path);
		return 2;
	}
	start_worker();
	check_served(&good);
	for (i = 0; i < input_count; i++) {
		tell(&inputs[i]);
		check_served(&inputs[i]);
	}
	run_mutants(strtoul(argv[2], NULL, 10));
	kill(worker, SIGTERM);
	if (waitpid(worker, &ended, 0) != worker || !WIFEXITED(ended) ||
	    WEXITSTATUS(ended) != 0)
		give_up(&good, "the worker did not end well");
	printf("%zu files, %lu mutated records, %lu connections, "
	    "%lu good answers\n", input_count, records, connections, served);
	return 0;
}
