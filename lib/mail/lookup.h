#ifndef MAIL_LOOKUP_H
#define MAIL_LOOKUP_H

#include <stdbool.h>
#include <stdint.h>

#include "mail/account.h"

struct arena;
struct config;
struct fault;

/* Whose servers mail/autoconfig looks for, and until when. */
struct lookup {
	struct arena		*arena;
	const struct config	*config;
	const char		*address;	/* domain in ASCII */
	const char		*local;		/* before the @ */
	const char		*domain;
	int64_t			 deadline;	/* clock_ms */
};

/* Fills address, local and domain. FAULT_ARGUMENT: it is no address. */
const struct fault	*lookup_person(struct lookup *lookup,
			    const char *address);

/* Sets a server if it may be dialled there by the rules for a host that a
 * person typed, and tls is implicit or STARTTLS; else leaves it as it is.  An
 * address in place of a name must be one that the operator's patterns name. */
bool			 lookup_take(const struct lookup *lookup,
			    const char *host, int64_t port, enum tls_mode tls,
			    struct mail_server *server);

#endif
