#include "mcp/message.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "data/base64.h"
#include "data/json.h"
#include "data/utf8.h"

#define META	"io.modelcontextprotocol/"

static const char *const	 legacy[] = {
	"2024-11-05", "2025-03-26", "2025-06-18", MESSAGE_LEGACY
};

/* Methods whose Mcp-Name header repeats a member of params. */
static const struct {
	const char	*method;
	const char	*member;
} named[] = {
	{ "tools/call", "name" },
	{ "prompts/get", "name" },
	{ "resources/read", "uri" }
};

bool
message_is_legacy(const char *version)
{
	size_t	 i;

	for (i = 0; i < sizeof(legacy) / sizeof(legacy[0]); i++)
		if (text_equal(legacy[i], version))
			return true;
	return false;
}

const char *
message_version(struct arena *arena, const char *header)
{
	struct texts	 copies;
	size_t		 i;

	if (header == NULL)
		return NULL;
	copies = text_split(arena, header, ",");
	for (i = 0; i < copies.len; i++)
		copies.at[i] = text_trim(arena, copies.at[i]);
	for (i = 1; i < copies.len; i++)
		if (!text_equal(copies.at[i], copies.at[0]))
			return text_trim(arena, header);
	return copies.len == 0 ? "" : copies.at[0];
}

static const struct fault *
malformed(struct arena *arena, const char *what)
{
	return fault_make(arena, FAULT_RPC, "JSON-RPC 2.0: %s", what);
}

static const struct fault *
read_id(struct arena *arena, const struct json *json, struct message *message)
{
	const struct json	*id;
	int64_t			 number;

	if ((id = json_member(json, "id")) == NULL)
		return NULL;
	if (json_text(id) == NULL && !json_integer(id, &number))
		return malformed(arena, "id must be a text or an integer");
	message->id = id;
	return NULL;
}

/* A message without a method answers something, rightly or wrongly. */
static const struct fault *
read_response(struct arena *arena, const struct json *json,
    struct message *message)
{
	if (message->id == NULL || (json_member(json, "result") == NULL) ==
	    (json_member(json, "error") == NULL))
		return malformed(arena, "method is missing");
	message->form = MESSAGE_RESPONSE;
	return NULL;
}

static const struct fault *
read_shape(struct arena *arena, const struct json *json,
    struct message *message)
{
	const struct fault	*bad;
	const struct json	*method;
	const char		*edition;

	*message = (struct message){ 0 };
	if (json_kind(json) != JSON_OBJECT)
		return malformed(arena, "a message is an object");
	if ((bad = read_id(arena, json, message)) != NULL)
		return bad;
	edition = json_text(json_member(json, "jsonrpc"));
	if (edition == NULL || !text_equal(edition, "2.0"))
		return malformed(arena, "jsonrpc must be \"2.0\"");
	if ((method = json_member(json, "method")) == NULL)
		return read_response(arena, json, message);
	if ((message->method = json_text(method)) == NULL)
		return malformed(arena, "method must be a text");
	message->form = message->id == NULL ? MESSAGE_NOTIFICATION :
	    MESSAGE_REQUEST;
	message->params = json_member(json, "params");
	if (message->params != NULL &&
	    json_kind(message->params) != JSON_OBJECT) {
		message->params = NULL;
		return malformed(arena, "params must be an object");
	}
	return NULL;
}

static const struct json *
meta_member(const struct message *message, const char *name)
{
	return json_member(json_member(message->params, "_meta"), name);
}

static bool
has_claim(const struct message *message)
{
	return meta_member(message, META "protocolVersion") != NULL;
}

/* An empty elicitation means forms, for which there was no word at first. */
static bool
has_forms(const struct json *elicitation)
{
	const struct json	*form = json_member(elicitation, "form");

	if (elicitation == NULL || json_kind(elicitation) != JSON_OBJECT)
		return false;
	return json_count(elicitation) == 0 ||
	    (form != NULL && json_kind(form) == JSON_OBJECT);
}

static const struct fault *
check_envelope(struct arena *arena, struct message *message)
{
	const struct json	*capabilities;

	message->version = json_text(meta_member(message,
	    META "protocolVersion"));
	if (message->version == NULL)
		return fault_make(arena, FAULT_PARAMS,
		    "_meta: " META "protocolVersion must be a text");
	capabilities = meta_member(message, META "clientCapabilities");
	if (capabilities == NULL || json_kind(capabilities) != JSON_OBJECT)
		return fault_make(arena, FAULT_PARAMS,
		    "_meta: " META "clientCapabilities must be an object");
	message->forms = has_forms(json_member(capabilities, "elicitation"));
	return NULL;
}

static const struct fault *
disagree(struct arena *arena, const char *header, const char *how)
{
	return fault_make(arena, FAULT_HEADER, "the header %s %s", header,
	    how);
}

/* "=?base64?…?=" is how a name that is no header value is sent. */
static bool
decode_name(struct arena *arena, const char *header, const char **name)
{
	static const char	 start[] = "=?base64?";
	struct bytes		 coded, plain;
	size_t			 len;

	*name = text_trim(arena, header);
	len = strlen(*name);
	if (!text_starts(*name, start) || len < sizeof(start) + 1 ||
	    !text_equal(*name + len - 2, "?="))
		return true;
	coded = bytes_from(*name + sizeof(start) - 1,
	    len - sizeof(start) - 1);
	if (!base64_read(arena, coded, &plain) || !utf8_is_valid(plain) ||
	    bytes_find(plain, '\0') < plain.len)
		return false;
	*name = bytes_text(arena, plain);
	return true;
}

