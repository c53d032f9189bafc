#include "oauth/client.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/config.h"
#include "base/fault.h"
#include "crypt/digest.h"
#include "crypt/jwe.h"
#include "crypt/keys.h"
#include "data/base64.h"
#include "data/nfkc.h"
#include "data/url.h"
#include "data/utf8.h"
#include "mail/account.h"
#include "oauth/bearer.h"
#include "oauth/document.h"

/* Of a name are looked at: some of them are left out, or become one. */
enum { NAME_CHARS_READ = 4 * CLIENT_NAME_CHARS };

static const char	 secret_kind[] = "mcp-client-secret";

/* What no operator can allow: a browser runs or reads it itself. */
static const char *const	 never[] = {
	"about", "blob", "data", "file", "filesystem", "ftp", "javascript",
	"mailto", "vbscript", "view-source", "ws", "wss"
};

/* What is sealed: all but the id.  Names of one letter, since it travels in
 * URLs. */
static const struct field	 client_rows[] = {
	TOKEN_BASE_ROWS,
	{ FIELD_AS(struct client, kind, "k"), .most = CLIENT_PROVISIONED },
	{ FIELD_AS(struct client, name, "n"), .most = CLIENT_NAME_CHARS },
	{ FIELD_AS(struct client, redirects, "u"), .most = CLIENT_REDIRECTS },
	{ FIELD_AS(struct client, method, "m"), .most = 32 },
	{ FIELD_AS(struct client, verifier, "v"), .most = 64 },
	{ FIELD_AS(struct client, refresh, "r") },
	{ FIELD_AS(struct client, imap, "i"), .rows = mail_server_rows,
	  .size = sizeof(struct mail_server) },
	{ FIELD_AS(struct client, smtp, "s"), .rows = mail_server_rows,
	  .size = sizeof(struct mail_server) },
	{ FIELD_END }
};

static const struct token_sort	 client_sort = { TOKEN_CLIENT, client_rows };

static const struct fault *
open_address(struct arena *arena, const char *id, struct client *client)
{
	client->kind = CLIENT_DOCUMENT;
	return document_check_url(arena, id);
}

const struct fault *
client_open(struct arena *arena, const struct authority *authority,
    const char *id, struct client *client)
{
	const struct fault	*bad;

	*client = (struct client){ .id = id };
	if (document_is_url(id))
		return open_address(arena, id, client);
	bad = token_open(arena, authority, &client_sort, id, client);
	if (bad != NULL && bad->kind == FAULT_UNAVAILABLE)
		return bad;
	if (bad != NULL)
		return fault_make(arena, FAULT_CLIENT,
		    "the client_id is not one this server gave: %s; register "
		    "again", bad->detail);
	return NULL;
}

const struct fault *
client_seal(struct arena *arena, const struct authority *authority,
    struct client *client)
{
	const struct fault	*bad;

	client->base.expires = 0;
	bad = token_seal(arena, authority, &client_sort, client, &client->id);
	if (bad != NULL && bad->kind == FAULT_LIMIT)
		return fault_make(arena, FAULT_METADATA,
		    "the client's metadata is too long for a client_id of %d "
		    "characters: use fewer or shorter redirect_uris",
		    CLIENT_ID_CHARS);
	return bad;
}

const char *
client_hash(struct arena *arena, const char *text)
{
	return base64_write_url(arena, digest(arena, DIGEST_SHA256,
	    bytes_of(text)));
}

const char *
client_binding(struct arena *arena, const struct client *client)
{
	if (client->kind == CLIENT_PROVISIONED &&
	    !text_is_empty(client->verifier))
		return client->verifier;
	return client_hash(arena, client->id);
}

static const struct fault *
refuse(struct arena *arena, const char *rule)
{
	return fault_make(arena, FAULT_REDIRECT, "redirect_uri: %s", rule);
}

