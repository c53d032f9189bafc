#include "web/serve.h"

#include <string.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/confine.h"
#include "base/fault.h"
#include "base/log.h"
#include "data/url.h"
#include "web/client_address.h"
#include "web/confinement.h"
#include "web/gate.h"
#include "web/last_word.h"
#include "web/origin.h"
#include "web/route.h"

enum {
	IDLE_MS = 5 * 1000,		/* between two calls of idle() */
	SPARE_BYTES = 1024 * 1024,	/* of memory freed, for the next one */
	WORKER_KIB_MOST = 192 * 1024,	/* resident; over it a worker ends */
	LATE_MOST = 64,			/* requests an ending worker takes */
	SPREAD = 8,			/* workers that start together */
	LOG_PATH_BYTES = 64
};

static const char	 form_type[] = "application/x-www-form-urlencoded";

/* What lasts as long as the process. */
struct worker {
	const struct program	*program;
	const struct config	*config;
	const void		*process;
	struct gate		*gate;
	struct arena		*arena;		/* of the request */
};

/* One request on its way. */
struct exchange {
	struct worker		*worker;
	struct request		 request;
	struct reply		 reply;
	const char		*raw;	/* path as it was sent */
	const struct endpoint	*row;	/* first one of the path, or NULL */
};

const char *
request_header(const struct request *request, const char *name)
{
	return gate_header(request->gate, name);
}

int
request_watch(const struct request *request, short *events)
{
	return gate_watch(request->gate, events);
}

const char *
request_variable(const struct request *request, const char *name)
{
	return gate_variable(request->gate, name);
}

const struct fault *
request_length(struct request *request, uint64_t *length)
{
	return gate_length(request->gate, request->arena, length);
}

const struct fault *
request_read(struct request *request, unsigned char *at, size_t size,
    size_t *len)
{
	return gate_read_some(request->gate, request->arena, at, size, len);
}

static const struct fault *
malformed(struct request *request, const char *what)
{
	return fault_make(request->arena, FAULT_REQUEST, "%s is malformed",
	    what);
}

static const char *
read_media(struct request *request)
{
	struct bytes	 media;
	const char	*text;

	text = request_header(request, "Content-Type");
	if (text_is_empty(text))
		return NULL;
	media = bytes_trim(bytes_from(text, strcspn(text, ";")));
	return text_lower_copy(request->arena,
	    bytes_text(request->arena, media));
}

bool
request_resume(struct request *request, const char *query)
{
	request->query_text = query;
	request->query = (struct pairs){ NULL, 0 };
	return *query == '\0' || url_read_form(request->arena,
	    bytes_of(query), &request->query);
}

static const struct fault *
read_target(struct exchange *exchange)
{
	struct request	*request = &exchange->request;
	const char	*query;

	exchange->raw = route_path(request);
	request->path = "/";
	if (exchange->raw[0] != '/' || !url_unescape(request->arena,
	    bytes_of(exchange->raw), false, &request->path))
		return malformed(request, "the path");
	query = request_variable(request, "QUERY_STRING");
	if (!request_resume(request, query == NULL ? "" : query))
		return malformed(request, "the query");
	request->content_type = read_media(request);
	return NULL;
}

static const struct fault *
find_path(struct exchange *exchange)
{
	struct request	*request = &exchange->request;

	exchange->row = route_find(exchange->worker->program->endpoints,
	    exchange->raw);
	if (exchange->row == NULL)
		return fault_make(request->arena, FAULT_NOT_FOUND,
		    "there is nothing at this address");
	if (!url_unescape(request->arena,
	    bytes_of(route_rest(exchange->row, exchange->raw)), false,
	    &request->rest))
		return malformed(request, "the path");
	return NULL;
}

static const struct fault *
read_body(struct request *request, const struct endpoint *row)
{
	const struct fault	*bad;

	if (row->content_type != NULL && (request->content_type == NULL ||
	    !text_equal(row->content_type, request->content_type)))
		return fault_make(request->arena, FAULT_MEDIA,
		    "the body must be %s", row->content_type);
	if (row->body_most == 0)
		return NULL;
	bad = gate_read(request->gate, request->arena, row->body_most,
	    &request->body);
	if (bad != NULL)
		return bad;
	if (request->content_type == NULL ||
	    !text_equal(request->content_type, form_type))
		return NULL;
	return url_read_form(request->arena, request->body, &request->form) ?
	    NULL : malformed(request, "the form");
}

