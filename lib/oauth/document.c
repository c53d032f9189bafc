#include "oauth/document.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "base/shelf.h"
#include "base/tally.h"
#include "crypt/digest.h"
#include "data/json.h"
#include "data/url.h"
#include "net/fetch.h"
#include "oauth/bearer.h"
#include "oauth/client.h"
#include "oauth/document_cache.h"

enum {
	OK = 200,
	MINUTE_SECONDS = 60,
	SEALED_SECONDS = 24 * 60 * 60	/* as long as a late form is known */
};

static const char	 none[] = "none";

struct document {
	const char	*client_id;
	const char	*client_name;
	struct texts	 redirect_uris;
	struct texts	 grant_types;
	struct texts	 response_types;
	const char	*token_endpoint_auth_method;
	struct texts	 token_endpoint_auth_methods_supported;
};

static const struct field	 rows[] = {
	{ FIELD(struct document, client_id), .required = true },
	{ FIELD(struct document, client_name), .required = true },
	{ FIELD(struct document, redirect_uris), .required = true },
	{ FIELD(struct document, grant_types) },
	{ FIELD(struct document, response_types) },
	{ FIELD(struct document, token_endpoint_auth_method),
	  .preset = none },
	{ FIELD(struct document, token_endpoint_auth_methods_supported) },
	{ FIELD_END }
};

/* A document is public, so nothing in it can be a secret. */
static const char *const	 secrets[] = {
	"client_secret", "client_secret_expires_at"
};
static const char *const	 symmetric[] = {
	"client_secret_basic", "client_secret_post", "client_secret_jwt", NULL
};

/* What of it travels in the page. */
struct facts {
	struct token_base	 base;
	const char		*id;
	const char		*name;
	const char		*redirect;
	bool			 refresh;
};

static const struct field	 facts_rows[] = {
	TOKEN_BASE_ROWS,
	{ FIELD_AS(struct facts, id, "document"), .required = true },
	{ FIELD_AS(struct facts, name, "n"), .required = true },
	{ FIELD_AS(struct facts, redirect, "u"), .required = true },
	{ FIELD_AS(struct facts, refresh, "r") },
	{ FIELD_END }
};

static const struct token_sort	 facts_sort = { TOKEN_STATE, facts_rows };

static const struct fault *
refuse(struct arena *arena, const char *why)
{
	return fault_make(arena, FAULT_METADATA, "the client's document: %s",
	    why);
}

bool
document_is_url(const char *id)
{
	return strchr(id, ':') != NULL;
}

/* Whether the path has a segment "." or "..", however its dots are spelt. */
static bool
has_dot_segment(struct arena *arena, const char *path)
{
	struct texts	 segments = text_split(arena, path, "/");
	const char	*at;
	size_t		 i, dots;

	for (i = 0; i < segments.len; i++) {
		at = segments.at[i];
		for (dots = 0; *at == '.' || text_starts_case(at, "%2e");
		    dots++)
			at += *at == '.' ? 1 : strlen("%2e");
		if (*at == '\0' && (dots == 1 || dots == 2))
			return true;
	}
	return false;
}

const struct fault *
document_check_url(struct arena *arena, const char *text)
{
	struct url	 url;
	const char	*why = NULL;

	if (strlen(text) > DOCUMENT_URL_CHARS || !url_read(arena, text, &url))
		why = "no absolute URL that is short enough";
	else if (!text_equal(url.scheme, "https") || url.host == NULL)
		why = "not https";
	else if (url.has_userinfo || url.has_fragment)
		why = "one with a user part or a fragment";
	else if (text_is_empty(url.path) || text_equal(url.path, "/"))
		why = "one without a path";
	else if (has_dot_segment(arena, url.path))
		why = "one with dot segments";
	if (why == NULL)
		return NULL;
	return fault_make(arena, FAULT_CLIENT, "a client_id that is an "
	    "address must be an https URL with a path; this is %s", why);
}

/* A client with nothing but a public key to show can't be known by it here,
 * so it must have said that it does without. */
static const struct fault *
check_method(struct arena *arena, const struct document *document)
{
	const char	*method = document->token_endpoint_auth_method;

	if (text_is_among(method, symmetric))
		return refuse(arena, "token_endpoint_auth_method must not be "
		    "one that needs a shared secret");
	if (text_equal(method, none) || texts_have(
	    document->token_endpoint_auth_methods_supported, none))
		return NULL;
	return refuse(arena, "clients are not authenticated by keys here: "
	    "token_endpoint_auth_method must be \"none\", or "
	    "token_endpoint_auth_methods_supported must list it");
}

