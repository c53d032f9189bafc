#include "oauth/mailbox.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/config.h"
#include "base/fault.h"
#include "mail/address.h"
#include "oauth/client.h"
#include "oauth/scope.h"
#include "oauth/sender.h"

enum {
	USERNAME_BYTES = 254,
	PASSWORD_BYTES = 256,
	HOST_BYTES = 253,
	PORT_MOST = 65535,
	IMAP_PORT = 993,
	SMTP_PORT = 587
};

const char	 mailbox_allow[] = "allow";
const char	 mailbox_without_sending[] = "allow-without-sending";
const char	 mailbox_deny[] = "deny";

static const char	 send_scope[] = "mail:send";

const struct field	 mailbox_rows[] = {
	{ FIELD(struct mailbox_form, username) },
	{ FIELD(struct mailbox_form, password) },
	{ FIELD(struct mailbox_form, address) },
	{ FIELD(struct mailbox_form, name) },
	{ FIELD(struct mailbox_form, signature) },
	{ FIELD(struct mailbox_form, imap_host) },
	{ FIELD(struct mailbox_form, imap_port) },
	{ FIELD(struct mailbox_form, imap_tls) },
	{ FIELD(struct mailbox_form, smtp_host) },
	{ FIELD(struct mailbox_form, smtp_port) },
	{ FIELD(struct mailbox_form, smtp_tls) },
	{ FIELD(struct mailbox_form, smtp_username) },
	{ FIELD(struct mailbox_form, smtp_password) },
	{ FIELD(struct mailbox_form, scope) },
	{ FIELD(struct mailbox_form, decision) },
	{ FIELD(struct mailbox_form, request) },
	{ FIELD_END }
};

