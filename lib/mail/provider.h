#ifndef MAIL_PROVIDER_H
#define MAIL_PROVIDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/config.h"

/*
 * The mail providers that are known by heart: which servers they have, what
 * they want as a user name, and what a person must do there before a program
 * may sign in.
 */
struct provider_server {
	const char	*host;		/* NULL: has none for programs */
	int64_t		 port;
	enum tls_mode	 tls;		/* TLS_IMPLICIT or TLS_STARTTLS */
	bool		 local;		/* the user name is what stands before
					 * the @; else the whole address */
};

struct provider {
	const char		*name;		/* "Gmail" */
	const char		*domains;	/* between blanks; or NULL */
	const char		*exchanges;	/* likewise: hosts and parents
						 * of hosts that take mail (MX)
						 * for customers' domains */
	struct provider_server	 imap;
	struct provider_server	 smtp;
	bool			 closed;	/* no password opens a mailbox
						 * there: the hint says why */
	const char		*hint;		/* one or two sentences a person
						 * can act on, or NULL */
	const char		*link;		/* where to do it: an https URL,
						 * or NULL */
};

/* The provider of an address by its domain, or NULL. */
const struct provider	*provider_find(const char *address);

/* The provider whose host takes the mail of somebody's own domain: an MX
 * record's target without a dot at its end. Or NULL. */
const struct provider	*provider_find_exchange(const char *host);

/* Whether that is a server of one of them: for receiving, or for sending. */
bool			 provider_has(const char *host, int64_t port);

/* The row at this place, from 0; NULL behind the last. */
const struct provider	*provider_at(size_t i);

#endif
