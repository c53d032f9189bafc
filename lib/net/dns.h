#ifndef NET_DNS_H
#define NET_DNS_H


#include <stddef.h>

#include "base/bytes.h"

struct arena;
struct fault;
struct sockaddr_in;

/*
 * Records of the DNS beside addresses, from the system's own nameservers.
 * What comes back is anybody's: every length, name and count in it is checked,
 * and names are host names or nothing.
 */
enum dns_type { DNS_MX = 15, DNS_SRV = 33 };

enum {
	DNS_RECORDS_MOST = 16,	/* of one answer; the rest is left out */
	DNS_NAME_BYTES = 253,	/* as text */
	DNS_SECONDS = 2		/* patience with one nameserver */
};

/* MX (RFC 1035 3.3.9) and SRV (RFC 2782). */
struct dns_record {
	unsigned	 priority;	/* lower comes first */
	unsigned	 weight;	/* of SRV: more is taken more often */
	unsigned	 port;		/* of SRV */
	const char	*host;		/* lower case, no dot at the end; "" for
					 * the root: there is no such service */
};

struct dns_records {
	struct dns_record	*at;	/* the first comes first */
	size_t			 len;
};

/*
 * All records of a type that a name has; none is no fault.  server, or NULL
 * for those of the system, is asked over UDP; what does not fit into one
 * datagram is left out. FAULT_HOST: there is no such name. FAULT_TIMEOUT: no
 * nameserver knows in time. FAULT_PROTOCOL: the answer is malformed.
 */
const struct fault	*dns_find(struct arena *arena,
			    const struct sockaddr_in *server,
			    const char *name, enum dns_type type,
			    struct dns_records *records);

/* The same of an answer that is at hand, a whole message. */
const struct fault	*dns_read(struct arena *arena, struct bytes answer,
			    enum dns_type type, struct dns_records *records);

#endif
