#include "web/gate.h"

#include <assert.h>
#include <errno.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/stack.h"
#include "base/text.h"
#include "web/gate_admit.h"
#include "web/gate_cgi.h"
#include "web/gate_record.h"

enum {
	LISTENER = STDIN_FILENO,
	READ_BYTES = 16 * 1024,		/* body without a length: one step */
	NAME_BYTES = 80			/* a variable's name */
};

struct gate {
	FCGX_Request	 fcgi;
	bool		 cgi;
	bool		 served;	/* CGI: its one request was taken */
	bool		 ended;		/* CGI: the body's end was seen */
	uint64_t	 taken;		/* CGI: bytes of the body */
	sigset_t	 waiting;	/* the mask while waiting */
	struct gate_admit admit;	/* how far the connection has come */
};

/* The process's one connection to its web server. */
static struct gate		 the_gate;
static volatile sig_atomic_t	 told_to_stop;

static const int	 stop_signals[] = { SIGTERM, SIGHUP, SIGINT, SIGUSR1,
    SIGUSR2 };

enum { STOP_SIGNALS = sizeof(stop_signals) / sizeof(stop_signals[0]) };

int	 __wrap_OS_Read(int fd, char *at, size_t size);

/*
 * What libfcgi reads a connection with: the linker puts this in place of the
 * function that it brings.  It sees the end of what breaks a rule.
 */
int
__wrap_OS_Read(int fd, char *at, size_t size)
{
	ssize_t	 len;

	len = read(fd, at, size);
	return len <= 0 || gate_admit(&the_gate.admit, bytes_from(at,
	    (size_t)len)) ? (int)len : 0;
}

static void
stop(int number)
{
	(void)number;
	told_to_stop = 1;
}

/*
 * The signals are blocked except inside pselect(2): none can be missed
 * between looking and waiting, and no library's system call is interrupted
 * half-way.  This comes after FCGX_Init, which sets handlers of its own.
 */
static void
hold_signals(struct gate *gate)
{
	struct sigaction	 action = { .sa_handler = stop };
	sigset_t		 held;
	size_t			 i;

	sigemptyset(&action.sa_mask);
	sigemptyset(&held);
	for (i = 0; i < STOP_SIGNALS; i++) {
		sigaction(stop_signals[i], &action, NULL);
		sigaddset(&held, stop_signals[i]);
	}
	sigprocmask(SIG_BLOCK, &held, &gate->waiting);
	for (i = 0; i < STOP_SIGNALS; i++)
		sigdelset(&gate->waiting, stop_signals[i]);
	action.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &action, NULL);
}

/*
 * libfcgi is given no listening socket: it reads requests from connections
 * accepted here, which have time limits that it does not set.
 */
struct gate *
gate_open(void)
{
	struct gate	*gate = &the_gate;
	int		 flags;

	*gate = (struct gate){ .cgi = FCGX_IsCGI() != 0 };
	if (gate->cgi) {
		/* What a client's Proxy header becomes (httpoxy). */
		unsetenv("HTTP_PROXY");
		signal(SIGPIPE, SIG_IGN);
		return gate;
	}
	if (FCGX_InitRequest(&gate->fcgi, -1, 0) != 0)
		abort();
	hold_signals(gate);
	flags = fcntl(LISTENER, F_GETFL);
	fcntl(LISTENER, F_SETFL, flags | O_NONBLOCK);
	return gate;
}

bool
gate_is_cgi(const struct gate *gate)
{
	return gate->cgi;
}

/* Whether a connection became a request. */
static bool
take_request(struct gate *gate)
{
	struct timeval	 stall = { GATE_STALL_SECONDS, 0 };
	FCGX_Request	*fcgi = &gate->fcgi;
	int		 fd;

	if ((fd = accept(LISTENER, NULL, NULL)) == -1)
		return false;
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &stall, sizeof(stall));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &stall, sizeof(stall));
	/* Kept over the library's tidying before it reads, given up after. */
	fcgi->ipcFd = fd;
	fcgi->keepConnection = 1;
	gate->admit = (struct gate_admit){ .phase = GATE_ADMIT_BEGIN };
	if (FCGX_Accept_r(fcgi) != 0)
		return false;
	fcgi->keepConnection = 0;
	/* To libfcgi, variables that broke off are all that there are. */
	if (gate->admit.phase != GATE_ADMIT_BODY &&
	    gate->admit.phase != GATE_ADMIT_DONE) {
		gate_break(gate);
		return false;
	}
	return true;
}

