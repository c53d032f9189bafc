#include "oauth/form.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/text.h"
#include "crypt/digest.h"
#include "data/base64.h"
#include "oauth/bearer.h"
#include "oauth/client.h"
#include "oauth/token.h"
#include "web/cookie.h"
#include "web/origin.h"
#include "web/serve.h"

enum {
	COOKIE_BYTES = 16,
	COOKIE_CHARS = 22,
	COOKIE_SECONDS = 24 * 60 * 60,	/* as long as a late form is known */
	MINUTE_SECONDS = 60
};

static const char	 cookie_name[] = "postern-form";
static const char	 not_ours[] =
    "the form was not made for this browser and request";

struct form_claims {
	struct token_base	 base;
	const char		*cookie;
	const char		*query;		/* client_hash of it */
};

static const struct field	 form_rows[] = {
	TOKEN_BASE_ROWS,
	{ FIELD_AS(struct form_claims, cookie, "form"), .required = true },
	{ FIELD_AS(struct form_claims, query, "query"), .required = true },
	{ FIELD_END }
};

static const struct token_sort	 form_sort = { TOKEN_STATE, form_rows };

/* The browser's cookie, if it is one of ours by its shape. */
static const char *
read_cookie(const struct request *request)
{
	const char	*value;
	size_t		 i;

	value = cookie_read(request, cookie_name);
	if (value == NULL || strlen(value) != COOKIE_CHARS)
		return NULL;
	for (i = 0; i < COOKIE_CHARS; i++)
		if (!text_is_alnum((unsigned char)value[i]) &&
		    strchr("-_", value[i]) == NULL)
			return NULL;
	return arena_text(request->arena, value);
}

static const char *
hash_query(const struct request *request)
{
	return client_hash(request->arena, request->query_text);
}

const struct fault *
form_seal(struct request *request, struct reply *reply,
    const struct authority *authority, const char **sealed)
{
	struct arena		*arena = request->arena;
	struct form_claims	 claims = { 0 };

	claims.cookie = read_cookie(request);
	if (claims.cookie == NULL)
		claims.cookie = base64_write_url(arena,
		    digest_random(arena, COOKIE_BYTES));
	cookie_write(request, reply, cookie_name, claims.cookie,
	    COOKIE_SECONDS);
	claims.query = hash_query(request);
	claims.base.expires = clock_now() + COOKIE_SECONDS;
	return token_seal(arena, authority, &form_sort, &claims, sealed);
}

const char *
form_value(const struct request *request, const char *name)
{
	size_t	 i;

	for (i = 0; i < request->form.len; i++)
		if (text_equal(request->form.at[i].name, name))
			return request->form.at[i].value;
	return NULL;
}

const char *
form_binding(const struct request *request)
{
	const char	*cookie;

	cookie = read_cookie(request);
	return cookie == NULL ? NULL : client_hash(request->arena,
	    text_format(request->arena, "%s %s", cookie,
	    hash_query(request)));
}

/* Every browser of today says where a form comes from; a page in a sandbox
 * says "null", and so would ours under its own Referrer-Policy, hence the
 * meta element in our pages. */
static bool
comes_from_us(struct request *request)
{
	const char	*origin, *site;

	origin = request_header(request, "Origin");
	if (origin != NULL && !origin_is_own(request->arena, request->config,
	    origin))
		return false;
	site = request_header(request, "Sec-Fetch-Site");
	return site == NULL || text_equal(site, "same-origin") ||
	    text_equal(site, "none");
}

static bool
equal(const char *a, const char *b)
{
	return bytes_equal_secret(bytes_of(a), bytes_of(b));
}

/* Opens the value of a form of ours in this browser. */
static const struct fault *
open_form(struct request *request, const struct authority *authority,
    const char *sealed, struct form_claims *claims)
{
	struct arena	*arena = request->arena;
	const char	*cookie;

	if (!comes_from_us(request))
		return fault_make(arena, FAULT_ORIGIN,
		    "the form was sent from another site");
	cookie = read_cookie(request);
	if (cookie == NULL || sealed == NULL ||
	    token_open(arena, authority, &form_sort, sealed, claims) !=
	    NULL || !equal(claims->cookie, cookie))
		return fault_make(arena, FAULT_ORIGIN, "%s", not_ours);
	return NULL;
}

const struct fault *
form_check_script(struct request *request,
    const struct authority *authority, const char *sealed)
{
	struct form_claims	 claims = { 0 };

	return open_form(request, authority, sealed, &claims);
}

const struct fault *
form_check(struct request *request, const struct authority *authority,
    const char *sealed, bool *late)
{
	const struct fault	*bad;
	struct form_claims	 claims = { 0 };

	bad = open_form(request, authority, sealed, &claims);
	if (bad != NULL)
		return bad;
	if (!equal(claims.query, hash_query(request)))
		return fault_make(request->arena, FAULT_ORIGIN, "%s",
		    not_ours);
	*late = clock_now() - claims.base.issued >
	    FORM_MINUTES * MINUTE_SECONDS;
	return NULL;
}