/* The member that Mcp-Name repeats for the method, or NULL. */
static const char *
named_member(const char *method)
{
	size_t	 i;

	for (i = 0; i < sizeof(named) / sizeof(named[0]); i++)
		if (text_equal(method, named[i].method))
			return named[i].member;
	return NULL;
}

static const struct fault *
check_name(struct arena *arena, const struct message *message,
    const char *header)
{
	const char	*name, *member;

	if ((member = named_member(message->method)) == NULL)
		return NULL;
	member = json_text(json_member(message->params, member));
	if (header == NULL)
		return disagree(arena, "Mcp-Name", "is missing");
	if (!decode_name(arena, header, &name))
		return disagree(arena, "Mcp-Name", "is not canonical base64");
	if (member != NULL && !text_equal(name, member))
		return disagree(arena, "Mcp-Name", "is not the one in params");
	return NULL;
}

static const struct fault *
check_modern(struct arena *arena, struct message *message,
    const struct message_headers *headers, const char *version)
{
	const struct fault	*bad;
	const char		*method;

	if ((bad = check_envelope(arena, message)) != NULL)
		return bad;
	if (version != NULL && !text_equal(version, message->version))
		return disagree(arena, "MCP-Protocol-Version",
		    "is not the one in _meta");
	method = headers->method == NULL ? NULL :
	    text_trim(arena, headers->method);
	if (method != NULL && !text_equal(method, message->method))
		return disagree(arena, "Mcp-Method", "is not the body's");
	if (!text_equal(message->version, MESSAGE_MODERN))
		return fault_make(arena, FAULT_VERSION,
		    "this protocol revision is not spoken here");
	if (message->form == MESSAGE_NOTIFICATION)
		return NULL;
	if (version == NULL)
		return disagree(arena, "MCP-Protocol-Version", "is missing");
	if (method == NULL)
		return disagree(arena, "Mcp-Method", "is missing");
	return check_name(arena, message, headers->name);
}

/*
 * No claim in the body.  Some connectors speak the legacy era under a modern
 * version header: without an Mcp-Method header they are taken at the body's
 * word; with one they mean the modern era and left the envelope out.
 */
static const struct fault *
check_unclaimed(struct arena *arena, struct message *message,
    const struct message_headers *headers, const char *version)
{
	bool	 modern;

	modern = version != NULL && text_equal(version, MESSAGE_MODERN);
	if (version != NULL && !modern && !message_is_legacy(version))
		return fault_make(arena, FAULT_RPC,
		    "MCP-Protocol-Version names no revision spoken here");
	if (!modern)
		return NULL;
	if (message->form == MESSAGE_RESPONSE)
		return fault_make(arena, FAULT_RPC,
		    "a response is not expected in this revision");
	if (message->form == MESSAGE_NOTIFICATION) {
		message->modern = true;
		return NULL;
	}
	if (text_equal(message->method, "initialize"))
		return disagree(arena, "MCP-Protocol-Version",
		    "names a revision without initialize");
	if (headers->method == NULL)
		return NULL;
	message->modern = true;
	return fault_make(arena, FAULT_PARAMS,
	    "params._meta must have " META "protocolVersion");
}

bool
message_forgive(struct arena *arena, const struct json *json,
    struct message_headers *headers)
{
	const struct json	*params;
	const char		*claim, *method, *member;

	params = json_member(json, "params");
	claim = json_text(json_member(json_member(params, "_meta"),
	    META "protocolVersion"));
	method = json_text(json_member(json, "method"));
	if (claim == NULL || method == NULL || headers->version == NULL ||
	    !text_equal(claim, MESSAGE_MODERN) ||
	    !message_is_legacy(message_version(arena, headers->version)))
		return false;
	headers->version = MESSAGE_MODERN;
	if (headers->method == NULL)
		headers->method = method;
	if (headers->name == NULL && (member = named_member(method)) != NULL)
		headers->name = json_text(json_member(params, member));
	return true;
}

const struct fault *
message_read(struct arena *arena, const struct json *json,
    const struct message_headers *headers, struct message *message)
{
	const struct fault	*bad;
	const char		*version;

	if ((bad = read_shape(arena, json, message)) != NULL)
		return bad;
	version = message_version(arena, headers->version);
	if (!has_claim(message))
		return check_unclaimed(arena, message, headers, version);
	message->modern = true;
	return check_modern(arena, message, headers, version);
}

const struct fault *
message_read_element(struct arena *arena, const struct json *json,
    struct message *message)
{
	const struct fault	*bad;

	if ((bad = read_shape(arena, json, message)) != NULL)
		return bad;
	if (has_claim(message)) {
		message->modern = true;
		return malformed(arena, "a batch belongs to 2025-03-26");
	}
	if (message->form == MESSAGE_REQUEST &&
	    text_equal(message->method, "initialize"))
		return malformed(arena, "initialize can't be in a batch");
	return NULL;
}

const struct fault *
message_first_page(struct arena *arena, const struct message *message)
{
	if (json_member(message->params, "cursor") != NULL)
		return fault_make(arena, FAULT_PARAMS,
		    "there is no page behind this cursor");
	return NULL;
}