static enum gate_event
wait_fcgi(struct gate *gate, int64_t until)
{
	struct timespec	 rest;
	int64_t		 left;
	fd_set		 set;
	int		 ready;

	while (!told_to_stop) {
		if ((left = until - clock_ms()) < 0)
			left = 0;
		rest.tv_sec = (time_t)(left / 1000);
		rest.tv_nsec = (long)(left % 1000) * 1000000;
		FD_ZERO(&set);
		FD_SET(LISTENER, &set);
		ready = pselect(LISTENER + 1, &set, NULL, NULL, &rest,
		    &gate->waiting);
		if (ready == 1 && take_request(gate))
			return GATE_REQUEST;
		if (ready == -1 && errno != EINTR)
			return GATE_END;
		if (left == 0)
			return GATE_TIME;
	}
	return GATE_END;
}

enum gate_event
gate_wait(struct gate *gate, int64_t until)
{
	if (!gate->cgi)
		return wait_fcgi(gate, until);
	if (gate->served)
		return GATE_END;
	gate->served = true;
	return GATE_REQUEST;
}

void
gate_close(struct gate *gate)
{
	if (!gate->cgi)
		close(LISTENER);
}

const char *
gate_environment(const char *name)
{
	return getenv(name);
}

const char *
gate_variable(const struct gate *gate, const char *name)
{
	if (gate->cgi)
		return getenv(name);
	return gate->fcgi.envp == NULL ? NULL :
	    FCGX_GetParam(name, gate->fcgi.envp);
}

const char *
gate_header(const struct gate *gate, const char *name)
{
	char		 variable[NAME_BYTES] = "HTTP_";
	const char	*value;
	size_t		 i, len;

	if (text_equal_case(name, "Content-Type"))
		return gate_variable(gate, "CONTENT_TYPE");
	if (text_equal_case(name, "Content-Length"))
		return gate_variable(gate, "CONTENT_LENGTH");
	if (text_equal_case(name, "Proxy"))
		return NULL;
	len = strlen(variable);
	assert(strlen(name) < sizeof(variable) - len);
	for (i = 0; name[i] != '\0'; i++)
		variable[len + i] = name[i] == '-' ? '_' :
		    (char)text_upper((unsigned char)name[i]);
	value = gate_variable(gate, variable);
	/* Where a rewriting Apache has moved it to. */
	if (value == NULL && text_equal_case(name, "Authorization"))
		value = gate_variable(gate, "REDIRECT_HTTP_AUTHORIZATION");
	return value;
}

/* How long the body is said to be, or NULL; Caddy, and nobody else, calls what
 * came in chunks -1 long. */
static const char *
announced_length(const struct gate *gate)
{
	const char	*announced, *server;

	announced = gate_variable(gate, "CONTENT_LENGTH");
	if (text_is_empty(announced))
		return NULL;
	server = gate_variable(gate, "SERVER_SOFTWARE");
	return server != NULL && text_starts(server, "Caddy") &&
	    text_equal(announced, "-1") ? NULL : announced;
}

/* Up to size bytes; 0 at the end, -1 when the connection broke. */
static ssize_t
read_some(struct gate *gate, unsigned char *at, size_t size)
{
	ssize_t	 len;

	if (gate->cgi) {
		len = gate_cgi_read(at, size);
		gate->ended = len <= 0;
		gate->taken += len > 0 ? (uint64_t)len : 0;
		return len;
	}
	len = FCGX_GetStr((char *)at, (int)size, gate->fcgi.in);
	return len == 0 && FCGX_GetError(gate->fcgi.in) != 0 ? -1 : len;
}

static const struct fault *
read_known(struct gate *gate, struct arena *arena, size_t length,
    struct bytes *body)
{
	unsigned char	*at;
	ssize_t		 len;
	size_t		 done;

	at = arena_take(arena, length + 1);
	for (done = 0; done < length; done += (size_t)len)
		if ((len = read_some(gate, at + done, length - done)) <= 0)
			return fault_make(arena, FAULT_REQUEST,
			    "the body is shorter than Content-Length says");
	*body = bytes_from(at, length);
	return NULL;
}

static const struct fault *
read_unknown(struct gate *gate, struct arena *arena, size_t most,
    struct bytes *body)
{
	unsigned char	*at;
	struct buf	 buf;
	ssize_t		 len;

