#include "mcp/rpc.h"

#include "base/arena.h"
#include "base/config.h"
#include "base/fault.h"
#include "base/log.h"
#include "data/json.h"
#include "mcp/call.h"
#include "mcp/message.h"
#include "mcp/method.h"
#include "mcp/probing.h"
#include "mcp/progress.h"
#include "mcp/tool.h"
#include "oauth/bearer.h"
#include "oauth/probe.h"
#include "oauth/scope.h"
#include "web/serve.h"

enum { STATUS_OK = 200, STATUS_ACCEPTED = 202, STATUS_UNAVAILABLE = 503 };

/* One HTTP request: who it is from, and what it wrote. */
struct exchange {
	struct request			*request;
	struct reply			*reply;
	const struct access		*access;
	struct message_headers		 headers;
	struct json_writer		 writer;
};

/* What a challenge asks for: all scopes where there is no good token, else
 * those held and the one that is wanting. */
static struct texts
wanted_scopes(struct arena *arena, const struct access *access,
    const struct fault *fault)
{
	struct texts	 wanted = { 0 };
	size_t		 i;

	if (access == NULL || fault->scope == NULL)
		return scope_all(arena);
	for (i = 0; i < access->scopes.len; i++)
		texts_add(arena, &wanted, access->scopes.at[i]);
	texts_add(arena, &wanted, fault->scope);
	return scope_read(arena, texts_join(arena, wanted, " "));
}

static bool
is_challenged(enum fault_kind kind)
{
	return kind == FAULT_TOKEN || kind == FAULT_SCOPE;
}

static void
challenge(struct request *request, struct reply *reply,
    const struct fault *fault, struct texts wanted)
{
	if (request_header(request, "Authorization") == NULL)
		fault = NULL;
	reply_header(request->arena, reply, "WWW-Authenticate",
	    bearer_challenge(request->arena, request->config, fault, wanted));
}

/* What an error of that kind tells besides, for programs. */
static void
put_data(struct json_writer *writer, const struct fault *fault,
    const struct message *message)
{
	if (fault->kind == FAULT_VERSION) {
		json_open_object(writer, "data");
		json_open_array(writer, "supported");
		json_put_text(writer, NULL, MESSAGE_MODERN);
		json_close_array(writer);
		json_put_text(writer, "requested", message->version);
		json_close_object(writer);
	} else if (fault->kind == FAULT_CAPABILITY) {
		json_open_object(writer, "data");
		json_open_object(writer, "requiredCapabilities");
		json_open_object(writer, fault->capability);
		json_close_object(writer);
		json_close_object(writer);
		json_close_object(writer);
	} else if (fault->kind == FAULT_RESOURCE) {
		json_open_object(writer, "data");
		json_put_text(writer, "uri",
		    json_text(json_member(message->params, "uri")));
		json_close_object(writer);
	}
}

/* The members of an error response but its id; the message may be NULL. */
static void
put_error(struct json_writer *writer, const struct fault *fault,
    const struct message *message)
{
	const struct fault_voice	*voice = fault_voice(fault->kind);
	bool				 legacy;

	legacy = message != NULL && !message->modern && voice->legacy != 0;
	json_open_object(writer, "error");
	json_put_number(writer, "code", legacy ? voice->legacy : voice->rpc);
	json_put_text(writer, "message", fault->kind == FAULT_INTERNAL ?
	    "internal error" : fault->detail);
	if (message != NULL)
		put_data(writer, fault, message);
	json_close_object(writer);
}

static void
put_id(struct arena *arena, struct json_writer *writer,
    const struct message *message)
{
	if (message->id != NULL)
		json_put_raw(writer, "id",
		    bytes_of(json_print(arena, message->id)));
}

static void
put_refusal(struct exchange *exchange, const struct message *message,
    const struct fault *fault)
{
	struct json_writer	*writer = &exchange->writer;

	json_open_object(writer, NULL);
	json_put_text(writer, "jsonrpc", "2.0");
	put_id(exchange->request->arena, writer, message);
	put_error(writer, fault, message);
	json_close_object(writer);
	exchange->reply->fault = fault_voice(fault->kind)->code;
}

