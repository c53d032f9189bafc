#include "base/fault.h"

#include <assert.h>
#include <stdarg.h>

#include "base/arena.h"
#include "base/buf.h"

enum {
	RPC_PARSE = -32700,
	RPC_REQUEST = -32600,
	RPC_METHOD = -32601,
	RPC_PARAMS = -32602,
	RPC_INTERNAL = -32603,
	RPC_HEADER = -32020,
	RPC_CAPABILITY = -32021,
	RPC_VERSION = -32022,
	RPC_LEGACY_RESOURCE = -32002
};

static const struct fault_voice	 voices[FAULT_KINDS] = {
	[FAULT_REQUEST] = { "invalid_request", 400, "invalid_request",
	    RPC_REQUEST, false, false },
	[FAULT_NOT_FOUND] = { "not_found", 404, "invalid_request",
	    RPC_REQUEST, false, false },
	[FAULT_METHOD] = { "method_not_allowed", 405, "invalid_request",
	    RPC_REQUEST, false, false },
	[FAULT_MEDIA] = { "unsupported_media_type", 415, "invalid_request",
	    RPC_REQUEST, false, false },
	[FAULT_TOO_LARGE] = { "too_large", 413, "invalid_request",
	    RPC_REQUEST, false, false },
	[FAULT_ORIGIN] = { "origin_not_allowed", 403, "invalid_request",
	    RPC_REQUEST, false, false },

	[FAULT_TOKEN] = { "invalid_token", 401, "invalid_token",
	    RPC_REQUEST, false, false },
	[FAULT_SCOPE] = { "insufficient_scope", 403, "insufficient_scope",
	    RPC_REQUEST, false, false },
	[FAULT_CLIENT] = { "invalid_client", 401, "invalid_client",
	    RPC_REQUEST, false, false },
	[FAULT_GRANT] = { "invalid_grant", 400, "invalid_grant",
	    RPC_REQUEST, false, false },
	[FAULT_GRANT_TYPE] = { "unsupported_grant_type", 400,
	    "unsupported_grant_type", RPC_REQUEST, false, false },
	[FAULT_RESPONSE_TYPE] = { "unsupported_response_type", 400,
	    "unsupported_response_type", RPC_REQUEST, false, false },
	[FAULT_SCOPE_UNKNOWN] = { "invalid_scope", 400, "invalid_scope",
	    RPC_REQUEST, false, false },
	[FAULT_TARGET] = { "invalid_target", 400, "invalid_target",
	    RPC_REQUEST, false, false },
	[FAULT_REDIRECT] = { "invalid_redirect_uri", 400,
	    "invalid_redirect_uri", RPC_REQUEST, false, false },
	[FAULT_METADATA] = { "invalid_client_metadata", 400,
	    "invalid_client_metadata", RPC_REQUEST, false, false },
	[FAULT_DENIED] = { "access_denied", 403, "access_denied",
	    RPC_REQUEST, false, false },
	[FAULT_REQUEST_OBJECT] = { "request_not_supported", 400,
	    "request_not_supported", RPC_REQUEST, false, false },
	[FAULT_PROMPT] = { "login_required", 400, "login_required",
	    RPC_REQUEST, false, false },

	[FAULT_PARSE] = { "parse_error", 400, "invalid_request",
	    RPC_PARSE, false, false },
	[FAULT_RPC] = { "invalid_message", 400, "invalid_request",
	    RPC_REQUEST, false, false },
	[FAULT_RPC_METHOD] = { "unknown_method", 404, "invalid_request",
	    RPC_METHOD, false, false },
	[FAULT_PARAMS] = { "invalid_params", 400, "invalid_request",
	    RPC_PARAMS, false, false },
	[FAULT_HEADER] = { "header_mismatch", 400, "invalid_request",
	    RPC_HEADER, false, false },
	[FAULT_VERSION] = { "unsupported_version", 400, "invalid_request",
	    RPC_VERSION, false, false },
	[FAULT_CAPABILITY] = { "missing_capability", 400, "invalid_request",
	    RPC_CAPABILITY, false, false },
	[FAULT_RESOURCE] = { "resource_not_found", 404, "invalid_request",
	    RPC_PARAMS, false, false, RPC_LEGACY_RESOURCE },

	[FAULT_ARGUMENT] = { "invalid_argument", 400, "invalid_request",
	    RPC_PARAMS, true, false },
	[FAULT_PERMISSION] = { "not_permitted", 403, "access_denied",
	    RPC_REQUEST, true, false },
	[FAULT_FOLDER] = { "folder_not_found", 404, "invalid_request",
	    RPC_PARAMS, true, false },
	[FAULT_MESSAGE] = { "message_not_found", 404, "invalid_request",
	    RPC_PARAMS, true, false },
	[FAULT_CHANGED] = { "uidvalidity_changed", 409, "invalid_request",
	    RPC_PARAMS, true, false },
	[FAULT_REFUSED] = { "server_refused", 502, "server_error",
	    RPC_INTERNAL, true, false },
	[FAULT_RECIPIENT] = { "recipients_refused", 502, "server_error",
	    RPC_INTERNAL, true, false },
	[FAULT_LIMIT] = { "limit", 429, "invalid_request",
	    RPC_PARAMS, true, false },
	[FAULT_RATE] = { "rate_limited", 429, "temporarily_unavailable",
	    RPC_INTERNAL, true, true },
	[FAULT_UNSUPPORTED] = { "unsupported", 501, "invalid_request",
	    RPC_PARAMS, true, false },
	[FAULT_UNKNOWN_STATE] = { "unknown_state", 502, "server_error",
	    RPC_INTERNAL, true, false },
	[FAULT_CONFIRM] = { "confirmation_required", 403, "access_denied",
	    RPC_REQUEST, true, false },

	[FAULT_LOGIN] = { "login_refused", 401, "invalid_grant",
	    RPC_REQUEST, false, false },
	[FAULT_HOST] = { "host_not_allowed", 502, "invalid_request",
	    RPC_INTERNAL, true, false },
	[FAULT_CONNECT] = { "connection_failed", 503,
	    "temporarily_unavailable", RPC_INTERNAL, true, true },
	[FAULT_TLS] = { "tls_failed", 502, "temporarily_unavailable",
	    RPC_INTERNAL, true, false },
	[FAULT_TIMEOUT] = { "timeout", 503, "temporarily_unavailable",
	    RPC_INTERNAL, true, true },
	[FAULT_PROTOCOL] = { "protocol_error", 502,
	    "temporarily_unavailable", RPC_INTERNAL, true, true },
	[FAULT_UNAVAILABLE] = { "unavailable", 503,
	    "temporarily_unavailable", RPC_INTERNAL, true, true },
	[FAULT_STORAGE] = { "storage_failed", 502,
	    "temporarily_unavailable", RPC_INTERNAL, true, true },

	[FAULT_GONE] = { "client_gone", 499, "server_error",
	    RPC_INTERNAL, true, true },

	[FAULT_INTERNAL] = { "internal_error", 500, "server_error",
	    RPC_INTERNAL, false, true },
};

