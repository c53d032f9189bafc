#include "mail/provider.h"

#include <string.h>

#include "base/bytes.h"
#include "base/text.h"
#include "mail/address.h"
#include "mail/provider_carrier.h"
#include "mail/provider_hoster.h"
#include "mail/provider_table.h"

static const struct provider *const	 tables[] = {
	provider_table, provider_carriers, provider_hosters
};

/* Whether one of the words is the host, or with parents a parent of it. */
static bool
has_host(const char *words, const char *host, bool parents)
{
	struct bytes	 word;
	size_t		 len, rest;

	for (; words != NULL && *words != '\0'; words += len) {
		words += strspn(words, " ");
		len = strcspn(words, " ");
		word = bytes_from(words, len);
		if (bytes_is_case(word, host))
			return true;
		if (!parents || len == 0 || strlen(host) <= len)
			continue;
		rest = strlen(host) - len;
		if (host[rest - 1] == '.' && bytes_is_case(word, host + rest))
			return true;
	}
	return false;
}

const struct provider *
provider_at(size_t i)
{
	const struct provider	*row;
	size_t			 k;

	for (k = 0; k < sizeof(tables) / sizeof(tables[0]); k++)
		for (row = tables[k]; row->name != NULL; row++)
			if (i-- == 0)
				return row;
	return NULL;
}

const struct provider *
provider_find(const char *address)
{
	const struct provider	*row;
	const char		*domain;
	size_t			 i;

	if ((domain = address_domain(address)) == NULL || *domain == '\0')
		return NULL;
	for (i = 0; (row = provider_at(i)) != NULL; i++)
		if (has_host(row->domains, domain, false))
			return row;
	return NULL;
}

const struct provider *
provider_find_exchange(const char *host)
{
	const struct provider	*row;
	size_t			 i;

	for (i = 0; *host != '\0' && (row = provider_at(i)) != NULL; i++)
		if (has_host(row->exchanges, host, true))
			return row;
	return NULL;
}

static bool
is_server(const struct provider_server *server, const char *host,
    int64_t port)
{
	return server->host != NULL && server->port == port &&
	    text_equal_case(server->host, host);
}

bool
provider_has(const char *host, int64_t port)
{
	const struct provider	*row;
	size_t			 i;

	for (i = 0; (row = provider_at(i)) != NULL; i++)
		if (is_server(&row->imap, host, port) ||
		    is_server(&row->smtp, host, port))
			return true;
	return false;
}
