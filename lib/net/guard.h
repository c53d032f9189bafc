#ifndef NET_GUARD_H
#define NET_GUARD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/text.h"

struct addrinfo;
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
	struct texts	 patterns;	/* ALLOWED_MAIL_HOSTS, or the like */
	bool		 mail;		/* only 143, 993, 465, 587 */
	bool		 web;		/* only 443 */
	int64_t		 deadline;	/* clock_ms: its address is known by
					 * then; 0: as net/resolve has it */
};

enum { GUARD_ADDRESSES_MOST = 16 };	/* of one name; the rest is unused */

/*
 * The host as it is dialled and verified: ASCII in lower case, an IPv6 address
 * without brackets.  Looks at what was typed only, not at the network, so its
 * fault may be shown as it is: FAULT_HOST for a malformed name, a port or host
 * that is not allowed, and for a host a user typed a name that is not public.
 * Hosts that a pattern names count as named from here on: a pattern with a
 * port opens that port ("*": any), one without it the usual; the pattern
 * "*" alone opens nothing that is not public.
 */
const struct fault	*guard_host(struct arena *arena,
			    const struct guard_target *target,
			    const char **host);

/* Whether only public addresses may be dialled for this target. */
bool			 guard_wants_public(const struct guard_target *target,
			    const char *host);

/* The checked addresses, ready for libcurl: "host:port:addr,addr"; NULL for
 * an IPv6 address, which libcurl takes as it stands.  Faults of resolve_host
 * and of guard_filter. */
const struct fault	*guard_resolve(struct arena *arena,
			    const struct guard_target *target,
			    const char **resolve);

/* The same for answers of the resolver that are at hand. A name with but one
 * address that may not be dialled is refused whole. */
const struct fault	*guard_filter(struct arena *arena,
			    const struct guard_target *target,
			    const struct addrinfo *answers,
			    const char **resolve);

/* Whether an address is public: none of the special-use blocks of RFC 6890,
 * nor one of these wrapped in IPv6 (mapped, NAT64, 6to4, Teredo). */
bool			 guard_is_public(const struct sockaddr *address);

/* Whether host:port matches one of host[:port] patterns; "*." matches
 * one or more labels. */
bool			 guard_matches(struct texts patterns, const char *host,
			    int64_t port);

#endif
