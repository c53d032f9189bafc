#ifndef NET_FETCH_H
#define NET_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/text.h"
#include "net/guard.h"

struct arena;
struct fault;
struct watch;

/*
 * An HTTP client: one request, no redirects, no proxy, no cookies, no
 * compression; only to addresses net/guard allows, https at port 443 unless
 * the host is named or a pattern opens another port.  A transfer ends at its
 * deadline, or FETCH_STALL_S after its last progress.
 */
enum { FETCH_STALL_S = 30 };

struct fetch {
	const char		*method;	/* GET HEAD PUT POST
						 * DELETE OPTIONS */
	const char		*url;
	bool			 named;		/* host is the operator's */
	struct texts		 patterns;	/* else: hosts allowed */
	const char		*ca_file;	/* or NULL */
	struct texts		 headers;	/* "Name: value" each */
	size_t			 most;		/* bytes of body accepted */
	bool			 whole;		/* the head is kept, and an
						 * encoded body taken */
	bool			 encoded;	/* one is asked for */
	int64_t			 deadline;	/* clock_ms */
	struct watch		*watch;		/* or NULL; of fetch_run */

	struct bytes		 body;		/* to send, or */
	/* a body of known length, asked for piece by piece: the callee fills
	 * at most size bytes and says how many; a fault ends the transfer. */
	const struct fault	*(*source)(void *state, unsigned char *at,
				    size_t size, size_t *len);
	/* where the answer's body goes piece by piece, or NULL: kept */
	const struct fault	*(*sink)(void *state, struct bytes piece);
	void			*state;
	int64_t			 length;	/* of what source gives */
};

struct fetched {
	int		 status;
	const char	*content_type;	/* or NULL */
	struct bytes	 body;		/* unless there was a sink */
	int64_t		 modified;	/* Last-Modified, since 1970, or -1 */
	const char	*cache_control;	/* or NULL; of the last such line */
	struct texts	 head;		/* "Name: value" each, if whole:
					 * net/fetch_head */
};

/* A status of any kind is a success here; FAULT_HOST, FAULT_CONNECT,
 * FAULT_TLS, FAULT_TIMEOUT, FAULT_PROTOCOL, FAULT_TOO_LARGE, FAULT_GONE as the
 * watch says, or the fault of source or sink. */
const struct fault	*fetch_run(struct arena *arena,
			    const struct fetch *fetch, struct fetched *fetched);

enum { FETCH_FIRST_MOST = 4 };	/* requests side by side */

/*
 * Runs them side by side until good likes an answer: that is fetched, and the
 * others end.  NULL then; else the fault of the first that failed, or
 * FAULT_NOT_FOUND where all were answered and none was good.
 */
typedef bool	 fetch_judge(void *state, const struct fetched *fetched);

const struct fault	*fetch_first(struct arena *arena,
			    const struct fetch *fetches, size_t count,
			    fetch_judge *good, void *state,
			    struct fetched *fetched);

#endif
