#include "web/origin.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/config.h"
#include "base/fault.h"
#include "data/url.h"

enum { ASKED_BYTES = 1024 };	/* Access-Control-Request-Headers repeated */

/* What a browser's script may read and send at the MCP endpoint. */
static const char	 allowed_methods[] = "POST, GET, DELETE, OPTIONS";
static const char	 allowed_headers[] = "Authorization, Content-Type, "
    "Accept, MCP-Protocol-Version, Mcp-Method, Mcp-Name, Mcp-Session-Id, "
    "Last-Event-ID";
static const char	 exposed_headers[] = "WWW-Authenticate, "
    "Mcp-Session-Id, Mcp-Protocol-Version";

bool
origin_is_own(struct arena *arena, const struct config *config,
    const char *origin)
{
	struct url	 own, other;

	if (!url_read(arena, config->base_url, &own) || own.host == NULL ||
	    !url_read(arena, origin, &other) || other.host == NULL)
		return false;
	if (!text_equal(own.scheme, other.scheme) || own.port != other.port ||
	    other.has_userinfo || other.path[0] != '\0' ||
	    other.query != NULL || other.has_fragment)
		return false;
	return text_equal(own.host, other.host) ||
	    (url_is_loopback(&own) && url_is_loopback(&other));
}

const struct fault *
origin_check_host(struct request *request)
{
	const char	*base = request->config->base_url, *host;

	host = request_header(request, "Host");
	if (host == NULL || !config_is_loopback(request->config) ||
	    origin_is_own(request->arena, request->config,
	    text_format(request->arena, "%s://%s", arena_copy(request->arena,
	    base, strcspn(base, ":")), host)))
		return NULL;
	return fault_make(request->arena, FAULT_ORIGIN,
	    "Host does not name this computer, as BASE_URL does");
}

static bool
is_allowed(struct request *request, const char *origin)
{
	const struct config	*config = request->config;

	return origin_is_own(request->arena, config, origin) ||
	    texts_have(config->origins, origin) ||
	    (texts_have(config->origins, "*") && config_is_loopback(config));
}

static void
add(struct request *request, const char *name, const char *value)
{
	struct pairs	*always = &request->always;
	enum { MOST = 8 };

	if (always->at == NULL)
		always->at = arena_array(request->arena, MOST,
		    sizeof(*always->at));
	always->at[always->len].name = name;
	always->at[always->len].value = value;
	always->len++;
}

const struct fault *
origin_admit(struct request *request, enum cors cors)
{
	const char	*origin;

	if (cors == CORS_ANY)
		add(request, "Access-Control-Allow-Origin", "*");
	if (cors != CORS_ALLOWED)
		return NULL;
	add(request, "Vary", "Origin");
	if ((origin = request_header(request, "Origin")) == NULL)
		return NULL;
	if (strpbrk(origin, "\r\n") != NULL || !is_allowed(request, origin))
		return fault_make(request->arena, FAULT_ORIGIN,
		    "Origin is not in ALLOWED_ORIGINS");
	add(request, "Access-Control-Allow-Origin",
	    arena_text(request->arena, origin));
	add(request, "Access-Control-Expose-Headers", exposed_headers);
	return NULL;
}

/* Whether it is a plain list of header names, fit to be repeated. */
static bool
is_header_list(const char *text)
{
	size_t	 i;

	for (i = 0; i < ASKED_BYTES && text[i] != '\0'; i++)
		if (!text_is_alnum((unsigned char)text[i]) &&
		    strchr("-_, ", text[i]) == NULL)
			return false;
	return i < ASKED_BYTES;
}

void
origin_preflight(struct request *request, struct reply *reply,
    enum cors cors, const char *methods)
{
	const char	*asked;

	reply->status = 204;
	reply_header(request->arena, reply, "Allow", methods);
	reply_header(request->arena, reply, "Access-Control-Max-Age", "3600");
	if (cors == CORS_ALLOWED) {
		reply_header(request->arena, reply,
		    "Access-Control-Allow-Methods", allowed_methods);
		reply_header(request->arena, reply,
		    "Access-Control-Allow-Headers", allowed_headers);
		return;
	}
	reply_header(request->arena, reply, "Access-Control-Allow-Methods",
	    methods);
	reply_header(request->arena, reply, "Vary",
	    "Access-Control-Request-Headers");
	asked = request_header(request, "Access-Control-Request-Headers");
	if (asked != NULL && is_header_list(asked))
		reply_header(request->arena, reply,
		    "Access-Control-Allow-Headers", asked);
}
