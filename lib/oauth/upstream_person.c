#include "oauth/upstream_person.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "data/base64.h"
#include "data/field.h"
#include "oauth/person.h"
#include "oauth/upstream.h"
#include "web/serve.h"

enum { LEEWAY_SECONDS = 60 };

static const char	 tenant_mark[] = "{tenantid}";

struct claims {
	const char	*iss;
	const char	*sub;
	const char	*azp;
	const char	*nonce;
	const char	*tid;
	const char	*email;
	const char	*preferred_username;
	int64_t		 exp;
};

static const struct field	 rows[] = {
	{ FIELD(struct claims, iss) },
	{ FIELD(struct claims, sub), .required = true },
	{ FIELD(struct claims, azp) },
	{ FIELD(struct claims, nonce) },
	{ FIELD(struct claims, tid) },
	{ FIELD(struct claims, email) },
	{ FIELD(struct claims, preferred_username) },
	{ FIELD(struct claims, exp), .most = INT64_MAX },
	{ FIELD_END }
};

static const struct fault *
refuse(struct request *request, const struct upstream *upstream,
    const char *why)
{
	return fault_make(request->arena, FAULT_DENIED, "%s: %s",
	    upstream->label, why);
}

/* Microsoft's issuer has the tenant in it, and its document a mark there. */
static bool
is_issuer(struct arena *arena, const char *issuer,
    const struct claims *claims)
{
	const char	*mark = strstr(issuer, tenant_mark);

	if (claims->iss == NULL)
		return false;
	if (mark == NULL)
		return text_equal(claims->iss, issuer);
	return claims->tid != NULL && strchr(claims->tid, '/') == NULL &&
	    text_equal(claims->iss, text_format(arena, "%.*s%s%s",
	    (int)(mark - issuer), issuer, claims->tid,
	    mark + strlen(tenant_mark)));
}

/* aud is one text or a list; of several, azp is who it was made for. */
static bool
is_for_us(const struct json *json, const struct claims *claims,
    const char *client_id)
{
	const struct json	*aud = json_member(json, "aud");
	size_t			 i, count = json_count(aud);
	bool			 found = false;

	if (claims->azp != NULL && !text_equal(claims->azp, client_id))
		return false;
	if (json_text(aud) != NULL)
		return text_equal(json_text(aud), client_id);
	for (i = 0; i < count; i++)
		if (json_text(json_element(aud, i)) != NULL)
			found = found || text_equal(json_text(
			    json_element(aud, i)), client_id);
	return found && (count == 1 || claims->azp != NULL);
}

/* One part of a JWT as JSON; *at goes behind its dot. */
static bool
open_part(struct arena *arena, const char **at, const struct json **json)
{
	const char	*end = strchr(*at, '.');
	struct bytes	 text;

	if (end == NULL || !base64_read_url(arena, bytes_from(*at,
	    (size_t)(end - *at)), &text))
		return false;
	*at = end + 1;
	return json_read(arena, text, JSON_KEYS_UNIQUE, json) == NULL;
}

/* RFC 7515 4.1.11: who does not know what is critical refuses it.  An unsigned
 * token is none, though the signature is TLS's to prove. */
static bool
is_signed(const struct json *header, const char *signature)
{
	const char	*algorithm = json_text(json_member(header, "alg"));

	return algorithm != NULL && !text_equal_case(algorithm, "none") &&
	    json_member(header, "crit") == NULL && *signature != '\0' &&
	    strchr(signature, '.') == NULL;
}

/* The payload of a JWT in the compact form, RFC 7515 7.1. */
static bool
open_token(struct arena *arena, const char *token, const struct json **json,
    struct claims *claims)
{
	const struct json	*header;

	return open_part(arena, &token, &header) &&
	    open_part(arena, &token, json) && is_signed(header, token) &&
	    field_read(arena, rows, *json, FIELD_LOOSE, claims) == NULL;
}

static const struct fault *
read_token(struct request *request, const struct upstream *upstream,
    const char *token, const char *nonce, struct claims *claims)
{
	const struct json	*json;
	const char		*why = NULL;

	if (!open_token(request->arena, token, &json, claims))
		why = "its id_token is none";
	else if (!is_issuer(request->arena, upstream->issuer, claims))
		why = "its id_token is of another issuer";
	else if (!is_for_us(json, claims, upstream->client_id))
		why = "its id_token is for another client";
	else if (claims->exp <= clock_now() - LEEWAY_SECONDS)
		why = "its id_token has expired";
	else if (claims->nonce == NULL || !bytes_equal_secret(
	    bytes_of(claims->nonce), bytes_of(nonce)))
		why = "its id_token is of another sign-in";
	return why == NULL ? NULL : refuse(request, upstream, why);
}

static const char *
address_of(struct request *request, const struct claims *claims)
{
	const char	*address;

	address = person_address(request->arena, claims->email);
	return address != NULL ? address :
	    person_address(request->arena, claims->preferred_username);
}

/* OpenID Connect Core 5.3.2: sub must be the id_token's. */
static const struct fault *
ask_userinfo(struct request *request, const struct upstream_place *place,
    const struct upstream_tokens *tokens, struct claims *claims)
{
	const struct fault	*bad;
	const struct json	*json;
	struct claims		 told = { 0 };

	if (place->userinfo_endpoint == NULL)
		return NULL;
	bad = upstream_get(request, place, place->userinfo_endpoint,
	    tokens->access_token, &json);
	if (bad != NULL)
		return bad;
	if (field_read(request->arena, rows, json, FIELD_LOOSE, &told) !=
	    NULL || (claims->sub != NULL &&
	    !text_equal(told.sub, claims->sub)))
		return refuse(request, place->upstream,
		    "what it tells of the person is of another");
	*claims = told;
	return NULL;
}

const struct fault *
upstream_person(struct request *request, const struct upstream_place *place,
    const struct upstream_tokens *tokens, const char *nonce,
    const char **address)
{
	const struct upstream	*upstream = place->upstream;
	const struct fault	*bad = NULL;
	struct claims		 claims = { 0 };

	if (tokens->id_token != NULL)
		bad = read_token(request, upstream, tokens->id_token, nonce,
		    &claims);
	else if (texts_have(text_split(request->arena, upstream->scope, " "),
	    "openid"))
		bad = refuse(request, upstream, "it gave no id_token");
	if (bad != NULL)
		return bad;
	*address = address_of(request, &claims);
	if (*address == NULL && (bad = ask_userinfo(request, place, tokens,
	    &claims)) == NULL)
		*address = address_of(request, &claims);
	if (bad != NULL || *address != NULL)
		return bad;
	return refuse(request, upstream, "it tells no email address");
}
