#include "oauth/upstream.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "base/log.h"
#include "data/base64.h"
#include "data/url.h"
#include "net/fetch.h"
#include "oauth/document_cache.h"
#include "web/serve.h"

enum {
	OK = 200,
	LIFE_SECONDS = 3600,		/* where none is told */
	LIFE_MOST_SECONDS = 10 * 365 * 86400,
	WORDS_CHARS = 200
};

static const char	 form_type[] =
    "Content-Type: application/x-www-form-urlencoded";
static const char	 json_type[] = "Accept: application/json";

static const struct field	 place_rows[] = {
	{ FIELD(struct upstream_place, issuer), .required = true },
	{ FIELD(struct upstream_place, authorization_endpoint),
	  .required = true },
	{ FIELD(struct upstream_place, token_endpoint), .required = true },
	{ FIELD(struct upstream_place, userinfo_endpoint) },
	{ FIELD(struct upstream_place,
	    token_endpoint_auth_methods_supported) },
	{ FIELD(struct upstream_place,
	    authorization_response_iss_parameter_supported) },
	{ FIELD_END }
};

/* RFC 6749 5.1 and 5.2 in one. */
struct answer {
	const char	*access_token;
	const char	*token_type;
	const char	*refresh_token;
	const char	*id_token;
	int64_t		 expires_in;
	const char	*error;
	const char	*error_description;
};

static const struct field	 answer_rows[] = {
	{ FIELD(struct answer, access_token) },
	{ FIELD(struct answer, token_type) },
	{ FIELD(struct answer, refresh_token) },
	{ FIELD(struct answer, id_token) },
	{ FIELD(struct answer, expires_in), .otherwise = LIFE_SECONDS,
	  .most = LIFE_MOST_SECONDS },
	{ FIELD(struct answer, error) },
	{ FIELD(struct answer, error_description) },
	{ FIELD_END }
};

/* Errors that a new sign-in mends, and nothing else. */
static const char *const	 lost[] = {
	"invalid_grant", "interaction_required", "login_required",
	"consent_required", NULL
};

static const struct fault *
unavailable(struct request *request, const struct upstream *upstream,
    const char *why)
{
	log_line(LOG_WARN, "upstream %s: %s", upstream->name, why);
	return fault_make(request->arena, FAULT_UNAVAILABLE, "%s: %s",
	    upstream->label, why);
}

static bool
is_host_of(struct arena *arena, const char *a, const char *b)
{
	struct url	 one = { 0 }, other = { 0 };

	return url_read(arena, a, &one) && url_read(arena, b, &other) &&
	    one.host != NULL && other.host != NULL &&
	    text_equal(one.host, other.host);
}

/* One question. What is wrong on the way is the provider's matter. */
static const struct fault *
exchange(struct request *request, const struct upstream *upstream,
    struct fetch *fetch, struct fetched *fetched)
{
	const struct fault	*bad;

	if (!text_starts(fetch->url, "https://"))
		return unavailable(request, upstream,
		    "an address of it is not https");
	fetch->named = is_host_of(request->arena, fetch->url,
	    upstream->issuer);
	fetch->ca_file = upstream->ca_file;
	fetch->most = UPSTREAM_BYTES;
	fetch->deadline = clock_ms() + UPSTREAM_MS;
	if (fetch->deadline > request->deadline)
		fetch->deadline = request->deadline;
	bad = fetch_run(request->arena, fetch, fetched);
	return bad == NULL ? NULL :
	    unavailable(request, upstream, bad->detail);
}

/* A document there, whatever its kind. */
static const struct fault *
get(struct request *request, const struct upstream *upstream,
    const char *url, const char *bearer, struct fetched *fetched)
{
	const struct fault	*bad;
	struct fetch		 fetch = { .method = "GET", .url = url };

	texts_add(request->arena, &fetch.headers, json_type);
	if (bearer != NULL)
		texts_add(request->arena, &fetch.headers, text_format(
		    request->arena, "Authorization: Bearer %s", bearer));
	bad = exchange(request, upstream, &fetch, fetched);
	if (bad != NULL || fetched->status == OK)
		return bad;
	return unavailable(request, upstream, text_format(request->arena,
	    "%s gives status %d", url, fetched->status));
}

