#define _GNU_SOURCE
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "mcp/download.h"
#include "mcp/rpc.h"
#include "mcp/upload.h"
#include "oauth/bearer.h"
#include "oauth/exchange.h"
#include "oauth/explain.h"
#include "oauth/metadata.h"
#include "oauth/register.h"
#include "oauth/revoke.h"
#include "web/cookie.h"
#include "web/gate.h"
#include "web/serve.h"

extern char	**environ;

enum {
	PROGRAMS = 3, SOCKET = 4,	/* bits of the first byte */
	VARIABLES_MOST = 64, INPUT_BYTES = 64 * 1024, FORM_BYTES = 2000
};

#define KEY	"202122232425262728292a2b2c2d2e2f" \
		"303132333435363738393a3b3c3d3e3f"

/* What the web server is told to set; what comes first counts. */
static const char	*const settings[] = {
	"BASE_URL=http://localhost:8080/mail", "LOG_LEVEL=error",
	"ENCRYPTION_KEY=" KEY, "GATEWAY_INTERFACE=CGI/1.1",
	"TELL_CLIENT_ADDRESS=1"
};
/* RFC 3875 4.1, and what web servers add: no setting is among them. */
static const char	*const variables[] = {
	"AUTH_TYPE", "CONTENT_LENGTH", "CONTENT_TYPE", "DOCUMENT_URI", "HTTPS",
	"PATH_INFO", "PATH_TRANSLATED", "QUERY_STRING", "REMOTE_ADDR",
	"REMOTE_HOST", "REMOTE_IDENT", "REMOTE_USER", "REQUEST_METHOD",
	"REQUEST_SCHEME", "REQUEST_URI", "SCRIPT_FILENAME", "SCRIPT_NAME",
	"SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL", "SERVER_SOFTWARE"
};

/* Says what it was asked, as far as that may stand in an answer. */
static const struct fault *
answer_form(struct request *request, struct reply *reply)
{
	size_t	 i;

	assert(request->body.len <= FORM_BYTES);
	fuzz_is_text(request->path);
	fuzz_is_text(request->rest);
	for (i = 0; i < request->query.len; i++)
		fuzz_is_text(request->query.at[i].value);
	for (i = 0; i < request->form.len; i++)
		fuzz_is_text(request->form.at[i].value);
	assert(request_header(request, "Proxy") == NULL);
	cookie_read(request, "postern-form");
	reply->content_type = "text/plain";
	buf_text(&reply->body, request->rest);
	return NULL;
}

/* Takes a body piece by piece: no more than was announced is asked for. */
static const struct fault *
answer_pieces(struct request *request, struct reply *reply)
{
	const struct fault	*bad;
	unsigned char		 piece[64];
	uint64_t		 length, all = 0;
	size_t			 len = 1;
	short			 events;

	if ((bad = request_length(request, &length)) != NULL)
		return bad;
	while (len > 0 && all < length && bad == NULL) {
		bad = request_read(request, piece, length - all <
		    sizeof(piece) ? length - all : sizeof(piece), &len);
		all += len;
	}
	assert(all <= length && all <= INPUT_BYTES);
	request_watch(request, &events);
	reply->status = 204;
	return bad;
}

#define FORM	"application/x-www-form-urlencoded"

static const struct endpoint	 rpc_rows[] = {
	{ "POST", "/mcp", "application/json", RPC_BODY_BYTES, rpc_answer,
	  CORS_ALLOWED },
	{ .path = NULL }
};
static const struct endpoint	 oauth_rows[] = {
	{ "POST", "/oauth/token", NULL, EXCHANGE_BODY_BYTES, exchange_answer,
	  CORS_ANY },
	{ "POST", "/oauth/register", NULL, REGISTER_BODY_BYTES,
	  register_answer, CORS_ANY },
	{ "POST", "/oauth/revoke", NULL, REVOKE_BODY_BYTES, revoke_answer,
	  CORS_ANY },
	{ "GET", "/.well-known/oauth-protected-resource/*", NULL, 0,
	  metadata_resource, CORS_ANY },
	{ .path = NULL }
};
static const struct endpoint	 file_rows[] = {
	{ "GET", "/attachment/*", NULL, 0, download_answer, CORS_NONE },
	{ "PUT", "/attachment/*", NULL, 0, upload_answer, CORS_NONE },
	{ .path = NULL }
};
static const struct endpoint	 own_rows[] = {
	{ "GET", "/x/*", NULL, 0, answer_form, CORS_ANY },
	{ "POST", "/x/*", FORM, FORM_BYTES, answer_form, CORS_ANY },
	{ "PUT", "/pieces", NULL, 0, answer_pieces, CORS_NONE },
	{ .path = NULL }
};

