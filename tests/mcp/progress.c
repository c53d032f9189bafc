#include "mcp/progress.h"

#include "../check.h"

#include <string.h>

#include "../web/worker.h"
#include "base/fault.h"
#include "data/json.h"
#include "mcp/call.h"
#include "mcp/message.h"

#define EVENTS		"application/json, text/event-stream"
#define META(token)	"{\"_meta\":{\"progressToken\":" token "}}"
#define EVENT(token, rest)						\
    "event: message\ndata: {\"jsonrpc\":\"2.0\","			\
    "\"method\":\"notifications/progress\","			\
    "\"params\":{\"progressToken\":" token				\
    ",\"progress\":" rest "}}\n\n"
#define END		"event: message\ndata: {\"id\":1}\n\n"
#define PLAIN		"{\"id\":1}"

enum { TELLS_MOST = 8, MANY = 1000 };

struct tell {
	int64_t		 done;
	int64_t		 total;
	const char	*text;		/* NULL behind the last */
};

/* What a call tells, and all that its client gets behind the head. */
static const struct row {
	const char	*params;
	const char	*accept;
	struct tell	 tells[TELLS_MOST];
	const char	*body;
} rows[] = {
	{ META("\"t\""), EVENTS, { { 0, 3, "a" }, { 1, 3, "b" },
	    { 3, 3, "c" } },
	    EVENT("\"t\"", "0,\"total\":3,\"message\":\"a\"")
	    EVENT("\"t\"", "1,\"total\":3,\"message\":\"b\"")
	    EVENT("\"t\"", "3,\"total\":3,\"message\":\"c\"") END },
	/* What does not rise is not told. */
	{ META("7"), "text/event-stream", { { 1, 2, "a" }, { 1, 2, "a" },
	    { 2, 2, "b" } },
	    EVENT("7", "1,\"total\":2,\"message\":\"a\"")
	    EVENT("7", "2,\"total\":2,\"message\":\"b\"") END },
	/* Another part of the work goes on where the one before ended. */
	{ META("-1"), "Text/Event-Stream ; q=0.5", { { 0, 2, "a" },
	    { 2, 2, "a" }, { 0, 3, "b" }, { 1, 3, "b" }, { 3, 3, "b" } },
	    EVENT("-1", "0,\"total\":2,\"message\":\"a\"")
	    EVENT("-1", "2,\"total\":2,\"message\":\"a\"")
	    EVENT("-1", "3,\"total\":5,\"message\":\"b\"")
	    EVENT("-1", "5,\"total\":5,\"message\":\"b\"") END },
	/* A line's end would end the event. */
	{ META("\"a\\nb\\r\\\"\""), EVENTS, { { 0, 0, "a\r\n\ndata: b" } },
	    EVENT("\"a\\nb\\r\\\"\"",
	    "0,\"message\":\"a\\u000d\\n\\ndata: b\"") END },
	/* Nobody listens. */
	{ "{}", EVENTS, { { 0, 1, "a" } }, PLAIN },
	{ META("null"), EVENTS, { { 0, 1, "a" } }, PLAIN },
	{ META("true"), EVENTS, { { 0, 1, "a" } }, PLAIN },
	{ META("1.5"), EVENTS, { { 0, 1, "a" } }, PLAIN },
	{ META("{}"), EVENTS, { { 0, 1, "a" } }, PLAIN },
	{ META("[1]"), EVENTS, { { 0, 1, "a" } }, PLAIN },
	{ META("\"t\""), "application/json", { { 0, 1, "a" } }, PLAIN },
	{ META("\"t\""), "*/*", { { 0, 1, "a" } }, PLAIN },
	{ META("\"t\""), "text/event-stream;q=0", { { 0, 1, "a" } }, PLAIN },
	{ META("\"t\""), "text/event-stream; Q=0.000, */*",
	    { { 0, 1, "a" } }, PLAIN },
	{ META("\"t\""), "text/*", { { 0, 1, "a" } }, PLAIN },
	{ META("\"t\""), "text/event-streams", { { 0, 1, "a" } }, PLAIN },
	{ META("\"t\""), "", { { 0, 1, "a" } }, PLAIN },
	/* Nothing was told. */
	{ META("\"t\""), EVENTS, { { 0, 0, NULL } }, PLAIN }
};

