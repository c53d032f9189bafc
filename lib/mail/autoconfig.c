#include "mail/autoconfig.h"

#include <string.h>

#include "base/arena.h"
#include "base/config.h"
#include "base/fault.h"
#include "base/text.h"
#include "mail/address.h"
#include "mail/provider.h"

/* Whose servers are looked for. */
struct person {
	const char	*address;
	const char	*local;
	const char	*domain;
};

static const struct fault *
read_person(struct arena *arena, const char *address, struct person *person)
{
	const struct address	*read;
	struct objects		 list = { 0 };

	if (address_read(arena, address, &list) != NULL || list.len != 1)
		return fault_make(arena, FAULT_ARGUMENT,
		    "that is no email address");
	read = list.at;
	person->address = read->address;
	person->domain = address_domain(read->address);
	person->local = arena_copy(arena, read->address,
	    (size_t)(person->domain - read->address) - 1);
	return NULL;
}

/* Takes over a server that may be dialled. */
static void
take(struct arena *arena, const struct config *config,
    const struct provider_server *from, struct mail_server *server)
{
	const struct guard_target	 target = {
		.host = from->host, .port = from->port, .mail = true,
		.patterns = config->mail_hosts
	};
	const char			*host;

	if (from->host == NULL || guard_host(arena, &target, &host) != NULL)
		return;
	server->host = host;
	server->port = from->port;
	server->tls = from->tls;
}

static void
take_provider(struct arena *arena, const struct config *config,
    const struct provider *provider, const struct person *person,
    struct servers *servers)
{
	servers->provider = provider;
	take(arena, config, &provider->imap, &servers->imap);
	take(arena, config, &provider->smtp, &servers->smtp);
	servers->sure = true;
	servers->closed = provider->closed || servers->imap.host == NULL;
	servers->hint = provider->hint;
	servers->link = provider->link;
	servers->username = provider->imap.local ? person->local :
	    person->address;
	if (provider->imap.local != provider->smtp.local)
		servers->smtp_username = provider->smtp.local ?
		    person->local : person->address;
}

bool
autoconfig_know(struct arena *arena, const struct config *config,
    const char *address, struct servers *servers)
{
	const struct provider	*provider;
	struct person		 person;

	*servers = (struct servers){ 0 };
	if (read_person(arena, address, &person) != NULL ||
	    (provider = provider_find(person.address)) == NULL)
		return false;
	servers->source = SERVERS_PROVIDER;
	take_provider(arena, config, provider, &person, servers);
	return true;
}

const struct fault *
autoconfig_find(struct arena *arena, const struct config *config,
    const char *address, int64_t deadline, struct servers *servers)
{
	const struct fault	*bad;
	struct person		 person;

	*servers = (struct servers){ 0 };
	if ((bad = read_person(arena, address, &person)) != NULL)
		return bad;
	(void)deadline;
	autoconfig_know(arena, config, person.address, servers);
	return NULL;
}