/* What is wrong with a request before its handler is asked; *row is the one
 * to ask. */
static const struct fault *
find_row(struct exchange *exchange, const struct endpoint **row)
{
	struct request	*request = &exchange->request;

	*row = route_method(exchange->row, request->method);
	if (*row != NULL)
		return read_body(request, *row);
	*row = exchange->row;
	return fault_make(request->arena, FAULT_METHOD,
	    "this address serves %s",
	    route_allowed(request->arena, exchange->row));
}

static bool
is_refusal(int status)
{
	return status == 401 || status == 403;
}

static const struct fault *
ask(struct exchange *exchange)
{
	struct request		*request = &exchange->request;
	const struct fault	*early, *bad;
	const struct endpoint	*row;

	early = find_row(exchange, &row);
	if (early == NULL)
		return row->answer(request, &exchange->reply);
	if (!exchange->worker->program->refuse_before_method)
		return early;
	request->body = (struct bytes){ NULL, 0 };
	bad = row->answer(request, &exchange->reply);
	if (is_refusal(bad == NULL ? exchange->reply.status :
	    fault_voice(bad->kind)->status))
		return bad;
	return early;
}

static const struct fault *
answer(struct exchange *exchange)
{
	struct request		*request = &exchange->request;
	const struct fault	*bad;

	if ((bad = read_target(exchange)) != NULL ||
	    (bad = origin_check_host(request)) != NULL ||
	    (bad = find_path(exchange)) != NULL ||
	    (bad = origin_admit(request, exchange->row->cors)) != NULL)
		return bad;
	if (exchange->row->cors != CORS_NONE &&
	    text_equal(request->method, "OPTIONS")) {
		origin_preflight(request, &exchange->reply,
		    exchange->row->cors,
		    route_allowed(request->arena, exchange->row));
		return NULL;
	}
	return ask(exchange);
}

static void
explain_fault(struct exchange *exchange, const struct fault *fault)
{
	const struct fault_voice	*voice = fault_voice(fault->kind);
	struct reply			*reply = &exchange->reply;
	struct arena			*arena = exchange->request.arena;

	if (reply->streaming)
		return;
	reply_reset(arena, reply);
	reply->status = voice->status;
	exchange->worker->program->explain(&exchange->request, reply, fault);
	if (fault->kind == FAULT_METHOD && exchange->row != NULL)
		reply_header(arena, reply, "Allow",
		    route_allowed(arena, exchange->row));
}

/* Details that name a rule of ours and can't hold words of a mail server, a
 * user or a client. */
static bool
may_log(enum fault_kind kind)
{
	return kind == FAULT_INTERNAL || kind == FAULT_TOKEN ||
	    kind == FAULT_ORIGIN;
}

/* A prefix endpoint's path holds what is sealed, so its pattern is logged. */
static void
log_exchange(struct exchange *exchange, const struct fault *bad)
{
	struct request		*request = &exchange->request;
	struct log_request	 line = {
		.program = exchange->worker->program->name,
		.method = request->method,
		.status = exchange->reply.status,
		.ms = clock_ms() - request->started,
		.tool = request->tool,
		.fault = exchange->reply.fault
	};

	line.path = exchange->row != NULL ? exchange->row->path :
	    arena_copy(request->arena, request->path,
	    strnlen(request->path, LOG_PATH_BYTES));
	if (bad != NULL) {
		line.fault = fault_voice(bad->kind)->code;
		line.detail = may_log(bad->kind) ? bad->detail : NULL;
	}
	log_request(&line);
}

static void
start_exchange(struct exchange *exchange)
{
	struct worker	*worker = exchange->worker;
	struct request	*request = &exchange->request;
	const char	*method;

	request->arena = worker->arena;
	request->process = worker->process;
	request->gate = worker->gate;
	request->config = client_address_add(request, worker->config);
	request->started = clock_ms();
	request->deadline = request->started + REQUEST_MS;
	request->path = "/";
	request->rest = "";
	method = request_variable(request, "REQUEST_METHOD");
	request->method = method == NULL ? "" :
	    arena_text(worker->arena, method);
	reply_reset(worker->arena, &exchange->reply);
}

