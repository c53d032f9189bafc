#ifndef NET_HANDLE_H
#define NET_HANDLE_H

#include <stdbool.h>
#include <stdint.h>

#include "net/guard.h"
#include "net/libcurl.h"

struct arena;
struct fault;

/*
 * A libcurl handle with the house's rules: TLS 1.2 or later, chain and name
 * verified, no proxy, no redirect, no signal, and no socket but to an address
 * net/guard allows (asked again for the very address before it is dialled).
 * The handle and its connection live until the arena is wiped.
 */
struct handle {
	CURL		*curl;
	const char	*host;		/* ASCII; from guard_host */
	const char	*authority;	/* host:port, as a URL has it */
	bool		 public_only;	/* only public addresses */
	char		 error[CURL_ERROR_SIZE];
};

/*
 * ca_file NULL: the system's hashed directory, of which only the root that is
 * needed is read.  pin_sha256 (base64, or NULL) takes the place of chain and
 * name.  Resolves the name, so it may take time: faults of guard_resolve.
 */
const struct fault	*handle_open(struct arena *arena,
			    const struct guard_target *target,
			    const char *ca_file, const char *pin_sha256,
			    struct handle **handle);

/* The whole transfer ends at the deadline (clock_ms). */
void			 handle_set_deadline(struct handle *handle,
			    int64_t deadline);

/* A code of libcurl as a fault that names host and cause; NULL for CURLE_OK.
 * What libcurl repeats of the peer's words is cut to printable ASCII. */
const struct fault	*handle_fault(struct arena *arena,
			    const struct handle *handle, CURLcode code);

#endif