static const struct program	 programs[PROGRAMS + 1] = {
	{ .name = "mcp", .endpoints = rpc_rows, .explain = rpc_explain,
	  .start = bearer_start, .refuse_before_method = true },
	{ .name = "token", .endpoints = oauth_rows, .explain = explain_json,
	  .start = bearer_start },
	{ .name = "attachment", .endpoints = file_rows,
	  .explain = download_explain, .start = bearer_start },
	{ .name = "own", .endpoints = own_rows, .explain = explain_json }
};

static bool
is_variable(const char *text)
{
	size_t	 i, len = strcspn(text, "=");

	if (text_starts(text, "HTTP_") || text_starts(text, "REDIRECT_"))
		return true;
	for (i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
		if (strlen(variables[i]) == len &&
		    memcmp(text, variables[i], len) == 0)
			return true;
	return false;
}

/* Texts up to an empty one; *input is then what stands behind it. */
static char **
make_environment(struct arena *arena, struct bytes *input)
{
	enum { SETTINGS = sizeof(settings) / sizeof(settings[0]) };
	char		**made, *text;
	struct bytes	  part;
	size_t		  n;

	made = arena_array(arena, SETTINGS + VARIABLES_MOST + 1,
	    sizeof(*made));
	for (n = 0; n < SETTINGS; n++)
		made[n] = arena_text(arena, settings[n]);
	while (n < SETTINGS + VARIABLES_MOST && input->len > 0) {
		part = bytes_slice(*input, 0, bytes_find(*input, '\0'));
		*input = bytes_slice(*input, part.len + 1, input->len);
		if (part.len == 0)
			break;
		text = arena_copy(arena, (const char *)part.at, part.len);
		if (is_variable(text))
			made[n++] = text;
	}
	made[n] = NULL;
	return made;
}

/* A pipe, or a socket as Apache's mod_cgid has it. */
static void
make_input(struct bytes body, bool is_socket)
{
	int	 ends[2];

	assert((is_socket ? socketpair(AF_UNIX, SOCK_STREAM, 0, ends) :
	    pipe(ends)) == 0);
	assert(body.len == 0 ||
	    write(ends[1], body.at, body.len) == (ssize_t)body.len);
	close(ends[1]);
	assert(dup2(ends[0], STDIN_FILENO) == STDIN_FILENO);
	close(ends[0]);
}

/* RFC 3875 6: a status, headers of one line each, and a body. */
static void
check_answer(struct arena *arena, int fd)
{
	struct bytes	 line, said;
	size_t		 statuses = 0;
	off_t		 len = lseek(fd, 0, SEEK_END);
	unsigned char	*at = arena_take(arena, (size_t)len + 1);

	assert(len > 0 && pread(fd, at, (size_t)len, 0) == len);
	said = bytes_from(at, (size_t)len);
	do {
		line = bytes_slice(said, 0, bytes_find(said, '\n') + 1);
		said = bytes_slice(said, line.len, said.len);
		assert(line.len >= 2 && line.at[line.len - 2] == '\r');
		line.len -= 2;
		fuzz_is_line(bytes_text(arena, line));
		assert(line.len == 0 || bytes_find(line, ':') < line.len);
		statuses += bytes_is_case(bytes_slice(line, 0, 7), "status:");
	} while (line.len > 0);
	assert(statuses == 1);
}

static void
run(struct arena *arena, const struct program *program, struct bytes input,
    bool is_socket)
{
	static int	 answer = -1;
	char		**before = environ;
	int		 out = dup(STDOUT_FILENO);

	if (answer == -1)
		answer = memfd_create("answer", MFD_CLOEXEC);
	assert(ftruncate(answer, 0) == 0 && lseek(answer, 0, SEEK_SET) == 0);
	environ = make_environment(arena, &input);
	make_input(input, is_socket);
	assert(dup2(answer, STDOUT_FILENO) == STDOUT_FILENO);
	assert(serve(program) == 0);
	assert(getenv("HTTP_PROXY") == NULL && getenv("ENCRYPTION_KEY") ==
	    NULL);
	assert(dup2(out, STDOUT_FILENO) == STDOUT_FILENO);
	close(out);
	environ = before;
	check_answer(arena, answer);
}

/*
 * A program that a web server starts for one request: a first byte of which it
 * is and how its input comes, the variables of its environment, each up to a
 * NUL, an empty one, and the body.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct arena	*arena;

	if (len == 0 || len > INPUT_BYTES)
		return 0;
	arena = arena_open();
	run(arena, &programs[at[0] & PROGRAMS], bytes_from(at + 1, len - 1),
	    (at[0] & SOCKET) != 0);
	arena_close(arena);
	return 0;
}
