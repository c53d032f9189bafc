#include "oauth/hosts.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/config.h"
#include "mail/account.h"
#include "oauth/client.h"
#include "oauth/mailbox.h"

enum {
	HOST_BYTES = 253,
	PORT_MOST = 65535,
	IMAP_PORT = 993,
	SMTP_PORT = 587
};

/* One server's fields. */
struct typed {
	const char	*host_field;
	const char	*port_field;
	const char	*host;
	const char	*port;
	const char	*tls;
	uint64_t	 preset;
};

bool
hosts_are_typed(const struct config *config, const struct client *client)
{
	return client->imap.at == NULL && (config->imap_host == NULL ||
	    config->mail_hosts.len > 0);
}

static const char *
propose_tls(enum tls_mode mode)
{
	return mode == TLS_IMPLICIT ? "implicit" :
	    mode == TLS_STARTTLS ? "starttls" : NULL;
}

void
hosts_propose(struct arena *arena, const struct config *config,
    struct mailbox_form *form)
{
	form->imap_host = config->imap_host;
	form->imap_port = text_format(arena, "%" PRId64, config->imap_port);
	form->smtp_host = config->smtp_host;
	form->smtp_port = text_format(arena, "%" PRId64, config->smtp_port);
	if (config->imap_host != NULL)
		form->imap_tls = propose_tls(config->imap_tls);
	if (config->smtp_host != NULL)
		form->smtp_tls = propose_tls(config->smtp_tls);
}

bool
hosts_may_send(const struct config *config, const struct client *client)
{
	if (client->imap.at != NULL)
		return client->smtp.at != NULL;
	return hosts_are_typed(config, client) || config->smtp_host != NULL;
}

const char *
hosts_given(const struct config *config, const struct client *client)
{
	const struct mail_server	*server = client->imap.at;

	return server != NULL ? server->host :
	    hosts_are_typed(config, client) ? NULL : config->imap_host;
}

/* The letters, digits, dots, hyphens and colons of names and addresses; what
 * may be dialled is for net/guard to say. */
static bool
is_host(const char *host)
{
	size_t	 i;

	for (i = 0; host[i] != '\0'; i++)
		if (!text_is_alnum((unsigned char)host[i]) &&
		    strchr(".-:", host[i]) == NULL)
			return false;
	return i <= HOST_BYTES;
}

/* The port's usual way, where it has one. */
static enum tls_mode
usual_tls(uint64_t port)
{
	if (port == 993 || port == 465)
		return TLS_IMPLICIT;
	return port == 143 || port == 587 || port == 25 ? TLS_STARTTLS :
	    TLS_DEFAULT;
}

static void
read_tls(const struct making *making, const struct typed *typed,
    struct mail_server *server)
{
	enum tls_mode	 usual;

	server->tls = TLS_DEFAULT;
	if (typed->tls == NULL)
		return;
	server->tls = text_equal(typed->tls, "implicit") ? TLS_IMPLICIT :
	    TLS_STARTTLS;
	usual = usual_tls((uint64_t)server->port);
	/* Says the same, and costs a token nothing. */
	if (usual == (enum tls_mode)server->tls)
		server->tls = TLS_DEFAULT;
	if (usual == TLS_DEFAULT || server->tls == TLS_DEFAULT)
		return;
	mailbox_problem(making->problems, typed->port_field,
	    usual == TLS_IMPLICIT ?
	    "Ports 993 and 465 are encrypted from the start: choose TLS, or "
	    "another port." :
	    "Ports 143, 587 and 25 become encrypted by STARTTLS: choose that, "
	    "or another port.");
}

static const struct mail_server *
read_server(const struct making *making, const struct typed *typed)
{
	struct mail_server	*server;
	const char		*port;
	uint64_t		 number = typed->preset;

	server = arena_take(making->arena, sizeof(*server));
	server->host = mailbox_trim(making->arena, typed->host);
	if (server->host == NULL)
		mailbox_problem(making->problems, typed->host_field,
		    "Type the name of your mail server.");
	else if (!is_host(server->host))
		mailbox_problem(making->problems, typed->host_field,
		    "That is no server's name. It looks like "
		    "mail.example.org.");
	port = mailbox_trim(making->arena, typed->port);
	if (port != NULL && (!text_number(bytes_of(port), PORT_MOST,
	    &number) || number == 0))
		mailbox_problem(making->problems, typed->port_field,
		    "The port is a number from 1 to 65535.");
	server->port = (int64_t)number;
	read_tls(making, typed, server);
	return server;
}