static const struct fault *
check_document(struct arena *arena, const struct json *json,
    const struct document *document, const char *url)
{
	size_t	 i;

	if (!text_equal(document->client_id, url))
		return refuse(arena, "client_id is not the address it was "
		    "fetched from, to the letter");
	for (i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
		if (json_member(json, secrets[i]) != NULL)
			return refuse(arena, "it holds a client_secret");
	if (document->grant_types.len > 0 &&
	    !texts_have(document->grant_types, "authorization_code"))
		return refuse(arena, "grant_types lacks authorization_code");
	if (document->response_types.len > 0 &&
	    !texts_have(document->response_types, "code"))
		return refuse(arena, "response_types lacks code");
	return check_method(arena, document);
}

const struct fault *
document_read(struct arena *arena, const struct config *config,
    const char *url, struct bytes text, struct client *client)
{
	const struct fault	*bad;
	const struct json	*json;
	struct document		 document = { .client_id = NULL };
	size_t			 i;

	if ((bad = json_read(arena, text, JSON_KEYS_UNIQUE, &json)) != NULL ||
	    (bad = field_read(arena, rows, json, FIELD_LOOSE, &document)) !=
	    NULL)
		return refuse(arena, bad->detail);
	if ((bad = check_document(arena, json, &document, url)) != NULL)
		return bad;
	*client = (struct client){ .id = url, .kind = CLIENT_DOCUMENT,
	    .method = none, .refresh = document.grant_types.len == 0 ||
	    texts_have(document.grant_types, "refresh_token") };
	client->name = client_name(arena, document.client_name);
	if (client->name == NULL)
		return refuse(arena, "client_name is empty");
	for (i = 0; i < document.redirect_uris.len; i++)
		if (client_check_uri(arena, config,
		    document.redirect_uris.at[i]) == NULL)
			texts_add(arena, &client->redirects,
			    document.redirect_uris.at[i]);
	return client->redirects.len > 0 ? NULL : refuse(arena,
	    "redirect_uris has none that is acceptable here (https, http to "
	    "this computer, and ALLOWED_REDIRECT_SCHEMES)");
}

/* type = "application/json" / "application/" 1*tchar "+json" */
static bool
is_json(const char *type)
{
	struct bytes	 name;

	if (type == NULL)
		return false;
	name = bytes_trim(bytes_from(type, strcspn(type, ";")));
	return bytes_is_case(name, "application/json") ||
	    (bytes_is_case(bytes_slice(name, 0, strlen("application/")),
	    "application/") && name.len > strlen("application/+json") &&
	    bytes_is_case(bytes_slice(name, name.len - strlen("+json"),
	    name.len), "+json"));
}

/* What went wrong on the way is one text, whatever it was: the page is no
 * means to look into networks. */
static const struct fault *
explain(struct arena *arena, const char *host, const struct fault *bad)
{
	if (bad->kind == FAULT_TOO_LARGE)
		return refuse(arena, "it is longer than 64 KiB");
	return refuse(arena, text_format(arena, "nothing that is public and "
	    "proves to be %s answered as it should within %d seconds", host,
	    DOCUMENT_MS / 1000));
}

/* So many a minute from one host, as far as it can be counted. */
static const struct fault *
count_fetch(struct arena *arena, const struct config *config,
    const struct url *url)
{
	struct bytes	 hash = digest(arena, DIGEST_SHA256, bytes_of(
			    text_format(arena, "%s:%lld", url->host,
			    (long long)url->port)));
	unsigned	 counter = (unsigned)(hash.at[0] << 8 | hash.at[1]);
	struct counting	 minute = { MINUTE_SECONDS, 1, 0 };

	if (shelf_count(arena, config->run_dir, "document-fetches", counter,
	    &minute) <= DOCUMENT_FETCHES)
		return NULL;
	return refuse(arena, text_format(arena, "%s was asked too often; try "
	    "again in a minute", url->host));
}

static const struct fault *
fetch(struct arena *arena, const struct config *config, const char *url,
    struct fetched *fetched)
{
	static const char	*accept[] = { "Accept: application/json" };
	const struct fault	*bad;
	struct url		 parts = { 0 };
	const struct fetch	 ask = {
		.method = "GET", .url = url, .headers = { accept, 1 },
		.patterns = config->client_hosts,
		.ca_file = config->client_ca_file,
		.most = DOCUMENT_BYTES, .deadline = clock_ms() + DOCUMENT_MS
	};

	url_read(arena, url, &parts);
	if ((bad = count_fetch(arena, config, &parts)) != NULL)
		return bad;
	if ((bad = fetch_run(arena, &ask, fetched)) != NULL)
		return explain(arena, parts.host, bad);
	if (fetched->status != OK)
		return refuse(arena, text_format(arena, "%s answers with "
		    "status %d, not 200", parts.host, fetched->status));
	if (!is_json(fetched->content_type))
		return refuse(arena, "its Content-Type is not "
		    "application/json");
	return NULL;
}

const struct fault *
document_fetch(struct arena *arena, const struct config *config,
    const char *url, struct client *client)
{
	const struct fault	*bad;
	struct fetched		 fetched;
	struct bytes		 text;

	if (document_cache_read(arena, config, url, &text) &&
	    document_read(arena, config, url, text, client) == NULL)
		return NULL;
	if ((bad = fetch(arena, config, url, &fetched)) != NULL ||
	    (bad = document_read(arena, config, url, fetched.body, client)) !=
	    NULL)
		return bad;
	document_cache_keep(arena, config, url, fetched.body,
	    fetched.cache_control);
	return NULL;
}

const struct fault *
document_seal(struct arena *arena, const struct authority *authority,
    const struct client *client, const char *redirect, const char **sealed)
{
	struct facts	 facts = {
		.base.expires = clock_now() + SEALED_SECONDS,
		.id = client->id, .name = client->name, .redirect = redirect,
		.refresh = client->refresh
	};

	return token_seal(arena, authority, &facts_sort, &facts, sealed);
}

bool
document_open(struct arena *arena, const struct authority *authority,
    const char *sealed, const char *id, struct client *client)
{
	struct facts	 facts = { .id = NULL };

	if (sealed == NULL || token_open(arena, authority, &facts_sort,
	    sealed, &facts) != NULL || !text_equal(facts.id, id))
		return false;
	*client = (struct client){ .id = id, .kind = CLIENT_DOCUMENT,
	    .name = facts.name, .method = none, .refresh = facts.refresh };
	texts_add(arena, &client->redirects, facts.redirect);
	return true;
}