/* The HTTP status of a fault that a method met: in-band, but for the
 * challenges and for what the modern era gives a status. */
static int
method_status(const struct message *message, const struct fault *fault)
{
	if (is_challenged(fault->kind) || (message->modern &&
	    (fault->kind == FAULT_RPC_METHOD ||
	    fault->kind == FAULT_CAPABILITY)))
		return fault_voice(fault->kind)->status;
	return STATUS_OK;
}

/* Into the writer; what was written before a fault is cut off again. */
static const struct fault *
write_response(struct exchange *exchange, const struct message *message,
    struct call *call)
{
	struct json_writer	*writer = &exchange->writer;
	struct json_writer	 before = *writer;
	const struct fault	*bad;
	size_t			 len = writer->buf->len;

	json_open_object(writer, NULL);
	json_put_text(writer, "jsonrpc", "2.0");
	put_id(call->arena, writer, message);
	json_open_object(writer, "result");
	if ((bad = method_answer(call, message, writer)) == NULL) {
		json_close_object(writer);
		json_close_object(writer);
		exchange->reply->fault = call->told;
		return NULL;
	}
	buf_cut(writer->buf, len);
	*writer = before;
	put_refusal(exchange, message, bad);
	return bad;
}

/* Answers a request, alone or in a batch; NULL, or the fault that was written
 * as an error response and may still get a status of its own. */
static const struct fault *
answer_message(struct exchange *exchange, const struct message *message,
    bool alone)
{
	const struct fault	*bad;
	const struct tool	*tool;
	struct call		 call = {
		.arena = exchange->request->arena,
		.config = exchange->request->config,
		.authority = exchange->request->process,
		.access = exchange->access,
		.request = exchange->request,
		.deadline = exchange->request->deadline
	};

	if ((tool = method_tool(message)) != NULL)
		exchange->request->tool = tool->name;
	if (alone)
		progress_open(&call, exchange->request, exchange->reply,
		    message);
	else
		progress_watch(&call, exchange->request);
	bad = write_response(exchange, message, &call);
	return progress_close(&call, buf_view(&exchange->reply->body)) ? NULL :
	    bad;
}

static void
answer_one(struct exchange *exchange, const struct json *json)
{
	struct request		*request = exchange->request;
	struct reply		*reply = exchange->reply;
	const struct fault	*bad;
	struct message		 message;

	if (request->config->lenient_version &&
	    message_forgive(request->arena, json, &exchange->headers))
		log_line(LOG_WARN, "LENIENT_VERSION_HEADER: a request of "
		    MESSAGE_MODERN " under an older header");
	bad = message_read(request->arena, json, &exchange->headers,
	    &message);
	if (bad != NULL) {
		reply->status = fault_voice(bad->kind)->status;
		put_refusal(exchange, &message, bad);
		return;
	}
	if (message.form != MESSAGE_REQUEST) {
		reply->status = STATUS_ACCEPTED;
		return;
	}
	if ((bad = answer_message(exchange, &message, true)) == NULL)
		return;
	reply->status = method_status(&message, bad);
	if (is_challenged(bad->kind))
		challenge(request, reply, bad, wanted_scopes(request->arena,
		    exchange->access, bad));
}

/* One element of a batch: whatever goes wrong is said in its place. */
static void
answer_element(struct exchange *exchange, const struct json *json)
{
	const struct fault	*bad;
	struct message		 message;

	bad = message_read_element(exchange->request->arena, json, &message);
	if (bad != NULL)
		put_refusal(exchange, &message, bad);
	else if (message.form == MESSAGE_REQUEST)
		(void)answer_message(exchange, &message, false);
}

/*
 * Batches are of 2025-03-26 alone, which has no version header.  None may be
 * empty, too long, or hold a message that claims another era.
 */