static void
serve_one(struct worker *worker)
{
	struct exchange		 exchange = { .worker = worker };
	struct last_word	 word = { &exchange.request, &exchange.reply,
				     worker->program->explain };
	const struct fault	*bad, *unsent;

	start_exchange(&exchange);
	last_word_begin(&word);
	if ((bad = answer(&exchange)) != NULL)
		explain_fault(&exchange, bad);
	last_word_end();
	unsent = reply_send(&exchange.request, &exchange.reply);
	log_exchange(&exchange, bad != NULL ? bad : unsent);
	if (bad != NULL && exchange.reply.streaming)
		gate_break(worker->gate);
	else
		gate_finish(worker->gate);
	arena_wipe(worker->arena);
	arena_give_back(SPARE_BYTES);
}

/* Whether the process has grown so much that a new one is better. */
static bool
is_grown(void)
{
#if !defined(__SANITIZE_ADDRESS__) && !defined(POSTERN_SANITIZED)
	struct rusage	 usage;

	return getrusage(RUSAGE_SELF, &usage) == 0 &&
	    usage.ru_maxrss > WORKER_KIB_MOST;
#else
	return false;
#endif
}

/* Workers start together and share the work evenly: up to a quarter less for
 * each, so that they don't all end at once. */
static int64_t
spread(int64_t most)
{
	return most - most / 4 * (getpid() % SPREAD) / SPREAD;
}

/* What waits in this process's own queue would be lost with it. */
static void
serve_late(struct worker *worker)
{
	int	 late;

	for (late = 0; late < LATE_MOST &&
	    gate_wait(worker->gate, 0) == GATE_REQUEST; late++)
		serve_one(worker);
	gate_close(worker->gate);
}

static void
serve_all(struct worker *worker)
{
	const struct program	*program = worker->program;
	enum gate_event		 event;
	int64_t			 end, until, served, most;
	bool			 busy = false;

	end = clock_ms() + spread(worker->config->max_lifetime * 1000);
	most = spread(worker->config->max_requests);
	for (served = 0; served < most && clock_ms() < end && !is_grown();) {
		until = clock_ms() + IDLE_MS;
		event = gate_wait(worker->gate,
		    (program->idle != NULL || busy) && until < end ? until :
		    end);
		if (event == GATE_END)
			break;
		if (event == GATE_TIME && busy)
			arena_give_back(0);
		busy = event == GATE_REQUEST;
		if (event == GATE_REQUEST) {
			serve_one(worker);
			served++;
		}
		if (program->idle != NULL)
			program->idle(worker->config);
	}
	serve_late(worker);
	if (program->end != NULL)
		program->end();
}

/* Nothing can be served; the reason is for the operator only. */
static int
refuse_to_start(struct worker *worker, const struct fault *bad)
{
	static const char	 text[] =
	    "Status: 503\r\nContent-Type: text/plain; charset=utf-8\r\n"
	    "Cache-Control: no-store\r\nRetry-After: 60\r\n\r\n"
	    "This service is not set up yet. Its operator finds the reason "
	    "in the log.\n";

	log_line(LOG_ERROR, "%s: %s%s%s", worker->program->name, bad->detail,
	    bad->hint == NULL ? "" : "; ", bad->hint == NULL ? "" : bad->hint);
	if (!gate_is_cgi(worker->gate))
		return EX_CONFIG;
	gate_write(worker->gate, worker->arena, bytes_of(text));
	gate_finish(worker->gate);
	return EX_OK;
}

int
serve(const struct program *program)
{
	struct worker		 worker = { .program = program };
	const struct fault	*bad;
	struct arena		*lasting;
	int			 status = EX_OK;

	confine(program->memory);
	lasting = arena_open();
	worker.arena = arena_open();
	worker.gate = gate_open();
	bad = config_load(lasting, &worker.config);
	if (bad == NULL)
		log_set_level((enum log_level)worker.config->log_level);
	if (bad == NULL && program->start != NULL)
		bad = program->start(lasting, worker.config, &worker.process);
	if (bad != NULL)
		status = refuse_to_start(&worker, bad);
	else {
		confinement_begin(worker.arena, worker.config, program->needs);
		arena_wipe(worker.arena);
		serve_all(&worker);
	}
	arena_close(worker.arena);
	arena_close(lasting);
	return status;
}
