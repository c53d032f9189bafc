#include "oauth/metadata.h"

#include <string.h>

#include "base/arena.h"
#include "base/config.h"
#include "base/fault.h"
#include "data/json_write.h"
#include "oauth/scope.h"

static const char *const	 methods[] = {
	"none", "client_secret_post", "client_secret_basic", NULL
};
static const char *const	 grants[] = {
	"authorization_code", "refresh_token", NULL
};

/* The path of BASE_URL without its slash: "" or "mail". */
static const char *
base_path(const struct config *config)
{
	const char	*at, *path;

	at = strstr(config->base_url, "://");
	path = at == NULL ? NULL : strchr(at + strlen("://"), '/');
	return path == NULL ? "" : path + 1;
}

/*
 * Whether what the star stands for is ours.  Clients append the path of the
 * issuer or of the MCP URL, and some that of the MCP URL to either document.
 */
static const struct fault *
check_rest(const struct request *request)
{
	const char	*base, *rest;
	size_t		 len;

	base = base_path(request->config);
	rest = request->rest;
	len = strlen(base);
	if (len > 0 && text_starts(rest, base))
		rest += rest[len] == '/' ? len + 1 : len;
	if (*rest == '\0' || text_equal(rest, "mcp"))
		return NULL;
	return fault_make(request->arena, FAULT_NOT_FOUND,
	    "there is nothing at this address");
}

static void
put_words(struct json_writer *writer, const char *key,
    const char *const *words)
{
	json_open_array(writer, key);
	for (; *words != NULL; words++)
		json_put_text(writer, NULL, *words);
	json_close_array(writer);
}

static void
put_word(struct json_writer *writer, const char *key, const char *word)
{
	const char *const	 words[] = { word, NULL };

	put_words(writer, key, words);
}

/* more is one that is no permission, or NULL. */
static void
put_scopes(struct json_writer *writer, const char *more)
{
	const struct scope	*scope;

	json_open_array(writer, "scopes_supported");
	for (scope = scopes; scope->name != NULL; scope++)
		json_put_text(writer, NULL, scope->name);
	if (more != NULL)
		json_put_text(writer, NULL, more);
	json_close_array(writer);
}

static void
put_url(struct request *request, struct json_writer *writer, const char *key,
    const char *path)
{
	json_put_text(writer, key, text_format(request->arena, "%s%s",
	    request->config->base_url, path));
}

static void
start(struct request *request, struct reply *reply,
    struct json_writer *writer)
{
	reply->content_type = "application/json";
	reply_header(request->arena, reply, "Cache-Control",
	    "public, max-age=3600");
	json_start(writer, &reply->body);
	json_open_object(writer, NULL);
}

/* offline_access is no permission here, but some clients only ask for a
 * refresh token where they see it. */
const struct fault *
metadata_server(struct request *request, struct reply *reply)
{
	const struct fault	*bad;
	struct json_writer	 writer;

	if ((bad = check_rest(request)) != NULL)
		return bad;
	start(request, reply, &writer);
	put_url(request, &writer, "issuer", "");
	put_url(request, &writer, "authorization_endpoint",
	    "/oauth/authorize");
	put_url(request, &writer, "token_endpoint", "/oauth/token");
	put_url(request, &writer, "registration_endpoint", "/oauth/register");
	put_url(request, &writer, "revocation_endpoint", "/oauth/revoke");
	put_word(&writer, "response_types_supported", "code");
	put_word(&writer, "response_modes_supported", "query");
	put_words(&writer, "grant_types_supported", grants);
	put_word(&writer, "code_challenge_methods_supported", "S256");
	put_words(&writer, "token_endpoint_auth_methods_supported", methods);
	put_words(&writer, "revocation_endpoint_auth_methods_supported",
	    methods);
	put_scopes(&writer, "offline_access");
	json_put_bool(&writer, "client_id_metadata_document_supported", true);
	json_put_bool(&writer,
	    "authorization_response_iss_parameter_supported", true);
	json_close_object(&writer);
	return NULL;
}

const struct fault *
metadata_openid(struct request *request, struct reply *reply)
{
	if (base_path(request->config)[0] == '\0')
		return fault_make(request->arena, FAULT_NOT_FOUND,
		    "this is no OpenID provider; see "
		    "/.well-known/oauth-authorization-server");
	return metadata_server(request, reply);
}

const struct fault *
metadata_resource(struct request *request, struct reply *reply)
{
	const struct fault	*bad;
	struct json_writer	 writer;

	if ((bad = check_rest(request)) != NULL)
		return bad;
	start(request, reply, &writer);
	put_url(request, &writer, "resource", "/mcp");
	put_word(&writer, "authorization_servers", request->config->base_url);
	put_scopes(&writer, NULL);
	put_word(&writer, "bearer_methods_supported", "header");
	json_put_text(&writer, "resource_name", "Postern: your mailbox");
	json_close_object(&writer);
	return NULL;
}

const struct fault *
metadata_health(struct request *request, struct reply *reply)
{
	struct json_writer	 writer;

	(void)request;
	reply->content_type = "application/json";
	json_start(&writer, &reply->body);
	json_open_object(&writer, NULL);
	json_put_text(&writer, "status", "ok");
	json_put_text(&writer, "service", "postern");
	json_close_object(&writer);
	return NULL;
}