/* What is being made, from what. */
struct making {
	struct arena			*arena;
	const struct config		*config;
	const struct client		*client;
	const struct mailbox_form	*form;
	struct account			*account;
	struct problems			*problems;
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

struct problem *
mailbox_problem(struct problems *problems, const char *field,
    const char *text)
{
	struct problem	*problem;

	if (problems->len < PROBLEMS_MOST)
		problems->len++;
	problem = &problems->at[problems->len - 1];
	*problem = (struct problem){ .field = field, .text = text };
	return problem;
}

bool
mailbox_is_typed(const struct config *config, const struct client *client)
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
mailbox_propose(struct arena *arena, const struct config *config,
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
mailbox_may_send(const struct config *config, const struct client *client)
{
	if (client->imap.at != NULL)
		return client->smtp.at != NULL;
	return mailbox_is_typed(config, client) || config->smtp_host != NULL;
}

const char *
mailbox_given_host(const struct config *config, const struct client *client)
{
	const struct mail_server	*server = client->imap.at;

	return server != NULL ? server->host :
	    mailbox_is_typed(config, client) ? NULL : config->imap_host;
}

bool
mailbox_decides(const struct mailbox_form *form, const char *decision)
{
	return form->decision != NULL && text_equal(form->decision, decision);
}

/* What was typed, or NULL for nothing. */
static const char *
trim(struct arena *arena, const char *text)
{
	if (text == NULL)
		return NULL;
	text = text_trim(arena, text);
	return *text == '\0' ? NULL : text;
}

/* Notes what is wrong with a user name or password; what: "user name". */
static void
check_secret(const struct making *making, const char *field,
    const char *what, const char *value)
{
	size_t	 most;

	most = strstr(field, "password") != NULL ? PASSWORD_BYTES :
	    USERNAME_BYTES;
	if (value == NULL)
		mailbox_problem(making->problems, field,
		    text_format(making->arena, "Type your %s.", what));
	else if (text_has_control(value))
		mailbox_problem(making->problems, field,
		    text_format(making->arena, "The %s has characters in it "
		    "that nobody can type.", what));
	else if (strlen(value) > most)
		mailbox_problem(making->problems, field,
		    text_format(making->arena, "The %s is too long.", what));
}

/* The one address a text is, or NULL. */
static const char *
read_address(struct arena *arena, const char *text)
{
	struct objects		 list = { 0 };
	const struct address	*address;

	if (text == NULL || address_read(arena, text, &list) != NULL ||
	    list.len != 1)
		return NULL;
	address = list.at;
	return address->address;
}

static void
read_person(const struct making *making)
{
	const struct mailbox_form	*form = making->form;
	struct account			*account = making->account;
	const char			*address;

	account->username = trim(making->arena, form->username);
	account->password = form->password;
	check_secret(making, "username", "user name", account->username);
	check_secret(making, "password", "password", account->password);
	address = trim(making->arena, form->address);
	account->address = read_address(making->arena,
	    address != NULL ? address : account->username);
	if (account->address != NULL || account->username == NULL)
		return;
	mailbox_problem(making->problems, "address", address != NULL ?
	    "That is no email address." :
	    "Your user name is no email address: add the address of this "
	    "mailbox.");
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
	if (usual == TLS_DEFAULT || usual == (enum tls_mode)server->tls)
		return;
	mailbox_problem(making->problems, typed->port_field,
	    usual == TLS_IMPLICIT ?
	    "Ports 993 and 465 are encrypted from the start: choose TLS, or "
	    "another port." :
	    "Ports 143 and 587 become encrypted by STARTTLS: choose that, or "
	    "another port.");
}

static const struct mail_server *
read_server(const struct making *making, const struct typed *typed)
{
	struct mail_server	*server;
	const char		*port;
	uint64_t		 number = typed->preset;

	server = arena_take(making->arena, sizeof(*server));
	server->host = trim(making->arena, typed->host);
	if (server->host == NULL)
		mailbox_problem(making->problems, typed->host_field,
		    "Type the name of your mail server.");
	else if (!is_host(server->host))
		mailbox_problem(making->problems, typed->host_field,
		    "That is no server's name. It looks like "
		    "mail.example.org.");
	port = trim(making->arena, typed->port);
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
	return mailbox_is_typed(making->config, making->client);
}

/* Whether the server was left as it was proposed: it is then the operator's,
 * with all that the configuration says of it. */
static bool
is_proposed(const struct making *making, const struct typed *typed,
    const char *host, int64_t port)
{
	const char	*name, *number;

	name = trim(making->arena, typed->host);
	number = trim(making->arena, typed->port);
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
	return (imap->named || trim(making->arena, typed->host) != NULL) &&
	    is_proposed(making, typed, config->smtp_host, config->smtp_port);
}

static void
read_imap(const struct making *making)
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

static void
read_smtp(const struct making *making)
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
	    trim(making->arena, form->smtp_host) != NULL)
		account->smtp.at = read_server(making, &typed);
	else
		making->problems->sending = true;
	if (account->smtp.at == NULL)
		mailbox_problem(making->problems, "smtp_host",
		    "To send, type the name of the server for sending.");
	account->smtp_username = trim(making->arena, form->smtp_username);
	account->smtp_password = form->smtp_password;
	if (account->smtp_username != NULL)
		check_secret(making, "smtp_username",
		    "user name for sending", account->smtp_username);
	if (account->smtp_password != NULL)
		check_secret(making, "smtp_password",
		    "password for sending", account->smtp_password);
}

static void
read_switches(const struct making *making)
{
	const struct mailbox_form	*form = making->form;
	struct texts			*granted = &making->account->scopes;
	bool				 send;
	size_t				 i;

	send = mailbox_may_send(making->config, making->client) &&
	    !mailbox_decides(form, mailbox_without_sending);
	for (i = 0; scopes[i].name != NULL; i++)
		if (texts_have(form->scope, scopes[i].name) &&
		    (send || !text_equal(scopes[i].name, send_scope)))
			texts_add(making->arena, granted, scopes[i].name);
	if (granted->len == 0)
		mailbox_problem(making->problems, "scopes",
		    "Leave at least one thing switched on, or don’t "
		    "connect.");
}

void
mailbox_read(struct arena *arena, const struct config *config,
    const struct client *client, const struct mailbox_form *form,
    struct account *account, struct problems *problems)
{
	const struct making	 making = {
		arena, config, client, form, account, problems
	};

	*account = (struct account){ 0 };
	*problems = (struct problems){ 0 };
	read_person(&making);
	sender_read(arena, form, account, problems);
	read_imap(&making);
	read_switches(&making);
	if (texts_have(account->scopes, send_scope))
		read_smtp(&making);
	problems->sending = problems->sending && problems->len == 1;
}