const struct fault *
fault_make(struct arena *arena, enum fault_kind kind, const char *format, ...)
{
	struct fault	*fault;
	struct buf	 buf;
	va_list		 list;

	buf_start(&buf, arena);
	va_start(list, format);
	buf_formatv(&buf, format, list);
	va_end(list);
	fault = arena_take(arena, sizeof(*fault));
	fault->kind = kind;
	fault->detail = buf_string(&buf);
	return fault;
}

const struct fault *
fault_hint(struct arena *arena, const struct fault *fault,
    const char *format, ...)
{
	struct fault	*advised;
	struct buf	 buf;
	va_list		 list;

	buf_start(&buf, arena);
	va_start(list, format);
	buf_formatv(&buf, format, list);
	va_end(list);
	advised = arena_take(arena, sizeof(*advised));
	*advised = *fault;
	advised->hint = buf_string(&buf);
	return advised;
}

const struct fault *
fault_scope(struct arena *arena, const char *what, const char *scope)
{
	struct fault	*fault;

	fault = arena_take(arena, sizeof(*fault));
	*fault = *fault_make(arena, FAULT_SCOPE, "%s needs the scope %s",
	    what, scope);
	fault->scope = scope;
	return fault;
}

const struct fault *
fault_capability(struct arena *arena, const char *what,
    const char *capability)
{
	struct fault	*fault;

	fault = arena_take(arena, sizeof(*fault));
	*fault = *fault_make(arena, FAULT_CAPABILITY,
	    "%s needs a client with the capability %s", what, capability);
	fault->capability = capability;
	return fault;
}

const struct fault_voice *
fault_voice(enum fault_kind kind)
{
	assert(kind < FAULT_KINDS && voices[kind].code != NULL);
	return &voices[kind];
}