static void
tell_all(struct call *call, const char *path)
{
	const struct tell	*tell;
	int64_t			 i;

	if (text_equal(path, "/many")) {
		for (i = 0; i <= MANY; i++)
			progress_tell(call, i, MANY, "many");
		return;
	}
	for (tell = rows[strtol(path + 1, NULL, 10)].tells;
	    tell->text != NULL; tell++)
		progress_tell(call, tell->done, tell->total, tell->text);
}

static const struct fault *
answer_progress(struct request *request, struct reply *reply)
{
	const struct fault	*bad;
	struct message		 message = { .modern = true };
	struct call		 call = { .arena = request->arena };

	bad = json_read(request->arena, request->body, JSON_KEYS_UNIQUE,
	    &message.params);
	if (bad != NULL)
		return bad;
	progress_open(&call, request, reply, &message);
	/* Without a mailbox nothing is told but what is expected to be. */
	progress_tell(&call, 0, 1, "too early");
	if (reply->streaming)
		return fault_make(request->arena, FAULT_INTERNAL, "early");
	progress_expect(&call);
	tell_all(&call, request->path);
	if (!progress_close(&call, bytes_of(PLAIN))) {
		reply->content_type = "application/json";
		buf_text(&reply->body, PLAIN);
	}
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

static const struct endpoint	 endpoints[] = {
	{ "POST", "/*", NULL, 2000, answer_progress, CORS_NONE },
	{ .path = NULL }
};

static const struct program	 program = {
	.needs = CONFINE_FILES | CONFINE_NETWORK,
	.name = "progress", .endpoints = endpoints,
	.explain = explain_plainly
};

static void
check(const struct row *row, const char *answer)
{
	const char	*body;

	assert_non_null(answer);
	body = strstr(answer, "\r\n\r\n");
	assert_non_null(body);
	if (strcmp(body + 4, row->body) != 0)
		fail_msg("%s, %s:\n%s", row->params, row->accept, answer);
	assert_int_equal(strstr(row->body, "event: ") != NULL,
	    strstr(answer, "Content-Type: text/event-stream\r\n") != NULL);
	assert_int_equal(strstr(row->body, "event: ") != NULL,
	    strstr(answer, "X-Accel-Buffering: no\r\n") != NULL);
	assert_int_equal(strstr(row->body, "event: ") != NULL,
	    strstr(answer, "Cache-Control: no-cache\r\n") != NULL);
	assert_int_equal(strstr(row->body, "event: ") == NULL,
	    strstr(answer, "Content-Length: ") != NULL);
}

/* As FastCGI and as CGI. */
static void
what_is_told(void **state)
{
	struct worker_child	 worker = { .pid = 0 };
	struct arena		*arena = arena_open();
	struct asked		 asked = { .method = "POST" };
	size_t			 i;

	(void)state;
	worker_start(&worker, &program);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		asked.uri = text_format(arena, "/%zu", i);
		asked.body = rows[i].params;
		asked.variables[0] = "HTTP_ACCEPT";
		asked.variables[1] = rows[i].accept;
		check(&rows[i], ask_fastcgi(arena, &worker, &asked));
		check(&rows[i], ask_cgi(arena, &program, &asked));
	}
	assert_int_equal(worker_stop(&worker, SIGTERM), 0);
	worker_log(&worker, arena);
	arena_close(arena);
}

/* Few of many steps are told, the first and the last among them. */
static void
many_steps(void **state)
{
	static const struct asked	 asked = {
		"POST", "/many", { "HTTP_ACCEPT", EVENTS, NULL },
		META("\"t\""), false
	};
	struct arena			*arena = arena_open();
	const char			*answer, *at;
	size_t				 count = 0;

	(void)state;
	answer = ask_cgi(arena, &program, &asked);
	for (at = answer; (at = strstr(at, "\"progress\":")) != NULL; at++)
		count++;
	assert_in_range(count, 2, PROGRESS_STEPS + 2);
	assert_non_null(strstr(answer, "\"progress\":0,"));
	assert_non_null(strstr(answer, "\"progress\":1000,"));
	arena_close(arena);
}

static int
configure(void **state)
{
	(void)state;
	setenv("BASE_URL", "http://127.0.0.1:8480", 1);
	return 0;
}

CHECK_MAIN(cmocka_unit_test_setup(what_is_told, configure),
    cmocka_unit_test_setup(many_steps, configure))
