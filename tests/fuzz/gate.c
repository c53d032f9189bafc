#include "fuzz.h"

#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "web/cookie.h"
#include "web/gate.h"
#include "web/origin.h"
#include "web/route.h"
#include "web/serve.h"

enum {
	BODY_BYTES = 64 * 1024, SENT_BYTES = 64 * 1024, WAIT_MS = 100
};

static const struct config	 config = {
	.base_url = "http://localhost:8080/mail"
};

/* The socket at descriptor 0, once, as a web server would have made it. */
static struct gate *
listen_once(struct sockaddr_un *address)
{
	static struct gate		*gate;
	static struct sockaddr_un	 made;
	sigset_t			 none;
	socklen_t			 len = sizeof(made);
	int				 fd;

	if (gate == NULL) {
		fd = socket(AF_UNIX, SOCK_STREAM, 0);
		made.sun_family = AF_UNIX;
		/* Linux picks an abstract name. */
		assert(bind(fd, (struct sockaddr *)&made,
		    sizeof(made.sun_family)) == 0 && listen(fd, 8) == 0);
		getsockname(fd, (struct sockaddr *)&made, &len);
		assert(dup2(fd, STDIN_FILENO) == STDIN_FILENO);
		close(fd);
		gate = gate_open();
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
	}
	*address = made;
	return gate;
}

static int
connect_with(const struct sockaddr_un *address, const uint8_t *at, size_t len)
{
	int	 fd;

	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	/* An abstract name is five hexadecimal digits behind a NUL. */
	assert(connect(fd, (const struct sockaddr *)address,
	    sizeof(address->sun_family) + 6) == 0);
	assert(write(fd, at, len) == (ssize_t)len);
	shutdown(fd, SHUT_WR);
	return fd;
}

static const struct endpoint	 rows[] = {
	{ "POST", "/mcp", NULL, 0, NULL, CORS_ANY },
	{ "GET", "/x/*", NULL, 0, NULL, CORS_NONE },
	{ .path = NULL }
};

/* What serve() looks at before any handler. */
static void
check_request(struct gate *gate, struct arena *arena)
{
	struct request		 request = {
		.arena = arena, .config = &config, .gate = gate
	};
	const char		*path;

	path = route_path(&request);
	assert(path[0] != '\0' && strpbrk(path, "?#") == NULL);
	cookie_read(&request, "postern");
	route_rest(&rows[1], path);
	if (route_find(rows, path) != NULL)
		route_method(route_find(rows, path), gate_variable(gate,
		    "REQUEST_METHOD") == NULL ? "GET" : gate_variable(gate,
		    "REQUEST_METHOD"));
	origin_check_host(&request);
	origin_admit(&request, CORS_ANY);
	origin_admit(&request, CORS_ALLOWED);
	gate_header(gate, "Authorization");
	assert(gate_header(gate, "Proxy") == NULL);
}

/* Of a body in pieces no more comes than was announced. */
static void
answer_pieces(struct gate *gate, struct arena *arena)
{
	unsigned char	 piece[64];
	uint64_t	 length, all = 0;
	short		 events;
	size_t		 len;

	if (gate_length(gate, arena, &length) == NULL)
		while (gate_read_some(gate, arena, piece, sizeof(piece),
		    &len) == NULL && len > 0)
			all += len;
	assert(all <= SENT_BYTES);
	gate_watch(gate, &events);
	gate_break(gate);
}

static void
answer(struct gate *gate, struct arena *arena)
{
	const struct fault	*bad;
	struct bytes		 body = { NULL, 0 };

	check_request(gate, arena);
	if (gate_header(gate, "X-Pieces") != NULL) {
		answer_pieces(gate, arena);
		return;
	}
	bad = gate_read(gate, arena, BODY_BYTES, &body);
	assert(bad == NULL ? body.len <= BODY_BYTES :
	    bad->kind == FAULT_REQUEST || bad->kind == FAULT_TOO_LARGE);
	gate_write(gate, arena, bytes_of("Status: 200\r\n\r\n"));
	gate_finish(gate);
}

/* Records of FastCGI; whatever comes, the next request is waited for. */
int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct sockaddr_un	 address;
	struct arena		*arena;
	struct gate		*gate;
	int			 fd;

	if (len > SENT_BYTES)
		return 0;
	arena = arena_open();
	gate = listen_once(&address);
	assert(!gate_is_cgi(gate));
	fd = connect_with(&address, at, len);
	if (gate_wait(gate, clock_ms()) == GATE_REQUEST)
		answer(gate, arena);
	close(fd);
	arena_close(arena);
	return 0;
}