static bool
is_never(const char *scheme)
{
	size_t	 i;

	for (i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		if (text_equal(scheme, never[i]))
			return true;
	return false;
}

const struct fault *
client_check_uri(struct arena *arena, const struct config *config,
    const char *uri)
{
	struct url	 url;

	if (strlen(uri) > CLIENT_REDIRECT_CHARS)
		return refuse(arena, "it is too long");
	if (!url_read(arena, uri, &url))
		return refuse(arena, "it is not an absolute URI (RFC 3986)");
	if (url.has_fragment)
		return refuse(arena, "RFC 6749 3.1.2: it has a fragment");
	if (url.has_userinfo)
		return refuse(arena, "it has a user part");
	if (text_equal(url.scheme, "https"))
		return NULL;
	if (text_equal(url.scheme, "http"))
		return url_is_loopback(&url) ? NULL : refuse(arena,
		    "http is for this computer only (localhost, 127.0.0.1, "
		    "[::1]); elsewhere it must be https");
	if (is_never(url.scheme) || !texts_have(config->schemes, url.scheme))
		return refuse(arena, "its scheme is not one of those allowed "
		    "here (https, http to this computer, and "
		    "ALLOWED_REDIRECT_SCHEMES)");
	return NULL;
}

static bool
is_local_http(const struct url *url)
{
	return text_equal(url->scheme, "http") && url_is_loopback(url);
}

/* RFC 8252 7.3: a native app learns its port only when it listens. */
static bool
is_same_but_port(struct arena *arena, const char *registered,
    const struct url *asked)
{
	struct url	 url;

	if (!url_read(arena, registered, &url) || !is_local_http(&url) ||
	    !is_local_http(asked) || !text_equal(url.host, asked->host) ||
	    !text_equal(url.path, asked->path) ||
	    (url.query == NULL) != (asked->query == NULL))
		return false;
	return url.query == NULL || text_equal(url.query, asked->query);
}

static bool
is_registered(struct arena *arena, const struct client *client,
    const char *asked)
{
	struct url	 url;
	size_t		 i;

	if (texts_have(client->redirects, asked))
		return true;
	if (!url_read(arena, asked, &url))
		return false;
	if (client->kind == CLIENT_PROVISIONED && client->redirects.len == 0)
		return is_local_http(&url);
	for (i = 0; i < client->redirects.len; i++)
		if (is_same_but_port(arena, client->redirects.at[i], &url))
			return true;
	return false;
}

const struct fault *
client_redirect(struct arena *arena, const struct config *config,
    const struct client *client, const char *asked, const char **uri)
{
	const struct fault	*bad;

	if (text_is_empty(asked)) {
		if (client->redirects.len != 1)
			return refuse(arena, "it is missing");
		asked = client->redirects.at[0];
	}
	if ((bad = client_check_uri(arena, config, asked)) != NULL)
		return bad;
	if (!is_registered(arena, client, asked))
		return refuse(arena, "it is none that the client registered "
		    "(RFC 9700 2.1: it must be the same to the letter)");
	*uri = asked;
	return NULL;
}

/* Runs of blanks as one, none at either end. */
static const char *
single_blanks(struct arena *arena, const char *text)
{
	return texts_join(arena, text_split(arena, text, " \t\r\n"), " ");
}

const char *
client_name(struct arena *arena, const char *name)
{
	const char	*clean;

	if (name == NULL)
		return NULL;
	clean = utf8_start(arena, utf8_clean_line(arena, bytes_of(name)),
	    NAME_CHARS_READ);
	if ((clean = nfkc_text(arena, clean)) == NULL)
		return NULL;
	clean = single_blanks(arena, utf8_visible(arena, clean, NULL));
	if (*clean == '\0')
		return NULL;
	return single_blanks(arena, arena_copy(arena, clean,
	    utf8_offset(clean, CLIENT_NAME_CHARS)));
}

bool
client_has_secret(const struct client *client)
{
	return client->method != NULL && !text_equal(client->method, "none");
}

const char *
client_secret(struct arena *arena, const struct authority *authority,
    const char *id)
{
	struct jwe_header	 header;
	struct bytes		 key;

	if (jwe_header(arena, id, &header) != NULL)
		return NULL;
	key = keys_derive(arena, authority->keys, header.kid, secret_kind);
	if (key.at == NULL)
		return NULL;
	return base64_write_url(arena, digest_hmac(arena, DIGEST_SHA256, key,
	    bytes_of(id)));
}

bool
client_proves(struct arena *arena, const struct authority *authority,
    const struct client *client, const char *secret)
{
	const char	*right, *given;

	if (text_is_empty(secret))
		return false;
	given = secret;
	if (client->kind == CLIENT_PROVISIONED) {
		given = client_hash(arena, secret);
		right = client->verifier;
	} else
		right = client_secret(arena, authority, client->id);
	return !text_is_empty(right) &&
	    bytes_equal_secret(bytes_of(given), bytes_of(right));
}
