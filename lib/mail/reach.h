#ifndef MAIL_REACH_H
#define MAIL_REACH_H

#include <stdint.h>

#include "net/wire.h"

struct arena;
struct fault;

/* Whether a mail server is there, shows a good certificate and says that it is
 * ready; nobody signs in.  Faults of wire_open; FAULT_UNAVAILABLE where it
 * greets with something else. */
const struct fault	*reach_server(struct arena *arena,
			    const struct wire_target *target,
			    int64_t deadline);

#endif
