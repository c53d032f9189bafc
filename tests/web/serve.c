#include "web/serve.h"

#include "../check.h"

#include "base/fault.h"
#include "base/text.h"
#include "web/cookie.h"
#include "web/gate.h"
#include "worker.h"

static const struct fault *
answer_path(struct request *request, struct reply *reply)
{
	reply->content_type = "text/plain";
	buf_format(&reply->body, "path=%s rest=%s argument=%s proxy=%s",
	    request->path, request->rest, request->query.len == 0 ? "" :
	    request->query.at[0].value,
	    request_header(request, "Proxy") == NULL ? "" : "seen");
	return NULL;
}

static const struct fault *
answer_form(struct request *request, struct reply *reply)
{
	reply->content_type = "text/plain";
	buf_format(&reply->body, "%zu pairs, %zu bytes", request->form.len,
	    request->body.len);
	return NULL;
}

static const struct fault *
answer_guarded(struct request *request, struct reply *reply)
{
	reply->content_type = "text/plain";
	if (request_header(request, "Authorization") == NULL)
		return fault_make(request->arena, FAULT_TOKEN, "no token");
	buf_text(&reply->body, "in");
	return NULL;
}

static const struct fault *
answer_stream(struct request *request, struct reply *reply)
{
	const struct fault	*bad;

	reply->content_type = "text/plain";
	if ((bad = reply_stream(request, reply)) != NULL ||
	    (bad = reply_write(request, bytes_of("one "))) != NULL ||
	    (bad = reply_write(request, bytes_of("two"))) != NULL)
		return bad;
	return request->query.len == 0 ? NULL :
	    fault_make(request->arena, FAULT_UNAVAILABLE, "half-way");
}

static const struct fault *
answer_cookie(struct request *request, struct reply *reply)
{
	const char	*value;

	reply->content_type = "text/plain";
	value = cookie_read(request, "postern");
	buf_text(&reply->body, value == NULL ? "none" : value);
	cookie_write(request, reply, "postern", "abc", 60);
	return NULL;
}

static void
explain_plainly(struct request *request, struct reply *reply,
    const struct fault *fault)
{
	(void)request;
	reply->content_type = "text/plain";
	buf_text(&reply->body, fault->detail);
}

#define FORM	"application/x-www-form-urlencoded"

static const struct endpoint	 open_rows[] = {
	{ "GET", "/thing", NULL, 0, answer_path, CORS_ANY },
	{ "GET", "/under/*", NULL, 0, answer_path, CORS_NONE },
	{ "GET", "/form", NULL, 0, answer_path, CORS_NONE },
	{ "POST", "/form", FORM, 100, answer_form, CORS_NONE },
	{ "POST", "/any", NULL, 100000, answer_form, CORS_NONE },
	{ "GET", "/stream", NULL, 0, answer_stream, CORS_ANY },
	{ "GET", "/cookie", NULL, 0, answer_cookie, CORS_NONE },
	{ NULL, NULL, NULL, 0, NULL, CORS_NONE }
};

static const struct endpoint	 guarded_rows[] = {
	{ "POST", "/mcp", "application/json", 100, answer_guarded,
	  CORS_ALLOWED },
	{ NULL, NULL, NULL, 0, NULL, CORS_NONE }
};

static const struct program	 open_program = {
	.name = "open", .endpoints = open_rows, .explain = explain_plainly
};

static const struct program	 guarded_program = {
	.name = "guarded", .endpoints = guarded_rows,
	.explain = explain_plainly, .refuse_before_method = true
};

struct row {
	const struct program	*program;
	struct asked		 asked;
	const char		*status;
	const char		*has;		/* in the answer, or NULL */
	const char		*lacks;		/* or NULL */
};

#define GET(uri)	{ "GET", uri, { NULL }, NULL, false }
#define WITH(uri, ...)	{ "GET", uri, { __VA_ARGS__ }, NULL, false }

