#ifndef WEB_SERVE_H
#define WEB_SERVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/confine_calls.h"
#include "data/field.h"
#include "web/reply.h"

struct arena;
struct config;
struct fault;

/*
 * A program is a table: serve() owns reading, limits, methods, CORS, faults,
 * logging and wiping, as FastCGI or CGI alike.
 */

/* One request; everything lives in its arena. */
struct request {
	struct arena		*arena;
	const struct config	*config;
	const void		*process;	/* what start() made */
	const char		*method;
	const char		*path;		/* decoded, below BASE_URL */
	const char		*rest;		/* what the path's star is,
						 * decoded; else "" */
	struct pairs		 query;
	const char		*query_text;	/* as sent; "": none */
	const char		*content_type;	/* lower case, no parameters;
						 * NULL: none */
	struct bytes		 body;
	struct pairs		 form;		/* of a form body */
	int64_t			 started;	/* clock_ms */
	int64_t			 deadline;	/* clock_ms, REQUEST_MS later */
	const char		*tool;		/* for the log, or NULL */
	void			*gate;		/* the connection, web/gate's */
	struct pairs		 always;	/* of every answer: CORS */
};

enum { REQUEST_MS = 60 * 1000, BODY_BYTES_MOST = 32 * 1024 * 1024 };

/* A request header by its HTTP name, or NULL. */
const char	*request_header(const struct request *request,
		    const char *name);

/* A CGI variable (REMOTE_ADDR, DOCUMENT_ROOT), or NULL. */
const char	*request_variable(const struct request *request,
		    const char *name);

/* Answers as if that had been the query: of a page that another site leads
 * back to. False if it is malformed. */
bool		 request_resume(struct request *request, const char *query);

/* By which the client's going can be watched: see gate_watch. */
int		 request_watch(const struct request *request, short *events);

/* The body of an endpoint that says 0 for body_most, piece by piece: as
 * web/gate has it. */
const struct fault	*request_length(struct request *request,
			    uint64_t *length);
const struct fault	*request_read(struct request *request,
			    unsigned char *at, size_t size, size_t *len);

/* Which other origins' scripts may read an endpoint's answers. */
enum cors { CORS_NONE, CORS_ANY, CORS_ALLOWED };

typedef const struct fault	*endpoint_answer(struct request *request,
				    struct reply *reply);

/*
 * A row of a program's table; the last has path NULL.  Paths are compared as
 * they were sent, without decoding.  A GET row also answers HEAD.  The rows
 * of one path have the same cors.
 */
struct endpoint {
	const char		*method;
	const char		*path;		/* "x/" and a star: prefix */
	const char		*content_type;	/* of the body; NULL: any */
	size_t			 body_most;	/* bytes; 0: body is not read */
	endpoint_answer		*answer;
	enum cors		 cors;
};

/* Writes a fault in the caller's language: HTML, OAuth JSON, JSON-RPC. */
typedef void	 explain(struct request *request, struct reply *reply,
		    const struct fault *fault);

struct program {
	const char		*name;		/* for the log */
	const struct endpoint	*endpoints;
	explain			*explain;
	/* Makes what lasts as long as the process (keys), or NULL. */
	const struct fault	*(*start)(struct arena *arena,
				    const struct config *config,
				    const void **process);
	void			(*idle)(const struct config *config); /* between
						 * requests, or NULL */
	void			(*end)(void);	/* at the end, or NULL */
	/*
	 * MCP: 401 and 403 come before 405, 413 and 415.  What serve would
	 * refuse is then given to the handler of the path's first row, with
	 * an empty body; unless that refuses with 401 or 403, serve's refusal
	 * is the answer.
	 */
	bool			 refuse_before_method;
	size_t			 memory;	/* address space, bytes; or 0 */
	unsigned		 needs;		/* enum confine_need, once it
						 * has started */
};

/*
 * Serves until told to stop; the status of main.  A wrong configuration or
 * key is logged with what to do about it: under CGI the answer is then 503,
 * under FastCGI the process ends with status 78 (EX_CONFIG).
 *
 * At a BASE_URL on this computer Host must name this computer (a page that
 * rebinds its DNS name to 127.0.0.1 sends its own name there).  An Origin
 * that is not ours and not in ALLOWED_ORIGINS is refused at CORS_ALLOWED
 * endpoints; CORS_NONE handlers check it themselves.
 */
int	 serve(const struct program *program);

#endif