static const struct mail_server *
configured(struct arena *arena, const char *host, int64_t port,
    enum tls_mode tls)
{
	struct mail_server	*server;

	server = arena_take(arena, sizeof(*server));
	server->host = host;
	server->port = port;
	server->tls = tls;
	server->named = true;
	return server;
}

void
hosts_configured(struct arena *arena, const struct config *config,
    struct account *account)
{
	if (config->imap_host != NULL)
		account->imap.at = configured(arena, config->imap_host,
		    config->imap_port, config->imap_tls);
	if (config->smtp_host != NULL)
		account->smtp.at = configured(arena, config->smtp_host,
		    config->smtp_port, config->smtp_tls);
}

/* What a client_id carries was named by the operator. */
static const struct mail_server *
provisioned(struct arena *arena, const struct mail_server *from)
{
	struct mail_server	*server;

	if (from == NULL)
		return NULL;
	server = arena_take(arena, sizeof(*server));
	*server = *from;
	server->named = true;
	return server;
}

static bool
is_typed(const struct making *making)
{
	return hosts_are_typed(making->config, making->client);
}

/* Whether the server was left as it was proposed: it is then the operator's,
 * with all that the configuration says of it. */
static bool
is_proposed(const struct making *making, const struct typed *typed,
    const char *host, int64_t port)
{
	const char	*name, *number;

	name = mailbox_trim(making->arena, typed->host);
	number = mailbox_trim(making->arena, typed->port);
	if (name == NULL)
		return true;
	return text_equal_case(name, host) && number != NULL &&
	    text_equal(number, text_format(making->arena, "%" PRId64, port));
}

/* A password for another IMAP server never goes to the operator's SMTP server
 * because that field was left empty. */
static bool
sends_by_configured(const struct making *making, const struct typed *typed)
{
	const struct config		*config = making->config;
	const struct mail_server	*imap = making->account->imap.at;

	if (config->smtp_host == NULL)
		return false;
	if (!is_typed(making))
		return true;
	return (imap->named ||
	    mailbox_trim(making->arena, typed->host) != NULL) &&
	    is_proposed(making, typed, config->smtp_host, config->smtp_port);
}

void
hosts_read_imap(const struct making *making)
{
	const struct config		*config = making->config;
	const struct mailbox_form	*form = making->form;
	const struct typed		 typed = {
		.host_field = "imap_host", .port_field = "imap_port",
		.host = form->imap_host, .port = form->imap_port,
		.tls = form->imap_tls, .preset = IMAP_PORT
	};

	if (making->client->imap.at != NULL)
		making->account->imap.at = provisioned(making->arena,
		    making->client->imap.at);
	else if (config->imap_host != NULL && (!is_typed(making) ||
	    is_proposed(making, &typed, config->imap_host,
	    config->imap_port)))
		making->account->imap.at = configured(making->arena,
		    config->imap_host, config->imap_port, config->imap_tls);
	else
		making->account->imap.at = read_server(making, &typed);
}

void
hosts_read_smtp(const struct making *making)
{
	const struct config		*config = making->config;
	const struct mailbox_form	*form = making->form;
	struct account			*account = making->account;
	const struct typed		 typed = {
		.host_field = "smtp_host", .port_field = "smtp_port",
		.host = form->smtp_host, .port = form->smtp_port,
		.tls = form->smtp_tls, .preset = SMTP_PORT
	};

	if (making->client->imap.at != NULL)
		account->smtp.at = provisioned(making->arena,
		    making->client->smtp.at);
	else if (sends_by_configured(making, &typed))
		account->smtp.at = configured(making->arena,
		    config->smtp_host, config->smtp_port, config->smtp_tls);
	else if (is_typed(making) &&
	    mailbox_trim(making->arena, form->smtp_host) != NULL)
		account->smtp.at = read_server(making, &typed);
	else
		making->problems->sending = true;
	if (account->smtp.at == NULL)
		mailbox_problem(making->problems, "smtp_host",
		    "To send, type the name of the server for sending.");
}