	buf_start(&buf, arena);
	do {
		at = buf_room(&buf, READ_BYTES);
		len = read_some(gate, at, READ_BYTES);
		buf_cut(&buf, buf.len - READ_BYTES +
		    (len > 0 ? (size_t)len : 0));
		if (len == -1)
			return fault_make(arena, FAULT_REQUEST,
			    "the body broke off");
		if (buf.len > most)
			return fault_make(arena, FAULT_TOO_LARGE,
			    "the body is over %zu bytes", most);
	} while (len > 0);
	*body = buf_view(&buf);
	return NULL;
}

const struct fault *
gate_read(struct gate *gate, struct arena *arena, size_t most,
    struct bytes *body)
{
	const char	*announced;
	uint64_t	 length;

	if ((announced = announced_length(gate)) == NULL)
		return read_unknown(gate, arena, most, body);
	if (!text_number(bytes_of(announced), INT64_MAX, &length))
		return fault_make(arena, FAULT_REQUEST,
		    "Content-Length is not a number");
	if (length > most)
		return fault_make(arena, FAULT_TOO_LARGE,
		    "the body is over %zu bytes", most);
	return read_known(gate, arena, (size_t)length, body);
}

int
gate_watch(struct gate *gate, short *events)
{
	unsigned	 n;

	*events = 0;
	if (gate->cgi)
		return gate_cgi_watch();
	*events = POLLIN;
	/* The record that ends the body would be taken for more. */
	for (n = 0; FCGX_GetChar(gate->fcgi.in) != -1; n++)
		if (n > READ_BYTES)
			return -1;
	return FCGX_GetError(gate->fcgi.in) == 0 ? gate->fcgi.ipcFd : -1;
}

const struct fault *
gate_length(struct gate *gate, struct arena *arena, uint64_t *length)
{
	const char	*announced;

	announced = announced_length(gate);
	if (announced != NULL &&
	    text_number(bytes_of(announced), INT64_MAX, length))
		return NULL;
	return fault_make(arena, FAULT_REQUEST, "Content-Length is %s",
	    announced == NULL ? "missing" : "not a number");
}

const struct fault *
gate_read_some(struct gate *gate, struct arena *arena, unsigned char *at,
    size_t size, size_t *len)
{
	ssize_t	 got;

	got = read_some(gate, at, size);
	*len = got > 0 ? (size_t)got : 0;
	return got >= 0 ? NULL : fault_make(arena, FAULT_REQUEST,
	    "the body broke off");
}

static const struct fault *
gone(struct arena *arena)
{
	return fault_make(arena, FAULT_CONNECT, "the client has gone");
}

const struct fault *
gate_write(struct gate *gate, struct arena *arena, struct bytes piece)
{
	enum { STEP = 1 << 20 };
	struct bytes	 part;
	size_t		 at;

	if (gate->cgi)
		return gate_cgi_write(piece) ? NULL : gone(arena);
	if (piece.len >= GATE_RECORD_LEAST)
		return FCGX_FFlush(gate->fcgi.out) == 0 &&
		    gate_record_write(gate->fcgi.ipcFd, gate->fcgi.requestId,
		    piece) ? NULL : gone(arena);
	for (at = 0; at < piece.len; at += part.len) {
		part = bytes_slice(piece, at, STEP);
		if (FCGX_PutStr((const char *)part.at, (int)part.len,
		    gate->fcgi.out) != (int)part.len)
			return gone(arena);
	}
	return NULL;
}

const struct fault *
gate_flush(struct gate *gate, struct arena *arena)
{
	if (!gate->cgi && FCGX_FFlush(gate->fcgi.out) != 0)
		return gone(arena);
	return NULL;
}

/* How much of the body was not read; of one without a length, the most. */
static uint64_t
count_rest(const struct gate *gate)
{
	const char	*announced;
	uint64_t	 length;

	announced = announced_length(gate);
	if (gate->ended)
		return 0;
	if (announced == NULL)
		return gate_variable(gate, "HTTP_TRANSFER_ENCODING") == NULL ?
		    0 : GATE_CGI_SKIP_BYTES;
	if (!text_number(bytes_of(announced), INT64_MAX, &length) ||
	    length < gate->taken)
		return 0;
	return length - gate->taken;
}

void
gate_finish(struct gate *gate)
{
	if (gate->cgi) {
		gate_cgi_skip(count_rest(gate));
		return;
	}
	/* It reads onto the stack what is still sent of a body. */
	FCGX_Finish_r(&gate->fcgi);
	stack_wipe();
}

void
gate_break(struct gate *gate)
{
	if (gate->cgi)
		_exit(EXIT_FAILURE);
	shutdown(gate->fcgi.ipcFd, SHUT_RDWR);
	gate_finish(gate);
}
