#ifndef MAIL_AUTOCONFIG_RECORDS_H
#define MAIL_AUTOCONFIG_RECORDS_H

#include <stdbool.h>

struct dns_records;
struct lookup;
struct provider;
struct servers;

/*
 * What the DNS tells of a domain's mail: SRV records _imaps, _imap (RFC 6186),
 * _submissions (RFC 8314) and _submission, with TLS from the start where there
 * is a choice; and the MX records, by which the provider is known that a
 * domain's mail is given to.
 */

/* Whether the domain has an IMAP server by SRV that may be dialled. */
bool			 autoconfig_records_find(const struct lookup *lookup,
			    struct servers *servers);

/* The provider among those known by heart, or NULL. */
const struct provider	*autoconfig_records_provider(
			    const struct dns_records *exchanges);

#endif
