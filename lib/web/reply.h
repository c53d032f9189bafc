#ifndef WEB_REPLY_H
#define WEB_REPLY_H

#include <stdbool.h>

#include "base/buf.h"
#include "data/field.h"

struct arena;
struct fault;
struct request;

/* What is answered. Nothing is written before the handler has returned,
 * unless it streams. */
struct reply {
	int		 status;	/* 200 at the start */
	const char	*content_type;	/* NULL: no body */
	struct pairs	 headers;	/* besides Content-Type, Status */
	struct buf	 body;
	bool		 streaming;	/* the head is out already */
	const char	*fault;		/* code for the log, or NULL */
};

/* Adds a header; a value with CR, LF or NUL is an assertion: values from
 * outside are escaped or refused before. A second one of a name is added. */
void	 reply_header(struct arena *arena, struct reply *reply,
	    const char *name, const char *value);

/* Empties the body and headers, for a fault met half-way. */
void	 reply_reset(struct arena *arena, struct reply *reply);

/*
 * Sends the whole answer, unless it streamed already: with Content-Length,
 * nosniff, and "Cache-Control: no-store" where the reply says nothing else.
 * The body is left out for HEAD.  FAULT_CONNECT when the client has gone.
 */
const struct fault	*reply_send(struct request *request,
			    struct reply *reply);

/* Sends status and headers now; then reply_write sends the body's pieces.
 * FAULT_CONNECT when the client has gone. */
const struct fault	*reply_stream(struct request *request,
			    struct reply *reply);
const struct fault	*reply_write(struct request *request,
			    struct bytes piece);

#endif
