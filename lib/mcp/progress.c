#include "mcp/progress.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "data/json.h"
#include "mail/card_guard.h"
#include "mail/source.h"
#include "mcp/call.h"
#include "mcp/message.h"
#include "net/watch.h"
#include "web/serve.h"

enum { SECOND_MS = 1000 };

struct progress {
	struct watch	 watch;
	struct call	*call;
	struct request	*request;
	struct reply	*reply;
	const char	*token;		/* as JSON; NULL: nobody listens */
	bool		 modern;
	bool		 takes;		/* event streams */
	bool		 expected;	/* to be long */
	bool		 begun;		/* something was told */
	bool		 news;		/* there is what was not told */
	int64_t		 base;		/* parts of the work before this */
	int64_t		 done;		/* of this part, told or not */
	int64_t		 total;
	int64_t		 told;		/* base included */
	int64_t		 told_ms;	/* clock_ms then */
	int64_t		 counted;	/* clock_ms at 0 s; 0: not counted */
	const char	*text;
};

/* weight = OWS ";" OWS "q=" qvalue, RFC 9110 12.4.2: not 0, 0.0 and so on. */
static bool
is_wanted(struct arena *arena, struct bytes parameters)
{
	const char	*weight;

	weight = text_find_case(bytes_text(arena, parameters), "q=0");
	return weight == NULL || strpbrk(weight + strlen("q=0"),
	    "123456789") != NULL;
}

/* Accept = #( media-range [ parameters ] ), RFC 9110 12.5.1. */
static bool
takes_events(const struct request *request)
{
	struct texts	 ranges;
	const char	*accept;
	struct bytes	 range;
	size_t		 i;

	if ((accept = request_header(request, "Accept")) == NULL)
		return false;
	ranges = text_split(request->arena, accept, ",");
	for (i = 0; i < ranges.len; i++) {
		range = bytes_of(ranges.at[i]);
		range.len = bytes_find(range, ';');
		if (bytes_is_case(bytes_trim(range), "text/event-stream"))
			return is_wanted(request->arena, bytes_slice(
			    bytes_of(ranges.at[i]), range.len, SIZE_MAX));
	}
	return false;
}

/* ProgressToken = string | integer */
static const char *
read_token(struct arena *arena, const struct message *message)
{
	const struct json	*token;
	const char		*text;
	int64_t			 number;

	token = json_member(json_member(message->params, "_meta"),
	    "progressToken");
	if (json_text(token) == NULL && !json_integer(token, &number))
		return NULL;
	text = json_print(arena, token);
	return strlen(text) > PROGRESS_TOKEN_CHARS ? NULL : text;
}

/* A line's end within would end the event; the JSON writer escapes them. */
static void
write_out(struct progress *progress, struct bytes text)
{
	if (!progress->watch.gone &&
	    reply_write(progress->request, text) != NULL)
		progress->watch.gone = true;
	progress->watch.due = clock_ms() + PROGRESS_KEEP_MS;
}

static void
write_event(struct progress *progress, struct bytes json)
{
	struct buf	 text;

	buf_start(&text, progress->call->arena);
	buf_text(&text, "event: message\ndata: ");
	buf_bytes(&text, json);
	buf_text(&text, "\n\n");
	write_out(progress, buf_view(&text));
}

static void
begin_stream(struct progress *progress)
{
	struct reply	*reply = progress->reply;
	struct arena	*arena = progress->call->arena;

	if (reply->streaming)
		return;
	reply->content_type = "text/event-stream";
	reply_header(arena, reply, "Cache-Control", "no-cache");
	/* nginx gathers an answer otherwise. */
	reply_header(arena, reply, "X-Accel-Buffering", "no");
	if (reply_stream(progress->request, reply) != NULL)
		progress->watch.gone = true;
}

static void
notify(struct progress *progress)
{
	struct json_writer	 writer;
	struct buf		 json;

	begin_stream(progress);
	progress->told = progress->base + progress->done;
	progress->told_ms = clock_ms();
	progress->begun = true;
	progress->news = false;
	buf_start(&json, progress->call->arena);
	json_start(&writer, &json);
	json_open_object(&writer, NULL);
	json_put_text(&writer, "jsonrpc", "2.0");
	json_put_text(&writer, "method", "notifications/progress");
	json_open_object(&writer, "params");
	json_put_raw(&writer, "progressToken", bytes_of(progress->token));
	json_put_number(&writer, "progress", progress->told);
	if (progress->total > 0)
		json_put_number(&writer, "total",
		    progress->base + progress->total);
	json_put_text(&writer, "message", progress->text);
	json_close_object(&writer);
	json_close_object(&writer);
	write_event(progress, buf_view(&json));
}

/* Whether nothing can be refused any more that has a status of its own. */
static bool
is_admitted(const struct call *call)
{
	return call->imap != NULL && (call->account->card.at == NULL ||
	    (call->guard != NULL && call->guard->guard.proved &&
	    call->guard->owner.account == call->account));
}

/* Whether a stream may begin now, or has. */
static bool
may_begin(const struct progress *progress)
{
	return progress->reply->streaming || progress->expected ||
	    (is_admitted(progress->call) && clock_ms() >=
	    progress->request->started + PROGRESS_LONG_MS);
}

