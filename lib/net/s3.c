#include "net/s3.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "data/filename.h"
#include "data/url.h"

enum {
	OWN_EXPIRES = 3600,		/* of URLs used at once */
	HEAD_MS = 10 * 1000,
	ANSWER_BYTES = 64 * 1024,	/* of an error document */
	CODE_BYTES = 64,		/* of the error's name */
	OK = 200,
	NO_CONTENT = 204,
	FORBIDDEN = 403,
	NOT_FOUND = 404,
	QUERY_PAIRS = 2
};

/* Where the bucket is. */
struct place {
	const char	*scheme;
	const char	*host;		/* and port */
	const char	*prefix;	/* of the path, before "/" key */
};

bool
s3_is_configured(const struct config *config)
{
	return !text_is_empty(config->s3_bucket) &&
	    !text_is_empty(config->s3_access_key) &&
	    !text_is_empty(config->s3_secret_key) &&
	    !text_is_empty(config->s3_region);
}

/* endpoint = [ scheme "://" ] host [ ":" port ] [ path ] */
static void
find_endpoint(struct arena *arena, const struct config *config,
    struct place *place)
{
	const char	*colon, *host;
	size_t		 len;

	colon = strstr(config->s3_endpoint, "://");
	place->scheme = "https";
	host = config->s3_endpoint;
	if (colon != NULL) {
		place->scheme = text_lower_copy(arena, arena_copy(arena, host,
		    (size_t)(colon - host)));
		host = colon + strlen("://");
	}
	len = strcspn(host, "/");
	place->host = text_lower_copy(arena, arena_copy(arena, host, len));
	host += len;
	for (len = strlen(host); len > 0 && host[len - 1] == '/'; len--)
		continue;
	place->prefix = text_format(arena, "%s/%s",
	    arena_copy(arena, host, len), config->s3_bucket);
}

static void
find_place(struct arena *arena, const struct config *config,
    struct place *place)
{
	bool	 dotted;

	if (!text_is_empty(config->s3_endpoint)) {
		find_endpoint(arena, config, place);
		return;
	}
	dotted = strchr(config->s3_bucket, '.') != NULL;
	place->scheme = "https";
	place->host = text_format(arena, "%s%ss3.%s.amazonaws.com",
	    dotted ? "" : config->s3_bucket, dotted ? "" : ".",
	    config->s3_region);
	place->prefix = dotted ?
	    text_format(arena, "/%s", config->s3_bucket) : "";
}

/* What the store is to say of an object that is downloaded. */
static struct pairs
answer_headers(struct arena *arena, const struct s3_object *object)
{
	struct pairs	 query;

	query.at = arena_array(arena, QUERY_PAIRS, sizeof(*query.at));
	query.len = 0;
	if (object->filename != NULL)
		query.at[query.len++] = (struct pair){
			"response-content-disposition",
			filename_disposition(arena, object->filename)
		};
	if (object->content_type != NULL)
		query.at[query.len++] = (struct pair){
			"response-content-type", object->content_type
		};
	return query;
}

const char *
s3_url(struct arena *arena, const struct config *config, const char *method,
    const struct s3_object *object, int64_t expires)
{
	struct place	 place;
	struct s3_sign	 sign = { 0 };
	struct pair	 length = { "content-length", NULL };

	find_place(arena, config, &place);
	sign.method = method;
	sign.scheme = place.scheme;
	sign.host = place.host;
	sign.path = text_format(arena, "%s/%s", place.prefix, object->key);
	if (text_equal(method, "GET"))
		sign.query = answer_headers(arena, object);
	if (object->length > 0) {
		length.value = text_format(arena, "%lld",
		    (long long)object->length);
		sign.headers = (struct pairs){ &length, 1 };
	}
	sign.region = config->s3_region;
	sign.service = "s3";
	sign.access_key = config->s3_access_key;
	sign.secret_key = config->s3_secret_key;
	sign.payload_hash = "UNSIGNED-PAYLOAD";
	sign.time = clock_now();
	sign.expires = expires > S3_EXPIRES_MOST ? S3_EXPIRES_MOST : expires;
	sign.raw_path = true;
	return s3_sign_url(arena, &sign);
}

/* The name of the error in the store's answer, <Code>, or "". */
static const char *
find_code(struct arena *arena, struct bytes body)
{
	const char	*code;
	size_t		 len;

	code = text_find_case(bytes_text(arena, body), "<code>");
	if (code == NULL)
		return "";
	code += strlen("<code>");
	for (len = 0; text_is_alnum((unsigned char)code[len]); len++)
		continue;
	return len > CODE_BYTES ? "" : arena_copy(arena, code, len);
}

static const struct fault *
refusal(struct arena *arena, const struct fetched *fetched)
{
	const char	*code = find_code(arena, fetched->body);

	return fault_make(arena, FAULT_STORAGE,
	    "the object store answers %d%s%s", fetched->status,
	    text_is_empty(code) ? "" : " ", code);
}

