#include "mail/autoconfig.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "data/site.h"
#include "data/url.h"
#include "mail/autoconfig_document.h"
#include "mail/autoconfig_guess.h"
#include "mail/autoconfig_records.h"
#include "mail/lookup.h"
#include "mail/provider.h"
#include "net/dns.h"
#include "net/fetch.h"

enum { HTTPS_PORT = 443, HOSTER_DOMAINS = 2 };

#define DOCUMENT	"mail/config-v1.1.xml"

/* What a document is read into. */
struct documents {
	const struct lookup	*lookup;
	struct servers		*servers;
};

/* Nothing is taken where the operator allows other servers only. */
static void
take_provider(const struct lookup *lookup, const struct provider *provider,
    enum servers_source source, struct servers *servers)
{
	const struct provider_server	*imap = &provider->imap;
	const struct provider_server	*smtp = &provider->smtp;

	if (!lookup_take(lookup, imap->host, imap->port, imap->tls,
	    &servers->imap) && lookup->config->mail_hosts.len > 0)
		return;
	servers->source = source;
	servers->provider = provider;
	servers->sure = true;
	lookup_take(lookup, smtp->host, smtp->port, smtp->tls,
	    &servers->smtp);
	servers->closed = provider->closed || servers->imap.host == NULL;
	servers->hint = provider->hint;
	servers->link = provider->link;
}

/* The user names of a provider's own addresses. */
static void
take_names(const struct lookup *lookup, const struct provider *provider,
    struct servers *servers)
{
	servers->username = provider->imap.local ? lookup->local :
	    lookup->address;
	if (provider->imap.local != provider->smtp.local)
		servers->smtp_username = provider->smtp.local ?
		    lookup->local : lookup->address;
}

static bool
know(const struct lookup *lookup, struct servers *servers)
{
	const struct provider	*provider;

	if ((provider = provider_find(lookup->address)) == NULL)
		return false;
	take_provider(lookup, provider, SERVERS_PROVIDER, servers);
	if (servers->source != SERVERS_NONE)
		take_names(lookup, provider, servers);
	return true;
}

bool
autoconfig_know(struct arena *arena, const struct config *config,
    const char *address, struct servers *servers)
{
	struct lookup	 lookup = { .arena = arena, .config = config };

	*servers = (struct servers){ 0 };
	return lookup_person(&lookup, address) == NULL &&
	    know(&lookup, servers);
}

/* Whether an answer is the document and tells a server. */
static bool
is_document(void *state, const struct fetched *fetched)
{
	struct documents	*documents = state;

	return fetched->status == 200 &&
	    autoconfig_document_read(documents->lookup, fetched->body,
	    documents->servers);
}

/* Only a host that a pattern of the operator names may be at an address that
 * is not public; its certificate is then one of the operator's. */
static void
prepare(const struct lookup *lookup, const char *host, const char *url,
    struct fetch *fetch)
{
	const struct guard_target	 target = {
		.host = host, .port = HTTPS_PORT,
		.patterns = lookup->config->mail_hosts
	};

	*fetch = (struct fetch){
		.method = "GET", .url = url, .most = DOCUMENT_BYTES,
		.named = !guard_wants_public(&target, host)
	};
	if (fetch->named)
		fetch->ca_file = lookup->config->mail_ca_file;
	fetch->deadline = clock_ms() + AUTOCONFIG_FETCH_MS;
	if (fetch->deadline > lookup->deadline)
		fetch->deadline = lookup->deadline;
}

/* Where a domain has its document as a host of its own. */
static void
prepare_own(const struct lookup *lookup, const char *domain,
    struct fetch *fetch)
{
	const char	*host;

	host = text_format(lookup->arena, "autoconfig.%s", domain);
	prepare(lookup, host, text_format(lookup->arena,
	    "https://%s/" DOCUMENT "?emailaddress=%s", host,
	    url_escaped(lookup->arena, lookup->address)), fetch);
}

static bool
find_document(const struct lookup *lookup, struct servers *servers)
{
	struct documents	 documents = { lookup, servers };
	struct fetch		 fetches[2];
	struct fetched		 fetched;

	prepare_own(lookup, lookup->domain, &fetches[0]);
	prepare(lookup, lookup->domain, text_format(lookup->arena,
	    "https://%s/.well-known/autoconfig/" DOCUMENT, lookup->domain),
	    &fetches[1]);
	if (fetch_first(lookup->arena, fetches, 2, is_document, &documents,
	    &fetched) != NULL)
		return false;
	servers->sure = true;
	return true;
}

/* The document of whoever takes the domain's mail, by the domains its host
 * lies in.  Records can be forged on their way, so nobody is sure of it. */
static bool
find_hoster(const struct lookup *lookup, const struct dns_records *exchanges,
    struct servers *servers)
{
	struct documents	 documents = { lookup, servers };
	struct fetch		 fetches[HOSTER_DOMAINS];
	struct fetched		 fetched;
	const char		*domain;
	size_t			 n = 0;

	if (exchanges->len == 0)
		return false;
	domain = strchr(exchanges->at[0].host, '.');
	for (; domain != NULL && n < HOSTER_DOMAINS &&
	    site_is_same(domain + 1, exchanges->at[0].host);
	    domain = strchr(domain + 1, '.'))
		if (!text_equal(domain + 1, lookup->domain))
			prepare_own(lookup, domain + 1, &fetches[n++]);
	return n > 0 && fetch_first(lookup->arena, fetches, n, is_document,
	    &documents, &fetched) == NULL;
}

/* A name that nobody else can know is not asked for. */
static bool
is_public(const struct lookup *lookup)
{
	const struct guard_target	 target = {
		.host = lookup->domain, .port = HTTPS_PORT
	};
	const char			*host;

	return guard_host(lookup->arena, &target, &host) == NULL;
}

/* Asks the network, the DNS first: a domain that has no nameserver, or is not
 * there at all, need not be looked for in other ways. */
static void
search(const struct lookup *lookup, struct servers *servers)
{
	const struct provider	*provider;
	struct dns_records	 exchanges;

	if (dns_find(lookup->arena, NULL, lookup->domain, DNS_MX,
	    &exchanges) != NULL)
		return;
	provider = autoconfig_records_provider(&exchanges);
	if (provider != NULL)
		take_provider(lookup, provider, SERVERS_EXCHANGE, servers);
	else if (find_document(lookup, servers))
		servers->source = SERVERS_DOCUMENT;
	else if (autoconfig_records_find(lookup, servers))
		servers->source = SERVERS_RECORDS;
	else if (find_hoster(lookup, &exchanges, servers))
		servers->source = SERVERS_EXCHANGE;
	else if (autoconfig_guess_find(lookup, servers))
		servers->source = SERVERS_GUESS;
	if (servers->source != SERVERS_NONE && servers->username == NULL)
		servers->username = lookup->address;
}

const struct fault *
autoconfig_find(struct arena *arena, const struct config *config,
    const char *address, int64_t deadline, struct servers *servers)
{
	const struct fault	*bad;
	struct lookup		 lookup = {
		.arena = arena, .config = config, .deadline = deadline
	};

	*servers = (struct servers){ 0 };
	if ((bad = lookup_person(&lookup, address)) != NULL)
		return bad;
	if (!know(&lookup, servers) && is_public(&lookup))
		search(&lookup, servers);
	return NULL;
}