static const struct fault *
check_batch(struct exchange *exchange, const struct json *batch)
{
	struct arena	*arena = exchange->request->arena;
	const char	*version;
	struct message	 message;
	size_t		 i;

	version = message_version(arena, exchange->headers.version);
	if (version != NULL && !text_equal(version, "2025-03-26"))
		return fault_make(arena, FAULT_RPC,
		    "this protocol revision has no batches");
	if (json_count(batch) == 0 || json_count(batch) > RPC_BATCH_MOST)
		return fault_make(arena, FAULT_RPC,
		    "a batch has 1 to %d messages", RPC_BATCH_MOST);
	for (i = 0; i < json_count(batch); i++)
		if (message_read_element(arena, json_element(batch, i),
		    &message) != NULL && message.modern)
			return fault_make(arena, FAULT_RPC,
			    "a message of this revision can't be in a batch");
	return NULL;
}

static void
answer_batch(struct exchange *exchange, const struct json *batch)
{
	struct json_writer	*writer = &exchange->writer;
	struct message		 none = { 0 };
	const struct fault	*bad;
	size_t			 i, empty;

	if ((bad = check_batch(exchange, batch)) != NULL) {
		exchange->reply->status = fault_voice(bad->kind)->status;
		put_refusal(exchange, &none, bad);
		return;
	}
	json_open_array(writer, NULL);
	empty = writer->buf->len;
	for (i = 0; i < json_count(batch); i++)
		answer_element(exchange, json_element(batch, i));
	if (writer->buf->len == empty) {
		buf_cut(writer->buf, 0);
		exchange->reply->status = STATUS_ACCEPTED;
		return;
	}
	json_close_array(writer);
}

const struct fault *
rpc_answer(struct request *request, struct reply *reply)
{
	struct exchange		 exchange = {
		.request = request, .reply = reply
	};
	const struct fault	*bad;
	const struct json	*json;

	bad = bearer_read(request, &exchange.access);
	if (bad != NULL && probe_is_meant(request))
		return (bad = probe_read(request)) != NULL ? bad :
		    probing_answer(request, reply);
	if (bad != NULL || (bad = json_read(request->arena, request->body,
	    JSON_KEYS_UNIQUE, &json)) != NULL)
		return bad;
	exchange.headers.version = request_header(request,
	    "MCP-Protocol-Version");
	exchange.headers.method = request_header(request, "Mcp-Method");
	exchange.headers.name = request_header(request, "Mcp-Name");
	json_start(&exchange.writer, &reply->body);
	if (json_kind(json) == JSON_ARRAY)
		answer_batch(&exchange, json);
	else
		answer_one(&exchange, json);
	if (reply->status != STATUS_ACCEPTED && !reply->streaming)
		reply->content_type = "application/json";
	return NULL;
}

/* Legacy clients look for the id that could not be read; the modern era
 * leaves it out. */
static bool
wants_null_id(const struct request *request, const struct fault *fault)
{
	const char	*version;

	version = message_version(request->arena,
	    request_header(request, "MCP-Protocol-Version"));
	return fault->kind == FAULT_PARSE &&
	    (version == NULL || !text_equal(version, MESSAGE_MODERN));
}

void
rpc_explain(struct request *request, struct reply *reply,
    const struct fault *fault)
{
	struct json_writer	 writer;

	if (is_challenged(fault->kind))
		challenge(request, reply, fault, scope_all(request->arena));
	if (fault_voice(fault->kind)->status == STATUS_UNAVAILABLE)
		reply_header(request->arena, reply, "Retry-After", "5");
	reply->content_type = "application/json";
	reply_header(request->arena, reply, "Cache-Control", "no-store");
	json_start(&writer, &reply->body);
	json_open_object(&writer, NULL);
	json_put_text(&writer, "jsonrpc", "2.0");
	if (wants_null_id(request, fault))
		json_put_null(&writer, "id");
	put_error(&writer, fault, NULL);
	json_close_object(&writer);
}
