#include "oauth/register.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "data/json.h"
#include "oauth/client.h"
#include "oauth/pace.h"
#include "oauth/scope.h"

enum { CREATED = 201 };

struct metadata {
	struct texts	 redirect_uris;
	const char	*client_name;
	struct texts	 grant_types;
	struct texts	 response_types;
	const char	*token_endpoint_auth_method;
	const char	*scope;
	const char	*application_type;
};

static const struct field	 rows[] = {
	{ FIELD(struct metadata, redirect_uris) },
	{ FIELD(struct metadata, client_name) },
	{ FIELD(struct metadata, grant_types) },
	{ FIELD(struct metadata, response_types), .preset = "code" },
	{ FIELD(struct metadata, token_endpoint_auth_method),
	  .preset = "client_secret_basic" },
	{ FIELD(struct metadata, scope) },
	{ FIELD(struct metadata, application_type) },
	{ FIELD_END }
};

static const char *const	 methods[] = {
	"client_secret_basic", "client_secret_post", "none"
};

/* OpenID Connect Registration 2. */
static const char *const	 application_types[] = { "native", "web" };

static const struct fault *
refuse(struct arena *arena, const char *why)
{
	return fault_make(arena, FAULT_METADATA, "%s", why);
}

static struct texts
both_grants(struct arena *arena)
{
	return text_split(arena, "authorization_code refresh_token", " ");
}

static const struct fault *
read_metadata(struct request *request, struct metadata *metadata)
{
	const struct fault	*bad;
	const struct json	*json;

	if (request->content_type == NULL ||
	    !text_equal(request->content_type, "application/json"))
		return refuse(request->arena,
		    "RFC 7591 3.1: the body must be application/json");
	if ((bad = json_read(request->arena, request->body, JSON_KEYS_UNIQUE,
	    &json)) != NULL || (bad = field_read(request->arena, rows, json,
	    FIELD_LOOSE, metadata)) != NULL)
		return refuse(request->arena, bad->detail);
	return NULL;
}

/* The word itself if it is one of them, else the last. */
static const char *
choose(const char *const *words, size_t count, const char *word)
{
	size_t	 i;

	for (i = 0; i < count - 1; i++)
		if (text_equal(words[i], word))
			return words[i];
	return words[i];
}

static const struct fault *
add_redirect(struct request *request, const char *uri,
    struct client *client, const struct fault **last)
{
	if (strlen(uri) > CLIENT_REDIRECT_CHARS)
		return fault_make(request->arena, FAULT_METADATA,
		    "redirect_uris: one has more than %d characters",
		    CLIENT_REDIRECT_CHARS);
	*last = client_check_uri(request->arena, request->config, uri);
	if (*last != NULL || texts_have(client->redirects, uri))
		return NULL;
	if (client->redirects.len == CLIENT_REDIRECTS)
		return fault_make(request->arena, FAULT_METADATA,
		    "redirect_uris: more than %d", CLIENT_REDIRECTS);
	texts_add(request->arena, &client->redirects, uri);
	return NULL;
}

static const struct fault *
choose_redirects(struct request *request, const struct metadata *metadata,
    struct client *client)
{
	const struct fault	*bad, *last = NULL, *first = NULL;
	size_t			 i;

	for (i = 0; i < metadata->redirect_uris.len; i++) {
		bad = add_redirect(request, metadata->redirect_uris.at[i],
		    client, &last);
		if (bad != NULL)
			return bad;
		first = first == NULL ? last : first;
	}
	if (client->redirects.len > 0)
		return NULL;
	return first != NULL ? first : fault_make(request->arena,
	    FAULT_REDIRECT, "redirect_uris is missing or empty");
}

static void
put_texts(struct json_writer *writer, const char *key, struct texts texts)
{
	size_t	 i;

	json_open_array(writer, key);
	for (i = 0; i < texts.len; i++)
		json_put_text(writer, NULL, texts.at[i]);
	json_close_array(writer);
}

static void
put_secret(struct request *request, struct json_writer *writer,
    const struct client *client)
{
	if (!client_has_secret(client))
		return;
	json_put_text(writer, "client_secret", client_secret(request->arena,
	    request->process, client->id));
	json_put_number(writer, "client_secret_expires_at", 0);
}

static void
put_registration(struct request *request, struct reply *reply,
    const struct metadata *metadata, const struct client *client)
{
	struct json_writer	 writer;
	struct texts		 scopes_known;

	json_start(&writer, &reply->body);
	json_open_object(&writer, NULL);
	json_put_text(&writer, "client_id", client->id);
	json_put_number(&writer, "client_id_issued_at", client->base.issued);
	put_secret(request, &writer, client);
	put_texts(&writer, "redirect_uris", client->redirects);
	json_put_text(&writer, "client_name", client->name);
	put_texts(&writer, "grant_types", client->refresh ?
	    both_grants(request->arena) :
	    text_split(request->arena, "authorization_code", " "));
	put_texts(&writer, "response_types", text_split(request->arena,
	    "code", " "));
	json_put_text(&writer, "token_endpoint_auth_method", client->method);
	scopes_known = scope_read(request->arena, metadata->scope);
	if (scopes_known.len > 0)
		json_put_text(&writer, "scope", scope_write(request->arena,
		    scopes_known));
	if (metadata->application_type != NULL)
		json_put_text(&writer, "application_type",
		    choose(application_types, 2, metadata->application_type));
	json_close_object(&writer);
}

const struct fault *
register_answer(struct request *request, struct reply *reply)
{
	const struct fault	*bad;
	struct metadata		 metadata = { .scope = NULL };
	struct client		 client = { .kind = CLIENT_DYNAMIC };

	if ((bad = pace_registration(request)) != NULL ||
	    (bad = read_metadata(request, &metadata)) != NULL ||
	    (bad = choose_redirects(request, &metadata, &client)) != NULL)
		return bad;
	/* RFC 7591 3.2.1 lets a server fill in what was left out: who names
	 * no grant types may refresh, so that nobody signs in every hour. */
	if (metadata.grant_types.len == 0)
		metadata.grant_types = both_grants(request->arena);
	if (!texts_have(metadata.response_types, "code") ||
	    !texts_have(metadata.grant_types, "authorization_code"))
		return refuse(request->arena, "only grant_types "
		    "authorization_code and refresh_token with response_types "
		    "code are served here");
	client.name = client_name(request->arena, metadata.client_name);
	client.method = choose(methods, sizeof(methods) / sizeof(methods[0]),
	    metadata.token_endpoint_auth_method);
	client.refresh = texts_have(metadata.grant_types, "refresh_token");
	if ((bad = client_seal(request->arena, request->process, &client)) !=
	    NULL)
		return bad;
	reply->status = CREATED;
	reply->content_type = "application/json";
	reply_header(request->arena, reply, "Cache-Control", "no-store");
	reply_header(request->arena, reply, "Pragma", "no-cache");
	put_registration(request, reply, &metadata, &client);
	return NULL;
}
