#include "mail/autoconfig_records.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "data/site.h"
#include "mail/autoconfig.h"
#include "mail/lookup.h"
#include "mail/provider.h"
#include "net/dns.h"

struct service {
	const char	*name;
	enum tls_mode	 tls;
};

static const struct service	 reading[] = {
	{ "_imaps", TLS_IMPLICIT }, { "_imap", TLS_STARTTLS }, { NULL, 0 }
};
static const struct service	 sending[] = {
	{ "_submissions", TLS_IMPLICIT }, { "_submission", TLS_STARTTLS },
	{ NULL, 0 }
};

/* The first record of the first service that has one.  "." among them says
 * that the service is not offered. */
static bool
find_server(const struct lookup *lookup, const struct service *services,
    struct mail_server *server)
{
	struct dns_records	 records;
	size_t			 i;

	for (; services->name != NULL; services++) {
		if (clock_ms() >= lookup->deadline || dns_find(lookup->arena,
		    NULL, text_format(lookup->arena, "%s._tcp.%s",
		    services->name, lookup->domain), DNS_SRV, &records) !=
		    NULL)
			continue;
		for (i = 0; i < records.len; i++)
			if (lookup_take(lookup, records.at[i].host,
			    records.at[i].port, services->tls, server))
				return true;
	}
	return false;
}

bool
autoconfig_records_find(const struct lookup *lookup, struct servers *servers)
{
	if (!find_server(lookup, reading, &servers->imap))
		return false;
	find_server(lookup, sending, &servers->smtp);
	/* Records can be forged on their way, and the certificate then proves
	 * only the name that was forged. */
	servers->sure = site_is_same(servers->imap.host, lookup->domain) &&
	    (servers->smtp.host == NULL ||
	    site_is_same(servers->smtp.host, lookup->domain));
	return true;
}

const struct provider *
autoconfig_records_provider(const struct dns_records *exchanges)
{
	const struct provider	*provider;
	size_t			 i;

	for (i = 0; i < exchanges->len; i++)
		if ((provider = provider_find_exchange(
		    exchanges->at[i].host)) != NULL)
			return provider;
	return NULL;
}
