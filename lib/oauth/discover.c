#include "oauth/discover.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/slot.h"
#include "base/text.h"
#include "data/json_write.h"
#include "mail/provider.h"
#include "oauth/admission.h"
#include "oauth/bearer.h"
#include "oauth/form.h"
#include "oauth/mailbox.h"
#include "oauth/pace.h"
#include "web/serve.h"

struct discover_form {
	const char	*address;
	const char	*request;	/* form_seal's */
};

static const struct field	 discover_rows[] = {
	{ FIELD(struct discover_form, address) },
	{ FIELD(struct discover_form, request) },
	{ FIELD_END }
};

static const char *
tls_word(int64_t tls)
{
	return tls == TLS_IMPLICIT ? "implicit" : "starttls";
}

static void
write_server(struct json_writer *writer, const char *key,
    const struct mail_server *server)
{
	if (server->host == NULL)
		return;
	json_open_object(writer, key);
	json_put_text(writer, "host", server->host);
	json_put_number(writer, "port", server->port);
	json_put_text(writer, "tls", tls_word(server->tls));
	json_close_object(writer);
}

static void
write_found(struct reply *reply, const struct servers *servers)
{
	struct json_writer	 writer;

	reply->content_type = "application/json";
	json_start(&writer, &reply->body);
	json_open_object(&writer, NULL);
	json_put_bool(&writer, "found", servers->source != SERVERS_NONE);
	if (servers->source != SERVERS_NONE) {
		json_put_bool(&writer, "sure", servers->sure);
		if (servers->provider != NULL)
			json_put_text(&writer, "provider",
			    servers->provider->name);
		json_put_bool(&writer, "closed", servers->closed);
		json_put_text(&writer, "hint", servers->hint);
		json_put_text(&writer, "link", servers->link);
		json_put_text(&writer, "username", servers->username);
		json_put_text(&writer, "smtp_username",
		    servers->smtp_username);
		write_server(&writer, "imap", &servers->imap);
		write_server(&writer, "smtp", &servers->smtp);
	}
	json_close_object(&writer);
}

/* Whether a person may choose servers here at all. */
static bool
is_choice(const struct config *config)
{
	return config->imap_host == NULL || config->mail_hosts.len > 0;
}

/* Asks the network, in one of few places, each for a while. */
static void
search(struct request *request, const char *address, struct servers *servers)
{
	const struct slot_room	 room = { "discover", 0, DISCOVER_SLOTS };
	struct slot		 slot;
	int64_t			 started, deadline;

	if (pace_discovery(request) != NULL)
		return;
	slot_take(request->arena, request->config->run_dir, &room, &slot);
	if (!slot.taken)
		return;
	started = clock_ms();
	deadline = started + AUTOCONFIG_MS;
	if (deadline > request->deadline)
		deadline = request->deadline;
	autoconfig_find(request->arena, request->config, address, deadline,
	    servers);
	clock_sleep_until(started + DISCOVER_LEAST_MS);
	slot_give(&slot);
}

void
discover_find(struct request *request, const char *address,
    struct servers *servers)
{
	*servers = (struct servers){ 0 };
	if (text_is_empty(address) || !is_choice(request->config) ||
	    autoconfig_know(request->arena, request->config, address,
	    servers))
		return;
	search(request, address, servers);
}

static void
fill_server(struct request *request, const struct mail_server *server,
    const char **host, const char **port, const char **tls)
{
	if (server->host == NULL || !text_is_empty(*host))
		return;
	*host = server->host;
	*port = text_format(request->arena, "%lld", (long long)server->port);
	*tls = tls_word(server->tls);
}

void
discover_fill(struct request *request, const struct servers *servers,
    struct mailbox_form *form)
{
	fill_server(request, &servers->imap, &form->imap_host,
	    &form->imap_port, &form->imap_tls);
	fill_server(request, &servers->smtp, &form->smtp_host,
	    &form->smtp_port, &form->smtp_tls);
	if (text_is_empty(form->username))
		form->username = servers->username;
	if (text_is_empty(form->smtp_username))
		form->smtp_username = servers->smtp_username;
}

const struct fault *
discover_answer(struct request *request, struct reply *reply)
{
	const struct fault	*bad;
	struct discover_form	 form = { 0 };
	struct servers		 servers;

	if ((bad = admission_check(request)) != NULL)
		return bad;
	bad = field_read_form(request->arena, discover_rows, request->query,
	    &form);
	if (bad == NULL)
		bad = form_check_script(request, request->process,
		    form.request);
	if (bad != NULL)
		return bad;
	discover_find(request, form.address, &servers);
	write_found(reply, &servers);
	return NULL;
}
