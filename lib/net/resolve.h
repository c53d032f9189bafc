#ifndef NET_RESOLVE_H
#define NET_RESOLVE_H

#include <stdint.h>

struct addrinfo;
struct arena;
struct fault;

/*
 * The addresses of a host by the system's resolver (getaddrinfo), in the
 * arena.  That has no deadline of its own, may wait for a minute where no
 * nameserver answers, and can't be called off: so a process asks it that is
 * killed when time is up.  Addresses as digits are read at once, by nobody
 * else.
 *
 * deadline: of clock_ms; it takes RESOLVE_MS at most in any case.
 * FAULT_HOST: there is no such host.  FAULT_TIMEOUT: nobody knows in time.
 */
enum {
	RESOLVE_MS = 5 * 1000,
	RESOLVE_ADDRESSES_MOST = 64	/* of one name; the rest is left out */
};

const struct fault	*resolve_host(struct arena *arena, const char *host,
			    int64_t deadline, const struct addrinfo **answers);

#endif
