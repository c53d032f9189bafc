#ifndef MAIL_AUTOCONFIG_H
#define MAIL_AUTOCONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "mail/account.h"

struct arena;
struct config;
struct fault;
struct provider;

/*
 * Which servers an address has, as far as that can be known without its
 * password, which is never sent here.  In this order: the providers known by
 * heart, by the domain or by who takes its mail (MX); the domain's own document
 * (https only, the format of Thunderbird's autoconfig); SRV records (RFC 6186,
 * RFC 8314); the document of who takes its mail; names that are usual and
 * answer as a mail server with a valid certificate.
 *
 * What is found is a proposal, to be shown and edited.  Every host in it may
 * be dialled by the rules of net/guard for a host that a person typed.
 */
enum servers_source {
	SERVERS_NONE,		/* nothing was found */
	SERVERS_PROVIDER,	/* known by heart */
	SERVERS_DOCUMENT,	/* the domain's own */
	SERVERS_RECORDS,	/* SRV */
	SERVERS_EXCHANGE,	/* known by heart, or told by a document, of
				 * whom MX names */
	SERVERS_GUESS		/* they answer */
};

struct servers {
	enum servers_source	 source;
	bool			 sure;		/* said by us, by the domain
						 * over https, or hosts below
						 * the domain; else a person
						 * has to look at it first */
	const struct provider	*provider;	/* or NULL */
	struct mail_server	 imap;		/* host NULL: none found */
	struct mail_server	 smtp;		/* likewise */
	const char		*username;	/* usual there for this address;
						 * NULL: unknown */
	const char		*smtp_username;	/* NULL: the same */
	bool			 closed;	/* no password opens it */
	const char		*hint;		/* of the provider, or NULL */
	const char		*link;		/* likewise, an https URL */
};

enum {
	AUTOCONFIG_MS = 8 * 1000,	/* a deadline that is long enough */
	AUTOCONFIG_FETCH_MS = 5 * 1000	/* of a document */
};

/*
 * Looks until the deadline (clock_ms).  Nothing found is no fault: source is
 * SERVERS_NONE then. FAULT_ARGUMENT for what is no address.
 */
const struct fault	*autoconfig_find(struct arena *arena,
			    const struct config *config, const char *address,
			    int64_t deadline, struct servers *servers);

/* Only what is known by heart: no network, no time.  False: the provider is
 * not known; where it is, but the operator does not allow its servers, source
 * is SERVERS_NONE and there is no more to look for. */
bool			 autoconfig_know(struct arena *arena,
			    const struct config *config, const char *address,
			    struct servers *servers);

#endif
