#ifndef NET_WIRE_FLOW_H
#define NET_WIRE_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "net/ahead.h"
#include "net/handle.h"
#include "net/wire.h"

struct arena;

/*
 * The inside of a wire, for wire.c only: how its bytes come in, by when, and
 * what is said when they do not.
 */
struct wire {
	struct arena		*arena;		/* lives as long as the wire */
	struct arena		*faults;
	const char		*host;
	struct handle		*handle;
	curl_socket_t		 fd;
	enum wire_protocol	 protocol;
	int64_t			 deadline;
	struct watch		*watch;		/* or NULL */
	int64_t			 opened;	/* clock_ms of the call */
	bool			 typed;		/* host is the user's */
	bool			 greeting_read;	/* by libcurl */
	bool			 greeted;	/* by whomever */
	bool			 wrote;		/* and not waited since */
	bool			 reads_ahead;	/* TLS was told to */
	uint64_t		 received;
	uint64_t		 sent;
	int64_t			 begun;		/* clock_ms: what it is waited
						 * for by the deadline */
	uint64_t		 passed;	/* bytes before that */
	struct crowd		 crowd;
	struct ahead		 ahead;
};

/* The fault as the caller may see it: as it is, or the one text for a host
 * that a user typed, at the one delay. */
const struct fault	*wire_flow_show(struct wire *wire,
			    const struct fault *bad);

/* A fault of that kind that names the host. */
const struct fault	*wire_flow_fail(struct wire *wire,
			    enum fault_kind kind, const char *text);

/* Milliseconds up to the deadline; 0 or less: it is over. */
int64_t			 wire_flow_time_left(const struct wire *wire);

/* The server has greeted.  One that the operator named thus serves well. */
void			 wire_flow_greet(struct wire *wire);

/* Whether it may be waited for any longer, as net/crowd has it. */
bool			 wire_flow_may_stay(struct wire *wire);

/* FAULT_UNAVAILABLE: it may not. */
const struct fault	*wire_flow_crowded(struct wire *wire);

/* Waits for the socket (events as poll has them). TLS is asked before: what
 * it holds has been read. FAULT_GONE as the watch says. */
const struct fault	*wire_flow_await(struct wire *wire, short events);

/* Takes into the buffer what waits, so that it holds at most so many; *len is
 * 0 if nothing does or it is full. */
const struct fault	*wire_flow_take(struct wire *wire, size_t most,
			    size_t *len);

/* Up to size bytes past the buffer, which must be empty; waits for one. */
const struct fault	*wire_flow_receive(struct wire *wire,
			    unsigned char *at, size_t size, size_t *len);

/* At least one byte more in the buffer, which must not be full. */
const struct fault	*wire_flow_fill(struct wire *wire);

#endif
