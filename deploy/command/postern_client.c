#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/config.h"
#include "base/fault.h"
#include "crypt/digest.h"
#include "data/base64.h"
#include "data/field.h"
#include "mail/account.h"
#include "net/guard.h"
#include "oauth/bearer.h"
#include "oauth/client.h"
#include "postern.h"

enum {
	SECRET_BYTES = 32,
	PIN_BYTES = 32,		/* a SHA-256 */
	IMAP_PORT = 993,
	SMTP_PORT = 465,
	PORT_MOST = 65535
};

struct client_arguments {
	const char	*imap_host;
	int64_t		 imap_port;
	const char	*imap_ssl;
	const char	*smtp_host;
	int64_t		 smtp_port;
	const char	*smtp_ssl;
	const char	*ca_file;
	const char	*pin_sha256;
	const char	*name;
	struct texts	 redirect_uris;
	const char	*renew;
	bool		 json;
};

static const char *const	 yes_or_no[] = { "true", "false", NULL };

static const struct field	 rows[] = {
	{ FIELD_AS(struct client_arguments, imap_host, "imap-host"),
	  .meaning = "the IMAP server of this client's users" },
	{ FIELD_AS(struct client_arguments, imap_port, "imap-port"),
	  .least = 1, .most = PORT_MOST, .otherwise = IMAP_PORT,
	  .meaning = "its port (993)" },
	{ FIELD_AS(struct client_arguments, imap_ssl, "imap-ssl"),
	  .words = yes_or_no, .meaning = "implicit TLS (as on 993), or "
	  "required STARTTLS" },
	{ FIELD_AS(struct client_arguments, smtp_host, "smtp-host"),
	  .meaning = "the SMTP server; without it there is no sending" },
	{ FIELD_AS(struct client_arguments, smtp_port, "smtp-port"),
	  .least = 1, .most = PORT_MOST, .otherwise = SMTP_PORT,
	  .meaning = "its port (465)" },
	{ FIELD_AS(struct client_arguments, smtp_ssl, "smtp-ssl"),
	  .words = yes_or_no, .meaning = "implicit TLS (as on 465), or "
	  "required STARTTLS" },
	{ FIELD_AS(struct client_arguments, ca_file, "ca-file"),
	  .meaning = "CA certificates of both, a full path on this host" },
	{ FIELD_AS(struct client_arguments, pin_sha256, "pin-sha256"),
	  .meaning = "SHA-256 of both servers' public key, as base64" },
	{ FIELD_AS(struct client_arguments, name, "name"),
	  .meaning = "shown to the user" },
	{ FIELD_AS(struct client_arguments, redirect_uris, "redirect-uri"),
	  .meaning = "where answers go; may come again. Without any: any "
	  "port and path of the user's own computer" },
	{ FIELD_AS(struct client_arguments, renew, "renew"),
	  .meaning = "a client_id to seal anew under the newest key; its "
	  "secret stays" },
	{ FIELD_AS(struct client_arguments, json, "json"),
	  .meaning = "print JSON" },
	{ FIELD_END }
};

/* enum tls_mode, as people and as programs read it. */
static const struct {
	const char	*text;
	const char	*word;
} modes[] = {
	[TLS_DEFAULT] = { "by port", "default" },
	[TLS_IMPLICIT] = { "implicit TLS", "implicit" },
	[TLS_STARTTLS] = { "STARTTLS required", "starttls" },
	[TLS_NONE] = { "clear text", "none" }
};

static const struct fault *
wrong(struct arena *arena, const char *what)
{
	return fault_make(arena, FAULT_ARGUMENT, "%s", what);
}

/* What is the same for both servers. */
static const struct fault *
check_trust(struct arena *arena, const struct client_arguments *arguments)
{
	struct bytes	 pin;

	if (arguments->ca_file != NULL && arguments->pin_sha256 != NULL)
		return wrong(arena, "--ca-file or --pin-sha256, not both");
	if (arguments->ca_file != NULL && (arguments->ca_file[0] != '/' ||
	    access(arguments->ca_file, R_OK) == -1))
		return wrong(arena, "--ca-file must be the full path of a "
		    "file that can be read");
	if (arguments->pin_sha256 != NULL && (!base64_read(arena,
	    bytes_of(arguments->pin_sha256), &pin) || pin.len != PIN_BYTES))
		return wrong(arena, "--pin-sha256 must be a SHA-256 in "
		    "base64, 44 characters");
	return NULL;
}

static enum tls_mode
choose_tls(const char *ssl, int64_t port)
{
	if (ssl == NULL)
		return config_tls(TLS_DEFAULT, port);
	return text_equal(ssl, "true") ? TLS_IMPLICIT : TLS_STARTTLS;
}

static const struct fault *
make_server(struct arena *arena, const struct client_arguments *arguments,
    const char *host, int64_t port, struct mail_server *server)
{
	struct guard_target	 target = {
		.host = host, .port = port, .named = true
	};

	server->port = port;
	server->ca_file = arguments->ca_file;
	server->pin_sha256 = arguments->pin_sha256;
	server->named = true;
	return guard_host(arena, &target, &server->host);
}

static const struct fault *
make_servers(struct arena *arena, const struct client_arguments *arguments,
    struct client *client)
{
	const struct fault	*bad;
	struct mail_server	*imap, *smtp;