const struct fault *
upstream_get(struct request *request, const struct upstream_place *place,
    const char *url, const char *bearer, const struct json **json)
{
	const struct fault	*bad;
	struct fetched		 fetched = { 0 };

	bad = get(request, place->upstream, url, bearer, &fetched);
	if (bad != NULL)
		return bad;
	if (json_read(request->arena, fetched.body, JSON_KEYS_UNIQUE, json) !=
	    NULL)
		return unavailable(request, place->upstream, text_format(
		    request->arena, "%s gives no document", url));
	return NULL;
}

/* OpenID Connect Discovery 4.3: the document names the issuer it is of. */
static const char *
read_place(struct arena *arena, const struct upstream *upstream,
    struct bytes text, struct upstream_place *place)
{
	const struct json	*json;
	struct url		 page = { 0 };

	*place = (struct upstream_place){ .upstream = upstream };
	if (json_read(arena, text, JSON_KEYS_UNIQUE, &json) != NULL ||
	    field_read(arena, place_rows, json, FIELD_LOOSE, place) != NULL)
		return "its OpenID document is not what it should be";
	if (!text_equal(place->issuer, upstream->issuer))
		return "its OpenID document is another issuer's";
	return url_read(arena, place->authorization_endpoint, &page) &&
	    text_equal(page.scheme, "https") && page.host != NULL ? NULL :
	    "its OpenID document has no https page to sign in at";
}

/* OpenID Connect Discovery 4: below the issuer; one that was good is kept in
 * RUN_DIR, under a name that no client's document has. */
static const struct fault *
discover(struct request *request, const struct upstream *upstream,
    struct upstream_place *place)
{
	struct arena		*arena = request->arena;
	const struct fault	*bad;
	struct fetched		 fetched = { 0 };
	struct bytes		 text;
	const char		*url, *name, *why;
	size_t			 len = strlen(upstream->issuer);

	if (upstream->issuer[len - 1] == '/')
		len--;
	url = text_format(arena, "%.*s/.well-known/openid-configuration",
	    (int)len, upstream->issuer);
	name = text_format(arena, "openid:%s", url);
	if (document_cache_read(arena, request->config, name, &text) &&
	    read_place(arena, upstream, text, place) == NULL)
		return NULL;
	if ((bad = get(request, upstream, url, NULL, &fetched)) != NULL)
		return bad;
	if ((why = read_place(arena, upstream, fetched.body, place)) != NULL)
		return unavailable(request, upstream, why);
	document_cache_keep(arena, request->config, name, fetched.body,
	    fetched.cache_control);
	return NULL;
}

const struct fault *
upstream_find(struct request *request, const struct upstream *upstream,
    struct upstream_place *place)
{
	if (upstream->token == NULL)
		return discover(request, upstream, place);
	*place = (struct upstream_place){ .upstream = upstream,
	    .issuer = upstream->issuer,
	    .authorization_endpoint = upstream->authorization,
	    .token_endpoint = upstream->token };
	texts_add(request->arena,
	    &place->token_endpoint_auth_methods_supported,
	    "client_secret_post");
	return NULL;
}

static void
add(struct buf *body, struct arena *arena, const char *name,
    const char *value)
{
	buf_format(body, "%s%s=", body->len > 0 ? "&" : "", name);
	buf_text(body, url_escaped(arena, value));
}

/* RFC 6749 2.3.1: in the body where that is offered, else as HTTP Basic. */
static void
add_client(struct arena *arena, const struct upstream_place *place,
    struct buf *body, struct texts *headers)
{
	const struct upstream	*upstream = place->upstream;
	const bool	 in_body = upstream->client_secret == NULL ||
	    texts_have(place->token_endpoint_auth_methods_supported,
	    "client_secret_post");
	const char	*pair;

