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
	[FAULT_REQUEST] = { .code = "invalid_request", .status = 400,
	    .oauth = "invalid_request", .rpc = RPC_REQUEST },
	[FAULT_NOT_FOUND] = { .code = "not_found", .status = 404,
	    .oauth = "invalid_request", .rpc = RPC_REQUEST },
	[FAULT_METHOD] = { .code = "method_not_allowed", .status = 405,
	    .oauth = "invalid_request", .rpc = RPC_REQUEST },
	[FAULT_MEDIA] = { .code = "unsupported_media_type", .status = 415,
	    .oauth = "invalid_request", .rpc = RPC_REQUEST },
	[FAULT_TOO_LARGE] = { .code = "too_large", .status = 413,
	    .oauth = "invalid_request", .rpc = RPC_REQUEST },
	[FAULT_ORIGIN] = { .code = "origin_not_allowed", .status = 403,
	    .oauth = "invalid_request", .rpc = RPC_REQUEST },

	[FAULT_TOKEN] = { .code = "invalid_token", .status = 401,
	    .oauth = "invalid_token", .rpc = RPC_REQUEST },
	[FAULT_SCOPE] = { .code = "insufficient_scope", .status = 403,
	    .oauth = "insufficient_scope", .rpc = RPC_REQUEST },
	[FAULT_CLIENT] = { .code = "invalid_client", .status = 401,
	    .oauth = "invalid_client", .rpc = RPC_REQUEST },
	[FAULT_GRANT] = { .code = "invalid_grant", .status = 400,
	    .oauth = "invalid_grant", .rpc = RPC_REQUEST },
	[FAULT_GRANT_TYPE] = { .code = "unsupported_grant_type",
	    .status = 400, .oauth = "unsupported_grant_type",
	    .rpc = RPC_REQUEST },
	[FAULT_RESPONSE_TYPE] = { .code = "unsupported_response_type",
	    .status = 400, .oauth = "unsupported_response_type",
	    .rpc = RPC_REQUEST },
	[FAULT_SCOPE_UNKNOWN] = { .code = "invalid_scope", .status = 400,
	    .oauth = "invalid_scope", .rpc = RPC_REQUEST },
	[FAULT_TARGET] = { .code = "invalid_target", .status = 400,
	    .oauth = "invalid_target", .rpc = RPC_REQUEST },
	[FAULT_REDIRECT] = { .code = "invalid_redirect_uri", .status = 400,
	    .oauth = "invalid_redirect_uri", .rpc = RPC_REQUEST },
	[FAULT_METADATA] = { .code = "invalid_client_metadata", .status = 400,
	    .oauth = "invalid_client_metadata", .rpc = RPC_REQUEST },
	[FAULT_DENIED] = { .code = "access_denied", .status = 403,
	    .oauth = "access_denied", .rpc = RPC_REQUEST },
	[FAULT_REQUEST_OBJECT] = { .code = "request_not_supported",
	    .status = 400, .oauth = "request_not_supported",
	    .rpc = RPC_REQUEST },
	[FAULT_PROMPT] = { .code = "login_required", .status = 400,
	    .oauth = "login_required", .rpc = RPC_REQUEST },

	[FAULT_PARSE] = { .code = "parse_error", .status = 400,
	    .oauth = "invalid_request", .rpc = RPC_PARSE },
	[FAULT_RPC] = { .code = "invalid_message", .status = 400,
	    .oauth = "invalid_request", .rpc = RPC_REQUEST },
	[FAULT_RPC_METHOD] = { .code = "unknown_method", .status = 404,
	    .oauth = "invalid_request", .rpc = RPC_METHOD },
	[FAULT_PARAMS] = { .code = "invalid_params", .status = 400,
	    .oauth = "invalid_request", .rpc = RPC_PARAMS },
	[FAULT_HEADER] = { .code = "header_mismatch", .status = 400,
	    .oauth = "invalid_request", .rpc = RPC_HEADER },
	[FAULT_VERSION] = { .code = "unsupported_version", .status = 400,
	    .oauth = "invalid_request", .rpc = RPC_VERSION },
	[FAULT_CAPABILITY] = { .code = "missing_capability", .status = 400,
	    .oauth = "invalid_request", .rpc = RPC_CAPABILITY },
	[FAULT_RESOURCE] = { .code = "resource_not_found", .status = 404,
	    .oauth = "invalid_request", .rpc = RPC_PARAMS,
	    .legacy = RPC_LEGACY_RESOURCE },

	[FAULT_ARGUMENT] = { .code = "invalid_argument", .status = 400,
	    .oauth = "invalid_request", .rpc = RPC_PARAMS, .model = true },
	[FAULT_PERMISSION] = { .code = "not_permitted", .status = 403,
	    .oauth = "access_denied", .rpc = RPC_REQUEST, .model = true },
	[FAULT_FOLDER] = { .code = "folder_not_found", .status = 404,
	    .oauth = "invalid_request", .rpc = RPC_PARAMS, .model = true },
	[FAULT_MESSAGE] = { .code = "message_not_found", .status = 404,
	    .oauth = "invalid_request", .rpc = RPC_PARAMS, .model = true },
	[FAULT_CHANGED] = { .code = "uidvalidity_changed", .status = 409,
	    .oauth = "invalid_request", .rpc = RPC_PARAMS, .model = true },
	[FAULT_REFUSED] = { .code = "server_refused", .status = 502,
	    .oauth = "server_error", .rpc = RPC_INTERNAL, .model = true },
	[FAULT_RECIPIENT] = { .code = "recipients_refused", .status = 502,
	    .oauth = "server_error", .rpc = RPC_INTERNAL, .model = true },
	[FAULT_LIMIT] = { .code = "limit", .status = 429,
	    .oauth = "invalid_request", .rpc = RPC_PARAMS, .model = true },
	[FAULT_RATE] = { .code = "rate_limited", .status = 429,
	    .oauth = "temporarily_unavailable", .rpc = RPC_INTERNAL,
	    .model = true, .retryable = true },
	[FAULT_UNSUPPORTED] = { .code = "unsupported", .status = 501,
	    .oauth = "invalid_request", .rpc = RPC_PARAMS, .model = true },
	[FAULT_UNKNOWN_STATE] = { .code = "unknown_state", .status = 502,
	    .oauth = "server_error", .rpc = RPC_INTERNAL, .model = true },
	[FAULT_CONFIRM] = { .code = "confirmation_required", .status = 403,
	    .oauth = "access_denied", .rpc = RPC_REQUEST, .model = true },

	[FAULT_LOGIN] = { .code = "login_refused", .status = 401,
	    .oauth = "invalid_grant", .rpc = RPC_REQUEST },
	[FAULT_HOST] = { .code = "host_not_allowed", .status = 502,
	    .oauth = "invalid_request", .rpc = RPC_INTERNAL, .model = true },
	[FAULT_CONNECT] = { .code = "connection_failed", .status = 503,
	    .oauth = "temporarily_unavailable", .rpc = RPC_INTERNAL,
	    .model = true, .retryable = true },
	[FAULT_TLS] = { .code = "tls_failed", .status = 502,
	    .oauth = "temporarily_unavailable", .rpc = RPC_INTERNAL,
	    .model = true },
	[FAULT_TIMEOUT] = { .code = "timeout", .status = 503,
	    .oauth = "temporarily_unavailable", .rpc = RPC_INTERNAL,
	    .model = true, .retryable = true },
	[FAULT_PROTOCOL] = { .code = "protocol_error", .status = 502,
	    .oauth = "temporarily_unavailable", .rpc = RPC_INTERNAL,
	    .model = true, .retryable = true },
	[FAULT_UNAVAILABLE] = { .code = "unavailable", .status = 503,
	    .oauth = "temporarily_unavailable", .rpc = RPC_INTERNAL,
	    .model = true, .retryable = true },
	[FAULT_STORAGE] = { .code = "storage_failed", .status = 502,
	    .oauth = "temporarily_unavailable", .rpc = RPC_INTERNAL,
	    .model = true, .retryable = true },

	[FAULT_GONE] = { .code = "client_gone", .status = 499,
	    .oauth = "server_error", .rpc = RPC_INTERNAL, .model = true,
	    .retryable = true },

	[FAULT_INTERNAL] = { .code = "internal_error", .status = 500,
	    .oauth = "server_error", .rpc = RPC_INTERNAL, .retryable = true },
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
