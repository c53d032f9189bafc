#include "oauth/token.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "crypt/digest.h"
#include "crypt/jwe.h"
#include "crypt/keys.h"
#include "data/base64.h"

enum {
	CODE_CHARS = 3000,	/* a Location must fit a 4 KB header buffer */
	CLIENT_CHARS = 1500,
	PROBE_CHARS = 1500,
	ROUTE_BYTES = 6,
	LIFE_MOST_SECONDS = 3650 * 86400	/* as GRANT_MAX_AGE's */
};

struct kind {
	const char	*typ;
	size_t		 chars;		/* at most */
};

static const struct kind	 kinds[TOKEN_KINDS] = {
	[TOKEN_ACCESS] = { "mcp-at+jwe", JWE_CHARS_MOST },
	[TOKEN_REFRESH] = { "mcp-rt+jwe", JWE_CHARS_MOST },
	[TOKEN_CODE] = { "mcp-code+jwe", CODE_CHARS },
	[TOKEN_CLIENT] = { "mcp-client+jwe", CLIENT_CHARS },
	[TOKEN_DOWNLOAD] = { "mcp-dl+jwe", JWE_CHARS_MOST },
	[TOKEN_COOKIE] = { "mcp-cookie+jwe", JWE_CHARS_MOST },
	[TOKEN_STATE] = { "mcp-state+jwe", JWE_CHARS_MOST },
	[TOKEN_CURSOR] = { "mcp-cursor+jwe", JWE_CHARS_MOST },
	[TOKEN_UNDO] = { "mcp-undo+jwe", JWE_CHARS_MOST },
	[TOKEN_UPLOAD] = { "mcp-up+jwe", JWE_CHARS_MOST },
	[TOKEN_MAILBOX] = { "mcp-box+jwe", JWE_CHARS_MOST },
	[TOKEN_PROBE] = { "mcp-probe+jwe", PROBE_CHARS }
};

static const char	 route_kind[] = "mcp-route";

/* As long as any: base64 of ROUTE_BYTES. */
static const char	 sample_route[] = "AAAAAAAA";

const char *
token_typ(enum token_kind kind)
{
	assert(kind < TOKEN_KINDS);
	return kinds[kind].typ;
}

static struct bytes
write_claims(struct arena *arena, const struct field *rows,
    const void *claims)
{
	struct json_writer	 writer;
	struct buf		 buf;

	buf_start(&buf, arena);
	json_start(&writer, &buf);
	json_open_object(&writer, NULL);
	field_write(&writer, rows, claims);
	json_close_object(&writer);
	return buf_view(&buf);
}

/* What is sealed, and with which key. */
struct sealing {
	const struct authority	*authority;
	const struct token_sort	*sort;
	void			*claims;
	struct bytes		 key;
};

/* With no more characters than the kind may have. */
static const struct fault *
seal(struct arena *arena, const struct sealing *sealing, const char **token)
{
	const struct token_sort	*sort = sealing->sort;
	struct token_base	*base = sealing->claims;
	const struct jwe_header	 header = {
		.kid = keys_newest(sealing->authority->keys),
		.typ = token_typ(sort->kind), .route = base->route
	};
	size_t			 len;

	base->issuer = sealing->authority->config->base_url;
	base->issued = clock_now();
	*token = jwe_seal(arena, write_claims(arena, sort->rows,
	    sealing->claims), sealing->key, &header);
	len = strlen(*token);
	if (len > kinds[sort->kind].chars)
		return fault_make(arena, FAULT_LIMIT, "%s would have %zu "
		    "characters; %zu is the most", header.typ, len,
		    kinds[sort->kind].chars);
	return NULL;
}

const struct fault *
token_seal(struct arena *arena, const struct authority *authority,
    const struct token_sort *sort, void *claims, const char **token)
{
	const char		*typ = token_typ(sort->kind);
	const struct sealing	 sealing = {
		authority, sort, claims, keys_derive(arena, authority->keys,
		    keys_newest(authority->keys), typ)
	};

	if (sealing.key.at == NULL)
		return fault_make(arena, FAULT_INTERNAL,
		    "this program has no key to seal %s with", typ);
	return seal(arena, &sealing, token);
}

