#ifndef NET_GUARD_H
#define NET_GUARD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/text.h"

struct arena;
struct fault;

/*
 * Which addresses may be dialled.  Names are resolved once, here; every
 * address is checked, and libcurl is given only what passed (CURLOPT_RESOLVE,
 * no proxy).  A host that the operator named (configuration, or a client_id
 * made by postern client) passes the address and port rules; a host a user
 * typed must be a public name with only public addresses, and a mail port.
 */
struct guard_target {
	const char	*host;		/* name or address, as given */
	int64_t		 port;
	bool		 named;		/* by the operator */
	struct texts	 patterns;	/* ALLOWED_MAIL_HOSTS */
	bool		 mail;		/* only 143, 993, 465, 587 */
};

/* The checked addresses, ready for libcurl: "host:port:addr,addr". */
const struct fault	*guard_resolve(struct arena *arena,
			    const struct guard_target *target,
			    const char **resolve);

/* Whether an address is public: none of the special-use blocks of RFC 6890,
 * nor one of these wrapped in IPv6 (mapped, NAT64, 6to4, Teredo). */
bool			 guard_is_public(const struct sockaddr *address);

/* Whether host:port matches one of host[:port] patterns; "*." matches
 * one or more labels. */
bool			 guard_matches(struct texts patterns, const char *host,
			    int64_t port);

#endif
