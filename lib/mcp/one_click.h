#ifndef MCP_ONE_CLICK_H
#define MCP_ONE_CLICK_H

#include <stdbool.h>

struct arena;

/*
 * Leaves a mailing list by the request of RFC 8058 3.2: no cookies, no
 * credentials, no way that is followed further, to public addresses only.
 */
struct one_click {
	const char	*url;		/* https */
	bool		 named;		/* a host of ours: in tests */
	const char	*ca_file;	/* or NULL */
};

/* NULL where the list's server took it, else what went wrong. */
const char	*one_click_ask(struct arena *arena,
		    const struct one_click *one_click);

#endif
