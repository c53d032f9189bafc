#include "web/gate.h"

#include "../check.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>

#include "../corpora.h"
#include "base/text.h"
#include "worker.h"

/*
 * FastCGI records as no web server sends them: whatever comes, the worker is
 * free again and answers the next request.
 */
static const struct fault *
answer_length(struct request *request, struct reply *reply)
{
	reply->content_type = "text/plain";
	buf_format(&reply->body, "%s %zu %s", request->method,
	    request->body.len, getenv("LD_PRELOAD") == NULL &&
	    getenv("MCP_KEY") == NULL ? "clean" : "tainted");
	return NULL;
}

enum { STAY_MS = 300, LEAVE_MS = 5000 };

/* Answers, and logs, whether the client went within so many ms. */
static const struct fault *
answer_watch(struct request *request, struct reply *reply)
{
	struct pollfd	 polled = { 0 };
	bool		 gone;

	polled.fd = request_watch(request, &polled.events);
	gone = poll(&polled, 1, request->body.len == 4 ? STAY_MS :
	    LEAVE_MS) == 1;
	fprintf(stderr, "watched=%s\n", gone ? "gone" : "there");
	reply->content_type = "text/plain";
	buf_text(&reply->body, gone ? "gone" : "there");
	return NULL;
}

static void
explain_plainly(struct request *request, struct reply *reply,
    const struct fault *fault)
{
	(void)request;
	(void)fault;
	reply->content_type = "text/plain";
}

static const struct endpoint	 endpoints[] = {
	{ "GET", "/mcp", NULL, 0, answer_length, CORS_NONE },
	{ "PUT", "/mcp", NULL, 10, answer_length, CORS_NONE },
	{ "POST", "/", NULL, 2000, answer_length, CORS_NONE },
	{ "POST", "/watch", NULL, 2000, answer_watch, CORS_NONE },
	{ .path = NULL }
};

static const struct program	 program = {
	.name = "gate", .endpoints = endpoints, .explain = explain_plainly
};

/* What must come of some; of the others only that they do no harm. */
static const char *const	 outcomes[][2] = {
	{ "ok-padded.bin", "GET 0 clean" },
	{ "ok-split-params.bin", "GET 0 clean" },
	{ "ok-keepconn-two.bin", "GET 0 clean" },
	{ "nv-dup.bin", "Status: 405" },
	{ "nv-ldpreload.bin", "GET 0 clean" },
	{ "nv-eq-in-name.bin", "GET 0 clean" },
	{ "cl-neg.bin", "Status: 400" },
	{ "stdin-less-than-cl.bin", "Status: 400" },
	{ "stdin-more-than-cl.bin", "PUT 0 clean" }
};

/* All that comes back until the worker closes; it must do so. */
static struct bytes
exchange(struct arena *arena, const struct worker_child *worker,
    struct bytes records)
{
	struct buf	 answer;
	ssize_t		 len;
	int		 fd;

	fd = worker_connect(worker);
	write_all(fd, records);
	shutdown(fd, SHUT_WR);
	buf_start(&answer, arena);
	do {
		len = recv(fd, buf_room(&answer, 4096), 4096, 0);
		buf_cut(&answer, answer.len - 4096 +
		    (len > 0 ? (size_t)len : 0));
	} while (len > 0);
	if (len == -1 && errno == EAGAIN)
		fail_msg("the connection stays open");
	close(fd);
	return buf_view(&answer);
}

static void
check_outcome(struct arena *arena, const char *name, struct bytes answer)
{
	struct buf	 text;
	size_t		 i;

	buf_start(&text, arena);
	for (i = 0; i < answer.len; i++)
		if (answer.at[i] != '\0')
			buf_byte(&text, answer.at[i]);
	for (i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++)
		if (text_equal(outcomes[i][0], name) &&
		    strstr(buf_string(&text), outcomes[i][1]) == NULL)
			fail_msg("%s: no %s: %s", name, outcomes[i][1],
			    buf_string(&text));
	if (strstr(buf_string(&text), "tainted") != NULL)
		fail_msg("%s: a parameter became environment", name);
}

static void
check_alive(struct arena *arena, const struct worker_child *worker,
    const char *name)
{
	static const struct asked	 good = {
		"GET", "/mcp", { NULL }, NULL, false
	};
	const char			*answer;

	answer = ask_fastcgi(arena, worker, &good);
	if (answer == NULL || strstr(answer, "GET 0 clean") == NULL ||
	    waitpid(worker->pid, NULL, WNOHANG) != 0)
		fail_msg("%s: the worker is gone", name);
}