	if (arguments->imap_host == NULL)
		return wrong(arena, "--imap-host is missing");
	if ((bad = check_trust(arena, arguments)) != NULL)
		return bad;
	imap = arena_take(arena, sizeof(*imap));
	imap->tls = choose_tls(arguments->imap_ssl, arguments->imap_port);
	bad = make_server(arena, arguments, arguments->imap_host,
	    arguments->imap_port, imap);
	if (bad != NULL)
		return bad;
	client->imap.at = imap;
	if (arguments->smtp_host == NULL)
		return NULL;
	smtp = arena_take(arena, sizeof(*smtp));
	smtp->tls = choose_tls(arguments->smtp_ssl, arguments->smtp_port);
	client->smtp.at = smtp;
	return make_server(arena, arguments, arguments->smtp_host,
	    arguments->smtp_port, smtp);
}

static const struct fault *
make_client(struct arena *arena, const struct authority *authority,
    const struct client_arguments *arguments, struct client *client,
    const char **secret)
{
	const struct fault	*bad;
	size_t			 i;

	if ((bad = make_servers(arena, arguments, client)) != NULL)
		return bad;
	if (arguments->redirect_uris.len > CLIENT_REDIRECTS)
		return wrong(arena, "too many --redirect-uri");
	for (i = 0; i < arguments->redirect_uris.len; i++) {
		bad = client_check_uri(arena, authority->config,
		    arguments->redirect_uris.at[i]);
		if (bad != NULL)
			return bad;
	}
	client->kind = CLIENT_PROVISIONED;
	client->redirects = arguments->redirect_uris;
	client->name = client_name(arena, arguments->name);
	client->method = "client_secret_basic";
	client->refresh = true;
	*secret = base64_write_url(arena, digest_random(arena, SECRET_BYTES));
	client->verifier = client_hash(arena, *secret);
	return NULL;
}

static const struct fault *
renew_client(struct arena *arena, const struct authority *authority,
    const char *id, struct client *client)
{
	const struct fault	*bad;

	if ((bad = client_open(arena, authority, id, client)) != NULL)
		return bad;
	if (client->kind != CLIENT_PROVISIONED)
		return wrong(arena, "this client registered by itself, and "
		    "will do so again when its key is gone");
	return NULL;
}

static void
put_server(struct json_writer *writer, const char *key,
    const struct mail_server *server)
{
	if (server == NULL)
		return;
	json_open_object(writer, key);
	json_put_text(writer, "host", server->host);
	json_put_number(writer, "port", server->port);
	json_put_text(writer, "tls", modes[server->tls].word);
	json_close_object(writer);
}

static void
print_json(struct arena *arena, const struct client *client,
    const char *secret)
{
	struct json_writer	 writer;
	struct buf		 buf;
	size_t			 i;

	buf_start(&buf, arena);
	json_start(&writer, &buf);
	json_open_object(&writer, NULL);
	json_put_text(&writer, "client_id", client->id);
	json_put_text(&writer, "client_secret", secret);
	json_put_text(&writer, "name", client->name);
	json_open_array(&writer, "redirect_uris");
	for (i = 0; i < client->redirects.len; i++)
		json_put_text(&writer, NULL, client->redirects.at[i]);
	json_close_array(&writer);
	put_server(&writer, "imap", client->imap.at);
	put_server(&writer, "smtp", client->smtp.at);
	json_close_object(&writer);
	printf("%s\n", buf_string(&buf));
}

static void
print_server(const char *name, const struct mail_server *server)
{
	if (server == NULL)
		printf("%-14snone: no sending\n", name);
	else
		printf("%-14s%s port %d, %s\n", name, server->host,
		    (int)server->port, modes[server->tls].text);
}

static void
print_text(const struct client *client, const char *secret)
{
	size_t	 i;

	print_server("IMAP", client->imap.at);
	print_server("SMTP", client->smtp.at);
	if (client->name != NULL)
		printf("%-14s%s\n", "name", client->name);
	for (i = 0; i < client->redirects.len; i++)
		printf("%-14s%s\n", "redirect_uri", client->redirects.at[i]);
	if (client->redirects.len == 0)
		printf("%-14sany port and path of the user's own computer\n",
		    "redirect_uri");
	printf("%-14s%s\n", "client_id", client->id);
	printf("%-14s%s\n", "client_secret", secret != NULL ? secret :
	    "as before");
}

static const struct fault *
run(struct arena *arena, const void *given)
{
	const struct client_arguments	*arguments = given;
	const struct fault		*bad;
	struct authority		 authority;
	struct client			 client = { .kind = 0 };
	const char			*secret = NULL;

	if ((bad = config_load(arena, &authority.config)) != NULL ||
	    (bad = postern_keys(arena, authority.config, &authority.keys)) !=
	    NULL)
		return bad;
	bad = arguments->renew != NULL ?
	    renew_client(arena, &authority, arguments->renew, &client) :
	    make_client(arena, &authority, arguments, &client, &secret);
	if (bad != NULL ||
	    (bad = client_seal(arena, &authority, &client)) != NULL)
		return bad;
	if (arguments->json)
		print_json(arena, &client, secret);
	else
		print_text(&client, secret);
	return NULL;
}

const struct command	 command_client = {
	.name = "client",
	.summary = "makes a client that knows its mail servers",
	.rows = rows,
	.size = sizeof(struct client_arguments),
	.run = run
};
