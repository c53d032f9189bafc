#include "mcp/method.h"

#include <stdbool.h>

#include "base/fault.h"
#include "base/version.h"
#include "data/json.h"
#include "mcp/call.h"
#include "mcp/completion.h"
#include "mcp/extra.h"
#include "mcp/guide.h"
#include "mcp/message.h"
#include "mcp/prompt.h"
#include "mcp/resource.h"
#include "mcp/tool.h"

#define SERVER_NAME	"postern"
#define SERVER_TITLE	"Postern mail"

enum { LEGACY = 1, MODERN = 2, BOTH = LEGACY | MODERN };

typedef const struct fault	*method_handler(struct call *call,
				    const struct message *message,
				    struct json_writer *writer);

struct method {
	const char	*name;
	unsigned	 eras;
	int		 ttl;		/* ms; 0: not to be cached */
	bool		 shared;	/* the same for everybody */
	method_handler	*handler;
};

static void
put_server_info(struct json_writer *writer, const char *key)
{
	json_open_object(writer, key);
	json_put_text(writer, "name", SERVER_NAME);
	json_put_text(writer, "title", SERVER_TITLE);
	json_put_text(writer, "version", version_text);
	json_close_object(writer);
}

/* None says that it would tell of changes: nothing is remembered to tell. */
static const char *const	 capabilities[] = {
	"tools", "resources", "prompts", "completions", NULL
};

static void
put_capabilities(struct json_writer *writer, bool modern)
{
	const char *const	*capability;

	json_open_object(writer, "capabilities");
	for (capability = capabilities; *capability != NULL; capability++) {
		json_open_object(writer, *capability);
		json_close_object(writer);
	}
	extra_put_capabilities(writer, modern);
	json_close_object(writer);
}

static const struct fault *
initialize(struct call *call, const struct message *message,
    struct json_writer *writer)
{
	const char	*asked;

	asked = json_text(json_member(message->params, "protocolVersion"));
	if (asked == NULL)
		return fault_make(call->arena, FAULT_PARAMS,
		    "protocolVersion must be a text");
	json_put_text(writer, "protocolVersion",
	    message_is_legacy(asked) ? asked : MESSAGE_LEGACY);
	put_capabilities(writer, false);
	put_server_info(writer, "serverInfo");
	json_put_text(writer, "instructions", guide_text);
	return NULL;
}

static const struct fault *
discover(struct call *call, const struct message *message,
    struct json_writer *writer)
{
	(void)call;
	(void)message;
	json_open_array(writer, "supportedVersions");
	json_put_text(writer, NULL, MESSAGE_MODERN);
	json_close_array(writer);
	put_capabilities(writer, true);
	json_put_text(writer, "instructions", guide_text);
	return NULL;
}

static const struct fault *
ping(struct call *call, const struct message *message,
    struct json_writer *writer)
{
	(void)call;
	(void)message;
	(void)writer;
	return NULL;
}

static const struct fault *
list_tools(struct call *call, const struct message *message,
    struct json_writer *writer)
{
	const struct fault	*bad;

	if ((bad = message_first_page(call->arena, message)) != NULL)
		return bad;
	tool_list(writer, call);
	return NULL;
}

static const struct fault *
call_tool(struct call *call, const struct message *message,
    struct json_writer *writer)
{
	const char	*name;

	name = json_text(json_member(message->params, "name"));
	if (name == NULL)
		return fault_make(call->arena, FAULT_PARAMS,
		    "name must be the name of a tool");
	if (message->modern) {
		call->params = message->params;
		call->forms = message->forms;
	}
	return tool_run(call, name, json_member(message->params, "arguments"),
	    writer);
}

static const struct method	 methods[] = {
	{ "initialize", LEGACY, 0, false, initialize },
	{ "ping", LEGACY, 0, false, ping },
	{ "server/discover", MODERN, METHOD_DISCOVER_TTL_MS, true, discover },
	{ "tools/list", BOTH, METHOD_LIST_TTL_MS, false, list_tools },
	{ "tools/call", BOTH, 0, false, call_tool },
	{ "resources/list", BOTH, METHOD_LIST_TTL_MS, false, resource_list },
	{ "resources/templates/list", BOTH, METHOD_LIST_TTL_MS, false,
	  resource_list_templates },
	{ "resources/read", BOTH, METHOD_READ_TTL_MS, false, resource_read },
	{ "prompts/list", BOTH, METHOD_LIST_TTL_MS, false, prompt_list },
	{ "prompts/get", BOTH, 0, false, prompt_get },
	{ "completion/complete", BOTH, 0, false, completion_complete }
};

/* What every result of the modern era carries. */
static void
put_modern(struct json_writer *writer, const struct method *method,
    bool asks)
{
	json_put_text(writer, "resultType", asks ? "input_required" :
	    "complete");
	if (method->ttl != 0 && !asks) {
		json_put_number(writer, "ttlMs", method->ttl);
		json_put_text(writer, "cacheScope",
		    method->shared ? "public" : "private");
	}
	json_open_object(writer, "_meta");
	put_server_info(writer, "io.modelcontextprotocol/serverInfo");
	json_close_object(writer);
}

/* Only tools ask something, so that no other method has been given a state. */
static const struct fault *
check_state(struct call *call, const struct method *method,
    const struct message *message)
{
	if (!message->modern || method->handler == call_tool ||
	    json_member(message->params, "requestState") == NULL)
		return NULL;
	return fault_make(call->arena, FAULT_PARAMS,
	    "requestState was given to another method");
}

const struct fault *
method_answer(struct call *call, const struct message *message,
    struct json_writer *writer)
{
	const struct fault	*bad;
	unsigned		 era;
	bool			 answered;
	size_t			 i;

	bad = extra_answer(call, message, writer, &answered);
	if (answered)
		return bad;
	era = message->modern ? MODERN : LEGACY;
	for (i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		if (!text_equal(methods[i].name, message->method) ||
		    (methods[i].eras & era) == 0)
			continue;
		bad = check_state(call, &methods[i], message);
		if (bad == NULL)
			bad = methods[i].handler(call, message, writer);
		if (bad == NULL && message->modern)
			put_modern(writer, &methods[i], call->asks);
		return bad;
	}
	return fault_make(call->arena, FAULT_RPC_METHOD,
	    "there is no such method");
}

const struct tool *
method_tool(const struct message *message)
{
	if (message->method == NULL ||
	    !text_equal(message->method, "tools/call"))
		return NULL;
	return tool_find(json_text(json_member(message->params, "name")));
}