/* One file's records, and that the next request is answered. */
static void
try_records(struct arena *arena, struct worker_child *worker,
    const char *name, struct bytes records)
{
	check_outcome(arena, name, exchange(arena, worker, records));
	check_alive(arena, worker, name);
}

static void
strange_records(void **state)
{
	struct worker_child	 worker = { .pid = 0 };
	struct arena		*arena;
	struct dirent		*entry;
	const char		*folder = "own/fcgi-records";
	size_t			 count = 0;
	DIR			*list;

	(void)state;
	arena = arena_open();
	list = opendir(corpora_path(arena, folder));
	if (list == NULL) {
		print_message("# SKIP no corpora\n");
		arena_close(arena);
		skip();
	}
	worker_start(&worker, &program);
	while ((entry = readdir(list)) != NULL) {
		if (!text_ends_case(entry->d_name, ".bin"))
			continue;
		try_records(arena, &worker, entry->d_name,
		    corpora_read(arena, text_format(arena, "%s/%s", folder,
		    entry->d_name)));
		count++;
	}
	closedir(list);
	assert_true(count >= sizeof(outcomes) / sizeof(outcomes[0]));
	assert_int_equal(worker_stop(&worker, SIGTERM), 0);
	worker_log(&worker, arena);
	arena_close(arena);
}

/* A whole good request, cut short after each byte: a body of four bytes is one
 * record, and its end another. */
enum { BODY_RECORDS = 8 + 4 + 8 };

static void
cut_requests(void **state)
{
	static const struct asked	 asked = {
		"POST", "/", { NULL }, "body", false
	};
	struct worker_child		 worker = { .pid = 0 };
	struct arena			*arena;
	struct bytes			 whole, answer;
	size_t				 len;

	(void)state;
	arena = arena_open();
	worker_start(&worker, &program);
	whole = fastcgi_request(arena, &asked);
	for (len = 0; len < whole.len; len++) {
		answer = exchange(arena, &worker, bytes_slice(whole, 0, len));
		/* What broke off before its body is no request. */
		if (len < whole.len - BODY_RECORDS)
			assert_int_equal(answer.len, 0);
	}
	check_alive(arena, &worker, "cut");
	assert_int_equal(worker_stop(&worker, SIGTERM), 0);
	worker_log(&worker, arena);
	arena_close(arena);
}

/* Whoever stays is there though its body has ended; who closes or aborts is
 * gone at once. */
static void
clients_that_go(void **state)
{
	static const struct asked	 stays = {
		"POST", "/watch", { NULL }, "stay", false
	};
	static const struct asked	 goes = {
		"POST", "/watch", { NULL }, "leaves", false
	};
	struct worker_child		 worker = { .pid = 0 };
	struct arena			*arena = arena_open();
	struct buf			 abort;
	const char			*answer, *log;
	int				 fd;

	(void)state;
	worker_start(&worker, &program);
	answer = ask_fastcgi(arena, &worker, &stays);
	assert_non_null(answer);
	assert_non_null(strstr(answer, "there"));
	fd = worker_connect(&worker);
	write_all(fd, fastcgi_request(arena, &goes));
	close(fd);
	check_alive(arena, &worker, "closed");
	fd = worker_connect(&worker);
	buf_start(&abort, arena);
	put_record(&abort, 2, (struct bytes){ NULL, 0 });
	write_all(fd, fastcgi_request(arena, &goes));
	poll(NULL, 0, STAY_MS);
	write_all(fd, buf_view(&abort));
	answer = fastcgi_answer(arena, fd);
	assert_true(answer == NULL || strstr(answer, "gone") != NULL);
	close(fd);
	assert_int_equal(worker_stop(&worker, SIGTERM), 0);
	log = worker_log(&worker, arena);
	assert_non_null(log = strstr(log, "watched=there"));
	assert_non_null(log = strstr(log, "watched=gone"));
	assert_non_null(strstr(log + 1, "watched=gone"));
	/* As CGI, whoever reads the answer stays. */
	answer = ask_cgi(arena, &program, &stays);
	assert_non_null(strstr(answer, "there"));
	arena_close(arena);
}

static int
configure(void **state)
{
	(void)state;
	setenv("BASE_URL", "http://127.0.0.1:8480", 1);
	return 0;
}

CHECK_MAIN(
	cmocka_unit_test_setup(strange_records, configure),
	cmocka_unit_test_setup(cut_requests, configure),
	cmocka_unit_test_setup(clients_that_go, configure))
