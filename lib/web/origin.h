#ifndef WEB_ORIGIN_H
#define WEB_ORIGIN_H

#include <stdbool.h>

#include "web/serve.h"

struct config;
struct fault;

/* Who may speak to us from where: Host, Origin (RFC 6454) and CORS. */

/* Whether an Origin value is this service's own: that of BASE_URL, on
 * loopback under any of this computer's three names. */
bool			 origin_is_own(struct arena *arena,
			    const struct config *config, const char *origin);

/* FAULT_ORIGIN where BASE_URL is on this computer and Host names another. */
const struct fault	*origin_check_host(struct request *request);

/* Applies an endpoint's rule: fills request->always with the headers a
 * browser wants to see, or refuses with FAULT_ORIGIN. */
const struct fault	*origin_admit(struct request *request,
			    enum cors cors);

/* Answers a preflight that origin_admit let pass; methods as Allow has them. */
void			 origin_preflight(struct request *request,
			    struct reply *reply, enum cors cors,
			    const char *methods);

#endif