	if (in_body) {
		add(body, arena, "client_id", upstream->client_id);
		if (upstream->client_secret != NULL)
			add(body, arena, "client_secret",
			    upstream->client_secret);
		return;
	}
	pair = text_format(arena, "%s:%s",
	    url_escaped(arena, upstream->client_id),
	    url_escaped(arena, upstream->client_secret));
	texts_add(arena, headers, text_format(arena,
	    "Authorization: Basic %s", base64_write(arena,
	    bytes_of(pair))));
}

/* The provider's words, where they are fit to show. */
static const char *
describe(struct arena *arena, const struct answer *answer)
{
	const char	*words = answer->error_description;

	if (text_has_control(answer->error) || !text_is_ascii(answer->error))
		return "an error";
	if (words == NULL || text_has_control(words) || !text_is_ascii(words))
		return text_format(arena, "%.40s", answer->error);
	return text_format(arena, "%.40s (%.*s)", answer->error, WORDS_CHARS,
	    words);
}

/* token = 1*VSCHAR, RFC 6749 A.12 and A.17; it goes on into headers, and to a
 * mail server. */
static bool
is_token(const char *text)
{
	return !text_is_empty(text) && text_is_ascii(text) &&
	    !text_has_control(text);
}

static const struct fault *
read_answer(struct request *request, const struct upstream *upstream,
    const struct fetched *fetched, struct answer *answer)
{
	struct arena		*arena = request->arena;
	const struct json	*json;

	if (json_read(arena, fetched->body, JSON_KEYS_UNIQUE, &json) !=
	    NULL || field_read(arena, answer_rows, json, FIELD_LOOSE,
	    answer) != NULL)
		return unavailable(request, upstream, text_format(arena,
		    "its token endpoint gives status %d and no answer",
		    fetched->status));
	if (answer->error == NULL && fetched->status == OK &&
	    is_token(answer->access_token) && answer->token_type != NULL &&
	    (text_is_empty(answer->refresh_token) ||
	    is_token(answer->refresh_token)) &&
	    text_equal_case(answer->token_type, "Bearer"))
		return NULL;
	if (answer->error == NULL)
		return unavailable(request, upstream, text_format(arena,
		    "its token endpoint gives status %d and no token",
		    fetched->status));
	if (fetched->status < 500 && text_is_among(answer->error, lost))
		return fault_make(arena, FAULT_GRANT, "%s: %s",
		    upstream->label, describe(arena, answer));
	return unavailable(request, upstream, describe(arena, answer));
}

const struct fault *
upstream_ask(struct request *request, const struct upstream_place *place,
    struct pairs form, struct upstream_tokens *tokens)
{
	const struct upstream	*upstream = place->upstream;
	const struct fault	*bad;
	struct fetch		 fetch = { .method = "POST" };
	struct fetched		 fetched = { 0 };
	struct answer		 answer = { 0 };
	struct buf		 body;
	const int64_t		 asked = clock_now();
	size_t			 i;

	buf_start(&body, request->arena);
	for (i = 0; i < form.len; i++)
		add(&body, request->arena, form.at[i].name,
		    form.at[i].value);
	texts_add(request->arena, &fetch.headers, form_type);
	texts_add(request->arena, &fetch.headers, json_type);
	add_client(request->arena, place, &body, &fetch.headers);
	fetch.url = place->token_endpoint;
	fetch.body = buf_view(&body);
	if ((bad = exchange(request, upstream, &fetch, &fetched)) != NULL ||
	    (bad = read_answer(request, upstream, &fetched, &answer)) != NULL)
		return bad;
	*tokens = (struct upstream_tokens){
		.access_token = answer.access_token,
		.refresh_token = answer.refresh_token,
		.id_token = answer.id_token,
		.ends = asked + answer.expires_in
	};
	return NULL;
}