static const struct fault *
refuse(struct arena *arena, const char *rule)
{
	return fault_make(arena, FAULT_TOKEN, "%s", rule);
}

/* Only a client_id may be without an end. */
static const struct fault *
check_base(struct arena *arena, enum token_kind kind,
    const struct token_base *base, const struct config *config)
{
	int64_t	 now;

	now = clock_now();
	if (!text_equal(base->issuer, config->base_url))
		return refuse(arena, "the token is another server's");
	if (base->issued > now + TOKEN_LEEWAY_SECONDS)
		return fault_make(arena, FAULT_UNAVAILABLE, "the token is "
		    "from the future: the clock of one of this service's "
		    "hosts is wrong; try again later");
	if (base->expires == 0 && kind == TOKEN_CLIENT)
		return NULL;
	if (base->expires <= now)
		return refuse(arena, "the token has expired");
	if (base->expires - base->issued > LIFE_MOST_SECONDS)
		return refuse(arena, "the token lives longer than any may");
	return NULL;
}

bool
token_is(struct arena *arena, enum token_kind kind, const char *token)
{
	struct jwe_header	 header;

	return strnlen(token, JWE_CHARS_MOST + 1) <= kinds[kind].chars &&
	    jwe_header(arena, token, &header) == NULL &&
	    text_equal(header.typ, token_typ(kind));
}

static const struct fault *
open_text(struct arena *arena, const struct keys *keys, enum token_kind kind,
    const char *token, struct bytes *text)
{
	const struct fault	*bad;
	struct jwe_header	 header;
	struct bytes		 key;

	if (strnlen(token, JWE_CHARS_MOST + 1) > kinds[kind].chars)
		return refuse(arena, "the token is too long");
	if ((bad = jwe_header(arena, token, &header)) != NULL)
		return bad;
	if (!text_equal(header.typ, token_typ(kind)))
		return refuse(arena, "the token is of another kind");
	key = keys_derive(arena, keys, header.kid, header.typ);
	if (key.at == NULL)
		return refuse(arena, "the token's key is not one of this "
		    "server's");
	return jwe_open(arena, token, key, &header, text);
}

const struct fault *
token_open(struct arena *arena, const struct authority *authority,
    const struct token_sort *sort, const char *token, void *claims)
{
	const struct fault	*bad;
	const struct json	*json;
	struct bytes		 text;

	bad = open_text(arena, authority->keys, sort->kind, token, &text);
	if (bad != NULL)
		return bad;
	if (json_read(arena, text, JSON_KEYS_UNIQUE, &json) != NULL ||
	    field_read(arena, sort->rows, json, FIELD_STRICT, claims) != NULL)
		return refuse(arena, "the token's content is not what this "
		    "server writes");
	return check_base(arena, sort->kind, claims, authority->config);
}

const char *
token_route(struct arena *arena, const struct keys *keys,
    const char *identity)
{
	struct bytes	 key;

	key = keys_derive(arena, keys, keys_newest(keys), route_kind);
	if (key.at == NULL)
		return NULL;
	return base64_write_url(arena, bytes_slice(digest_hmac(arena,
	    DIGEST_SHA256, key, bytes_of(identity)), 0, ROUTE_BYTES));
}

const struct fault *
token_fits(struct arena *arena, const struct authority *authority,
    const struct token_sort *sort, void *claims)
{
	const struct sealing	 sealing = {
		authority, sort, claims, digest_random(arena, KEY_BYTES)
	};
	struct token_base	*base = claims;
	const char		*route = base->route, *token;
	const struct fault	*bad;

	base->route = sample_route;
	bad = seal(arena, &sealing, &token);
	base->route = route;
	return bad;
}
