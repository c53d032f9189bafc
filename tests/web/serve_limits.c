/* What a worker does when memory runs out, or has run high, and what of a
 * request does not become its environment. */
#include "../check.h"

#include <sysexits.h>

#include "base/fault.h"
#include "web/gate.h"
#include "web/serve.h"
#include "worker.h"

#if defined(__SANITIZE_ADDRESS__) || defined(POSTERN_SANITIZED)
#define SANITIZED	true
#else
#define SANITIZED	false
#endif

enum {
	MIB = 1 << 20,
	SPACE = 512 * MIB,
	MUCH = 200 * MIB,	/* more than a worker may have kept */
	PATIENCE = 100,		/* looks at whether it has ended, */
	STEP_US = 50 * 1000	/* so far from each other */
};

static const char *const	 names[] = {
	"LD_PRELOAD", "HTTP_PROXY", "https_proxy", "POSTERN_CONF"
};

static const struct fault *
take_too_much(struct request *request, struct reply *reply)
{
	(void)reply;
	arena_take(request->arena, (size_t)2 * SPACE);
	return NULL;
}

static const struct fault *
take_much(struct request *request, struct reply *reply)
{
	memset(arena_take(request->arena, MUCH), 'x', MUCH);
	reply->content_type = "text/plain";
	buf_text(&reply->body, "taken");
	return NULL;
}

static const struct fault *
tell_environment(struct request *request, struct reply *reply)
{
	size_t	 i;

	(void)request;
	reply->content_type = "text/plain";
	buf_text(&reply->body, "environment:");
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (gate_environment(names[i]) != NULL)
			buf_format(&reply->body, " %s", names[i]);
	buf_text(&reply->body, ".");
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

static const struct endpoint	 rows[] = {
	{ "GET", "/too-much", NULL, 0, take_too_much, CORS_NONE },
	{ "GET", "/much", NULL, 0, take_much, CORS_NONE },
	{ "GET", "/environment", NULL, 0, tell_environment, CORS_NONE },
	{ NULL, NULL, NULL, 0, NULL, CORS_NONE }
};

static const struct program	 program = {
	.name = "limits", .endpoints = rows, .explain = explain_plainly,
	.memory = SPACE
};

static const struct asked	 much = {
	"GET", "/much", { NULL }, NULL, false
};
static const struct asked	 too_much = {
	"GET", "/too-much", { NULL }, NULL, false
};
static const struct asked	 environment = {
	"GET", "/environment", { "LD_PRELOAD", "/evil.so", "HTTP_PROXY",
	"http://evil.example", "https_proxy", "http://evil.example",
	"POSTERN_CONF", "/evil.conf" }, NULL, false
};

/* Whether it ends by itself, and well. */
static bool
ends(const struct worker_child *worker)
{
	int	 i, status;

	for (i = 0; i < PATIENCE; i++) {
		if (waitpid(worker->pid, &status, WNOHANG) == worker->pid)
			return WIFEXITED(status) && WEXITSTATUS(status) == 0;
		usleep(STEP_US);
	}
	kill(worker->pid, SIGKILL);
	waitpid(worker->pid, &status, 0);
	return false;
}

/* No answer is told for one: the web server says that there was none. */
static void
out_of_memory(void **state)
{
	struct worker_child	 worker = { .pid = 0 };
	struct arena		*arena;

	(void)state;
	if (SANITIZED)
		skip();
	arena = arena_open();
	worker_start(&worker, &program);
	assert_null(ask_fastcgi(arena, &worker, &too_much));
	assert_int_equal(worker_stop(&worker, 0), EX_OSERR);
	worker_start(&worker, &program);
	assert_non_null(strstr(ask_fastcgi(arena, &worker, &environment),
	    "Status: 200"));
	assert_int_equal(worker_stop(&worker, SIGTERM), 0);
	assert_non_null(strstr(worker_log(&worker, arena), "out of memory"));
	arena_close(arena);
}

/* What has grown answers, and makes room for a new one. */
static void
grown_worker(void **state)
{
	struct worker_child	 worker = { .pid = 0 };
	struct arena		*arena;

	(void)state;
	if (SANITIZED)
		skip();
	arena = arena_open();
	worker_start(&worker, &program);
	assert_non_null(strstr(ask_fastcgi(arena, &worker, &much),
	    "\r\n\r\ntaken"));
	assert_true(ends(&worker));
	worker_log(&worker, arena);
	arena_close(arena);
}

/* Whatever a library may have kept goes with it. */
static void
requests_are_counted(void **state)
{
	struct worker_child	 worker = { .pid = 0 };
	struct arena		*arena;

	(void)state;
	arena = arena_open();
	setenv("MAX_REQUESTS", "2", 1);
	worker_start(&worker, &program);
	unsetenv("MAX_REQUESTS");
	assert_non_null(ask_fastcgi(arena, &worker, &environment));
	assert_non_null(ask_fastcgi(arena, &worker, &environment));
	assert_true(ends(&worker));
	worker_log(&worker, arena);
	arena_close(arena);
}

static void
variables_of_requests(void **state)
{
	struct worker_child	 worker = { .pid = 0 };
	struct arena		*arena;

	(void)state;
	arena = arena_open();
	worker_start(&worker, &program);
	assert_non_null(strstr(ask_fastcgi(arena, &worker, &environment),
	    "environment:."));
	assert_int_equal(worker_stop(&worker, SIGTERM), 0);
	worker_log(&worker, arena);
	arena_close(arena);
}

/* There all stands in the environment; a header of a client does not. */
static void
proxy_of_a_client(void **state)
{
	static const struct asked	 asked = {
		"GET", "/environment", { "HTTP_PROXY", "http://evil.example" },
		NULL, false
	};
	struct arena			*arena;

	(void)state;
	arena = arena_open();
	assert_non_null(strstr(ask_cgi(arena, &program, &asked),
	    "environment:."));
	arena_close(arena);
}

static int
prepare(void **state)
{
	(void)state;
	return setenv("BASE_URL", "http://127.0.0.1:8480", 1);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(out_of_memory),
		cmocka_unit_test(grown_worker),
		cmocka_unit_test(requests_are_counted),
		cmocka_unit_test(variables_of_requests),
		cmocka_unit_test(proxy_of_a_client)
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, prepare, NULL);
}