/* Our own requests to the store; its faults are FAULT_STORAGE. */
static const struct fault *
ask(struct arena *arena, const struct fetch *fetch, struct fetched *fetched)
{
	const struct fault	*bad;

	bad = fetch_run(arena, fetch, fetched);
	if (bad == NULL || bad->kind == FAULT_GONE)
		return bad;
	return fault_make(arena, FAULT_STORAGE,
	    "the object store can't be used: %s", bad->detail);
}

const struct fault *
s3_age(struct arena *arena, const struct config *config, const char *key,
    bool *there, int64_t *age)
{
	const struct s3_object	 object = { .key = key };
	const struct fault	*bad;
	struct fetched		 fetched;
	struct fetch		 fetch = {
		.method = "HEAD",
		.named = true,
		.most = ANSWER_BYTES,
		.deadline = clock_ms() + HEAD_MS
	};

	fetch.url = s3_url(arena, config, "HEAD", &object, OWN_EXPIRES);
	if ((bad = ask(arena, &fetch, &fetched)) != NULL)
		return bad;
	/* Who may not list a bucket is told 403 of what is not there. */
	*there = fetched.status == OK;
	if (!*there && fetched.status != NOT_FOUND &&
	    fetched.status != FORBIDDEN)
		return refusal(arena, &fetched);
	*age = S3_EXPIRES_MOST;
	if (fetched.modified >= 0 && fetched.modified <= clock_now())
		*age = clock_now() - fetched.modified;
	else if (fetched.modified > clock_now())
		*age = 0;
	return NULL;
}

/* Stands before the caller's source, to tell its fault from the store's. */
struct upload {
	const struct fetch	*body;
	const struct fault	*bad;
};

static const struct fault *
read_body(void *state, unsigned char *at, size_t size, size_t *len)
{
	struct upload	*upload;

	upload = state;
	upload->bad = upload->body->source(upload->body->state, at, size,
	    len);
	return upload->bad;
}

/* Whether it can stand in a header; it came with a mail. */
static bool
is_printable(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text < ' ' || *text > '~')
			return false;
	return true;
}

const struct fault *
s3_put(struct arena *arena, const struct config *config,
    const struct s3_object *object, const struct fetch *body)
{
	struct upload		 upload = { .body = body };
	const struct fault	*bad;
	struct fetched		 fetched;
	struct fetch		 fetch = {
		.method = "PUT",
		.named = true,
		.most = ANSWER_BYTES,
		.deadline = body->deadline,
		.watch = body->watch,
		.source = read_body,
		.state = &upload,
		.length = body->length
	};

	fetch.url = s3_url(arena, config, "PUT", object, OWN_EXPIRES);
	if (object->content_type != NULL && is_printable(object->content_type))
		texts_add(arena, &fetch.headers, text_format(arena,
		    "Content-Type: %s", object->content_type));
	bad = ask(arena, &fetch, &fetched);
	if (upload.bad != NULL)
		return upload.bad;
	if (bad == NULL && fetched.status != OK)
		bad = refusal(arena, &fetched);
	return bad;
}

const struct fault *
s3_delete(struct arena *arena, const struct config *config, const char *key)
{
	const struct s3_object	 object = { .key = key };
	const struct fault	*bad;
	struct fetched		 fetched;
	struct fetch		 fetch = {
		.method = "DELETE",
		.named = true,
		.most = ANSWER_BYTES,
		.deadline = clock_ms() + HEAD_MS
	};

	fetch.url = s3_url(arena, config, "DELETE", &object, OWN_EXPIRES);
	if ((bad = ask(arena, &fetch, &fetched)) != NULL)
		return bad;
	return fetched.status == OK || fetched.status == NO_CONTENT ||
	    fetched.status == NOT_FOUND ? NULL : refusal(arena, &fetched);
}

static bool
has_dots(struct arena *arena, const char *path)
{
	struct texts	 segments;
	size_t		 i;

	segments = text_split(arena, path, "/");
	for (i = 0; i < segments.len; i++)
		if (text_equal(segments.at[i], ".") ||
		    text_equal(segments.at[i], ".."))
			return true;
	return false;
}

bool
s3_is_ours(struct arena *arena, const struct config *config, const char *url,
    const char **key)
{
	struct place	 place;
	struct url	 given, own;
	const char	*path;

	find_place(arena, config, &place);
	if (!url_read(arena, url, &given) || !url_read(arena, text_format(
	    arena, "%s://%s/", place.scheme, place.host), &own) ||
	    given.host == NULL || own.host == NULL)
		return false;
	if (!text_equal(given.scheme, own.scheme) ||
	    !text_equal(given.host, own.host) || given.port != own.port ||
	    given.has_userinfo || given.has_fragment)
		return false;
	if (!url_unescape(arena, bytes_of(given.path), false, &path) ||
	    has_dots(arena, path) || !text_starts(path, place.prefix))
		return false;
	path += strlen(place.prefix);
	if (path[0] != '/' || path[1] == '\0')
		return false;
	*key = path + 1;
	return true;
}