static const struct row	 rows[] = {
	{ &open_program, GET("/thing"), "200", "path=/thing rest= ", NULL },
	{ &open_program, GET("/thing?a=b%20c"), "200", "argument=b c", NULL },
	{ &open_program, GET("/thing?-v"), "200", "argument= ", NULL },
	{ &open_program, GET("/thing?a=%zz"), "400", NULL, NULL },
	{ &open_program, WITH("/thing", "HTTP_PROXY", "http://evil"), "200",
	  "proxy=", "seen" },
	{ &open_program, GET("/nothing"), "404", NULL, NULL },
	{ &open_program, GET("/thing/"), "404", NULL, NULL },
	{ &open_program, GET("/th%69ng"), "404", NULL, NULL },
	{ &open_program, GET("/form/../thing"), "404", NULL, NULL },
	{ &open_program, GET("//thing"), "404", NULL, NULL },
	{ &open_program, GET("thing"), "400", NULL, NULL },
	{ &open_program, GET("/thi%00ng"), "400", NULL, NULL },
	{ &open_program, GET("/under/a%2Fb//c"), "200", "rest=a/b//c", NULL },
	{ &open_program, GET("/under/"), "200", "rest= ", NULL },
	{ &open_program, GET("/under"), "404", NULL, NULL },
	{ &open_program, GET("/under/%ff"), "400", NULL, NULL },

	{ &open_program, { "HEAD", "/thing", { NULL }, NULL, false }, "200",
	  "Content-Length: ", "path=" },
	{ &open_program, { "DELETE", "/thing", { NULL }, NULL, false }, "405",
	  "\r\nAllow: GET, HEAD, OPTIONS\r\n", NULL },
	{ &open_program, { "PUT", "/form", { NULL }, NULL, false }, "405",
	  "\r\nAllow: GET, HEAD, POST\r\n", NULL },
	{ &open_program, { "", "/form", { NULL }, NULL, false }, "405", NULL,
	  NULL },
	{ &open_program, { "OPTIONS", "/form", { NULL }, NULL, false }, "405",
	  NULL, "Access-Control" },

	{ &open_program, { "POST", "/form", { "CONTENT_TYPE", FORM },
	  "a=b&a=c", false }, "200", "2 pairs, 7 bytes", NULL },
	{ &open_program, { "POST", "/form", { "CONTENT_TYPE",
	  "Application/X-WWW-Form-Urlencoded; charset=utf-8" }, "a=b", true },
	  "200", "1 pairs, 3 bytes", NULL },
	{ &open_program, { "POST", "/form", { "CONTENT_TYPE", FORM }, "a=%",
	  false }, "400", NULL, NULL },
	{ &open_program, { "POST", "/form", { "CONTENT_TYPE", "text/plain" },
	  "a=b", false }, "415", NULL, NULL },
	{ &open_program, { "POST", "/form", { NULL }, "a=b", false }, "415",
	  NULL, NULL },
	{ &open_program, { "POST", "/form", { "CONTENT_TYPE", FORM,
	  "CONTENT_LENGTH", "101" }, "a=b", true }, "413", NULL, NULL },
	{ &open_program, { "POST", "/form", { "CONTENT_TYPE", FORM,
	  "CONTENT_LENGTH", "-1" }, "a=b", true }, "400", NULL, NULL },
	{ &open_program, { "POST", "/form", { "CONTENT_TYPE", FORM,
	  "CONTENT_LENGTH", "-1", "SERVER_SOFTWARE", "Caddy/2.6.2" }, "a=b",
	  true }, "200", "1 pairs, 3 bytes", NULL },
	{ &open_program, { "POST", "/form", { "CONTENT_TYPE", FORM,
	  "CONTENT_LENGTH", "9" }, "a=b", true }, "400", NULL, NULL },
	{ &open_program, { "POST", "/form", { "CONTENT_TYPE", FORM },
	  "a=0123456789012345678901234567890123456789012345678901234567890123"
	  "45678901234567890123456789012345678", true }, "413", NULL, NULL },

	{ &open_program, WITH("/thing", "HTTP_ORIGIN", "https://a.example"),
	  "200", "Access-Control-Allow-Origin: *\r\n", NULL },
	{ &open_program, GET("/nowhere"), "404", "nosniff", NULL },
	{ &open_program, { "OPTIONS", "/thing",
	  { "HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "x-a, Mcp-Name" }, NULL,
	  false }, "204", "Access-Control-Allow-Headers: x-a, Mcp-Name\r\n",
	  "Content-Length" },
	{ &open_program, { "OPTIONS", "/thing",
	  { "HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "x\r\nEvil: 1" }, NULL,
	  false }, "204", "Vary: Access-Control-Request-Headers", "Evil" },
	{ &open_program, WITH("/thing", "HTTP_HOST", "127.0.0.1:8480"), "200",
	  NULL, NULL },
	{ &open_program, WITH("/thing", "HTTP_HOST", "[::1]:8480"), "200",
	  NULL, NULL },
	{ &open_program, WITH("/thing", "HTTP_HOST", "evil.example.com"),
	  "403", NULL, NULL },
	{ &open_program, WITH("/thing", "HTTP_HOST", "localhost:8481"), "403",
	  NULL, NULL },
	{ &open_program, GET("/stream"), "200", "\r\n\r\none two", NULL },
	{ &open_program, GET("/cookie"), "200",
	  "Set-Cookie: postern=abc; Path=/; Max-Age=60; HttpOnly; "
	  "SameSite=Lax\r\n", "Secure" },
	{ &open_program, WITH("/cookie", "HTTP_COOKIE",
	  "x=1; postern2=no; postern=xyz"), "200", "\r\n\r\nxyz", NULL },

	{ &guarded_program, { "POST", "/mcp", { "CONTENT_TYPE",
	  "application/json" }, "{}", false }, "401",
	  "no token", NULL },
	{ &guarded_program, GET("/mcp"), "401", NULL, NULL },
	{ &guarded_program, WITH("/mcp", "HTTP_AUTHORIZATION", "x"), "405",
	  "\r\nAllow: POST, OPTIONS\r\n", "\r\n\r\nin" },
	{ &guarded_program, WITH("/mcp", "REDIRECT_HTTP_AUTHORIZATION", "x"),
	  "405", NULL, NULL },
	{ &guarded_program, { "POST", "/mcp", { "HTTP_AUTHORIZATION", "x" },
	  "{}", false }, "415", NULL, NULL },
	{ &guarded_program, { "POST", "/mcp", { "HTTP_AUTHORIZATION", "x",
	  "CONTENT_TYPE", "application/json; charset=utf-8", "HTTP_ORIGIN",
	  "http://localhost:8480" }, "{}", false }, "200",
	  "Access-Control-Allow-Origin: http://localhost:8480\r\n", NULL },
	{ &guarded_program, { "POST", "/mcp", { "HTTP_ORIGIN",
	  "https://friend.example" }, "{}", false }, "401",
	  "Access-Control-Expose-Headers: WWW-Authenticate", NULL },
	{ &guarded_program, { "POST", "/mcp", { "HTTP_ORIGIN",
	  "https://evil.example" }, "{}", false }, "403", NULL,
	  "Access-Control-Allow-Origin" },
	{ &guarded_program, { "POST", "/mcp", { "HTTP_ORIGIN", "null" }, "{}",
	  false }, "403", NULL, NULL },
	{ &guarded_program, { "OPTIONS", "/mcp", { "HTTP_ORIGIN",
	  "https://evil.example" }, NULL, false }, "403", NULL, NULL },
	{ &guarded_program, { "OPTIONS", "/mcp", { "HTTP_ORIGIN",
	  "https://friend.example" }, NULL, false }, "204",
	  "Authorization, Content-Type", NULL },
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static void
check_answer(size_t number, const char *answer)
{
	const struct row	*row = &rows[number];
	const char		*status;

	if (answer == NULL)
		fail_msg("row %zu: no answer", number);
	status = strstr(answer, "Status: ");
	if (status == NULL || strncmp(status + 8, row->status, 3) != 0 ||
	    (row->has != NULL && strstr(answer, row->has) == NULL) ||
	    (row->lacks != NULL && strstr(answer, row->lacks) != NULL))
		fail_msg("row %zu: %s", number, answer);
}

static void
rows_as_fastcgi(void **state)
{
	static const struct program	*programs[] = {
		&open_program, &guarded_program
	};
	struct worker_child		 worker = { .pid = 0 };
	struct arena			*arena;
	const char			*log;
	size_t				 i, p, lines, asked;

	(void)state;
	arena = arena_open();
	for (p = 0; p < 2; p++) {
		worker_start(&worker, programs[p]);
		for (i = asked = 0; i < ROWS; i++) {
			if (rows[i].program != programs[p])
				continue;
			check_answer(i, ask_fastcgi(arena, &worker,
			    &rows[i].asked));
			asked++;
		}
		assert_int_equal(worker_stop(&worker, SIGTERM), 0);
		log = worker_log(&worker, arena);
		for (lines = 0; (log = strchr(log, '\n')) != NULL; log++)
			lines++;
		assert_int_equal(lines, asked);
	}
	arena_close(arena);
}

static void
rows_as_cgi(void **state)
{
	struct arena	*arena;
	size_t		 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < ROWS; i++)
		check_answer(i, ask_cgi(arena, rows[i].program,
		    &rows[i].asked));
	arena_close(arena);
}

/* An answer that fails half-way must not look whole. */
static void
broken_streams(void **state)
{
	static const struct asked	 asked = GET("/stream?break=1");
	static const struct asked	 good = GET("/thing");
	struct worker_child		 worker = { .pid = 0 };
	struct arena			*arena;

	(void)state;
	arena = arena_open();
	worker_start(&worker, &open_program);
	assert_null(ask_fastcgi(arena, &worker, &asked));
	assert_non_null(ask_fastcgi(arena, &worker, &good));
	assert_int_equal(worker_stop(&worker, SIGHUP), 0);
	assert_non_null(strstr(worker_log(&worker, arena),
	    "fault=unavailable"));
	arena_close(arena);
}

/* With what waits in its queue by then: a web server may have sent the next
 * requests before it knows. */
static void
ends_after_its_requests(void **state)
{
	static const struct asked	 asked = GET("/thing");
	enum { CLIENTS = 4 };
	struct worker_child		 worker = { .pid = 0 };
	struct arena			*arena;
	const char			*answer;
	int				 fds[CLIENTS], i;

	(void)state;
	arena = arena_open();
	setenv("MAX_REQUESTS", "2", 1);
	worker_start(&worker, &open_program);
	unsetenv("MAX_REQUESTS");
	kill(worker.pid, SIGSTOP);
	for (i = 0; i < CLIENTS; i++) {
		fds[i] = worker_connect(&worker);
		write_all(fds[i], fastcgi_request(arena, &asked));
	}
	/* Nobody else holds the queue of a worker that a server spawned. */
	close(worker.listener);
	kill(worker.pid, SIGCONT);
	for (i = 0; i < CLIENTS; i++) {
		answer = fastcgi_answer(arena, fds[i]);
		assert_non_null(answer);
		assert_non_null(strstr(answer, "Status: 200"));
		close(fds[i]);
	}
	assert_int_equal(worker_stop(&worker, 0), 0);
	worker_log(&worker, arena);
	arena_close(arena);
}

/* A signal that comes while a request is being read ends the worker only when
 * that request is answered. */
static void
finishes_what_it_began(void **state)
{
	static const struct asked	 asked = { "POST", "/form",
		{ "CONTENT_TYPE", FORM }, "a=b", false };
	struct worker_child		 worker = { .pid = 0 };
	struct arena			*arena;
	struct bytes			 whole;
	int				 fd;

	(void)state;
	arena = arena_open();
	worker_start(&worker, &open_program);
	fd = worker_connect(&worker);
	whole = fastcgi_request(arena, &asked);
	write_all(fd, bytes_slice(whole, 0, whole.len - 12));
	usleep(200 * 1000);
	kill(worker.pid, SIGTERM);
	usleep(50 * 1000);
	write_all(fd, bytes_slice(whole, whole.len - 12, 12));
	assert_non_null(strstr(fastcgi_answer(arena, fd), "Status: 200"));
	close(fd);
	assert_int_equal(worker_stop(&worker, 0), 0);
	worker_log(&worker, arena);
	arena_close(arena);
}

static void
refuses_a_wrong_start(void **state)
{
	static const struct asked	 asked = GET("/thing");
	struct worker_child		 worker = { .pid = 0 };
	struct arena			*arena;
	const char			*answer;

	(void)state;
	arena = arena_open();
	setenv("MAX_LIFETIME", "soon", 1);
	worker_start(&worker, &open_program);
	answer = ask_cgi(arena, &open_program, &asked);
	unsetenv("MAX_LIFETIME");
	assert_int_equal(worker_stop(&worker, 0), 78);
	assert_non_null(strstr(worker_log(&worker, arena), "MAX_LIFETIME"));
	assert_non_null(strstr(answer, "Status: 503"));
	assert_null(strstr(answer, "MAX_LIFETIME"));
	arena_close(arena);
}

/* Below a path, behind https: paths lose BASE_URL's own, cookies are secure
 * but can't be __Host-, and Host is the proxy's affair. */
static void
below_a_path(void **state)
{
	static const struct asked	 asked = WITH("/mail/cookie",
	    "HTTP_HOST", "inner:81", "HTTP_COOKIE", "postern=p");
	static const struct asked	 outside = GET("/thing");
	struct arena			*arena;
	const char			*answer;

	(void)state;
	arena = arena_open();
	setenv("BASE_URL", "https://mail.example.org/mail/", 1);
	answer = ask_cgi(arena, &open_program, &asked);
	assert_non_null(strstr(answer, "\r\n\r\np"));
	assert_non_null(strstr(answer, "Path=/mail; Max-Age=60; HttpOnly; "
	    "SameSite=Lax; Secure"));
	assert_non_null(strstr(ask_cgi(arena, &open_program, &outside),
	    "Status: 200"));
	setenv("BASE_URL", "https://mail.example.org", 1);
	answer = ask_cgi(arena, &open_program, &(struct asked)
	    WITH("/cookie", "HTTP_COOKIE", "postern=p; __Host-postern=q"));
	assert_non_null(strstr(answer, "\r\n\r\nq"));
	assert_non_null(strstr(answer, "Set-Cookie: __Host-postern=abc; "
	    "Path=/; "));
	setenv("BASE_URL", "http://127.0.0.1:8480", 1);
	arena_close(arena);
}

static int
prepare(void **state)
{
	(void)state;
	setenv("BASE_URL", "http://127.0.0.1:8480", 1);
	setenv("ALLOWED_ORIGINS", "https://friend.example", 1);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(rows_as_fastcgi),
		cmocka_unit_test(rows_as_cgi),
		cmocka_unit_test(broken_streams),
		cmocka_unit_test(ends_after_its_requests),
		cmocka_unit_test(finishes_what_it_began),
		cmocka_unit_test(refuses_a_wrong_start),
		cmocka_unit_test(below_a_path),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, prepare, NULL);
}