/* Whether what is new is worth telling: each step is, of so many at most. */
static bool
is_step(const struct progress *progress)
{
	int64_t	 gained = progress->base + progress->done - progress->told;

	if (!progress->begun)
		return true;
	if (progress->total == 0)
		return gained > 0 && clock_ms() >=
		    progress->told_ms + PROGRESS_PAUSE_MS;
	return gained > 0 && (progress->done >= progress->total ||
	    gained >= progress->total / PROGRESS_STEPS);
}

static void
beat(struct watch *watch)
{
	struct progress	*progress = watch->state;

	watch->due = clock_ms() + PROGRESS_LONG_MS;
	if (watch->gone)
		watch->due = 0;
	else if (!may_begin(progress))
		return;
	if (progress->counted != 0) {
		progress->done = (clock_ms() - progress->counted) / SECOND_MS;
		progress->news = true;
	}
	if (progress->news && (!progress->begun ||
	    progress->base + progress->done > progress->told))
		notify(progress);
	else if (progress->reply->streaming)
		write_out(progress, bytes_of(": still at it\n\n"));
}

static struct progress *
start(struct call *call, const struct request *request)
{
	struct progress	*progress;

	progress = arena_take(call->arena, sizeof(*progress));
	progress->call = call;
	progress->watch.fd = request_watch(request, &progress->watch.events);
	progress->watch.beat = beat;
	progress->watch.state = progress;
	call->progress = progress;
	return progress;
}

void
progress_watch(struct call *call, const struct request *request)
{
	(void)start(call, request);
}

void
progress_open(struct call *call, struct request *request,
    struct reply *reply, const struct message *message)
{
	struct progress	*progress = start(call, request);

	progress->watch.stops = message->modern;
	progress->request = request;
	progress->reply = reply;
	progress->modern = message->modern;
	progress->takes = takes_events(request);
	if (progress->takes)
		progress->token = read_token(call->arena, message);
}

/* The time for it may come while a server is waited for. */
static void
await_begin(struct progress *progress)
{
	if (progress->watch.due == 0)
		progress->watch.due = progress->request->started +
		    PROGRESS_LONG_MS;
}

void
progress_tell(struct call *call, int64_t done, int64_t total,
    const char *text)
{
	struct progress	*progress = call->progress;

	if (progress == NULL || progress->token == NULL)
		return;
	if (done < progress->done)
		progress->base = progress->told;
	progress->done = done;
	progress->total = total;
	progress->text = text;
	progress->news = true;
	progress->counted = 0;
	if (!may_begin(progress))
		await_begin(progress);
	else if (is_step(progress))
		notify(progress);
}

void
progress_count(struct call *call, int64_t seconds, const char *text)
{
	progress_tell(call, 0, seconds, text);
	if (call->progress != NULL && call->progress->token != NULL)
		call->progress->counted = clock_ms();
}

void
progress_expect(struct call *call)
{
	if (call->progress != NULL)
		call->progress->expected = true;
}

void
progress_say(struct call *call, const char *method, struct bytes params)
{
	struct progress		*progress = call->progress;
	struct json_writer	 writer;
	struct buf		 json;

	if (progress == NULL || !progress->takes)
		return;
	begin_stream(progress);
	buf_start(&json, call->arena);
	json_start(&writer, &json);
	json_open_object(&writer, NULL);
	json_put_text(&writer, "jsonrpc", "2.0");
	json_put_text(&writer, "method", method);
	json_put_raw(&writer, "params", params);
	json_close_object(&writer);
	write_event(progress, buf_view(&json));
}

void
progress_may_stop(struct call *call, bool may)
{
	if (call->progress != NULL)
		call->progress->watch.stops = may && call->progress->modern;
}

bool
progress_ends(struct call *call)
{
	return watch_look(progress_of(call));
}

struct watch *
progress_of(const struct call *call)
{
	return call->progress == NULL ? NULL : &call->progress->watch;
}

/* A source that stands before another one. */
struct telling {
	struct call	*call;
	struct source	*within;
	const char	*text;
	struct source	 source;
};

static const struct fault *
next_piece(void *state, struct bytes *piece)
{
	struct telling	*telling = state;

	if (progress_ends(telling->call))
		return fault_make(telling->call->arena, FAULT_GONE,
		    "the client has gone");
	progress_tell(telling->call, (int64_t)telling->within->given,
	    (int64_t)telling->within->length, telling->text);
	return source_next(telling->call->arena, telling->within, piece);
}

static void
go_back(void *state)
{
	struct telling	*telling = state;

	source_rewind(telling->within);
}

struct source *
progress_source(struct call *call, struct source *source, const char *text)
{
	struct telling	*telling;

	telling = arena_take(call->arena, sizeof(*telling));
	telling->call = call;
	telling->within = source;
	telling->text = text;
	telling->source.next = next_piece;
	telling->source.rewind = go_back;
	telling->source.state = telling;
	telling->source.length = source->length;
	telling->source.eight_bit = source->eight_bit;
	return &telling->source;
}

bool
progress_close(struct call *call, struct bytes response)
{
	if (call->progress == NULL || call->progress->reply == NULL ||
	    !call->progress->reply->streaming)
		return false;
	write_event(call->progress, response);
	return true;
}
