#ifndef WEB_GATE_H
#define WEB_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

struct arena;
struct fault;

/*
 * The connection to the web server, FastCGI or CGI alike: the only file that
 * knows libfcgi, and the only one that reads CGI's variables.  A process has
 * one gate and answers one request at a time.
 *
 * Under FastCGI requests arrive on the listening socket at descriptor 0.
 * SIGTERM, SIGHUP, SIGINT, SIGUSR1 and SIGUSR2 are held back while a request
 * is being answered, so that it is always finished, and end the wait for the
 * next.  A connection serves one request (FCGI_KEEP_CONN is declined).
 */
enum gate_event {
	GATE_REQUEST,	/* one has arrived and can be read */
	GATE_TIME,	/* the time given has passed */
	GATE_END	/* told to stop, or CGI's one request is answered */
};

enum { GATE_STALL_SECONDS = 30 };	/* no progress from the web server */

struct gate;

/* Opens it; whether this is CGI is found out here. Never NULL. */
struct gate	*gate_open(void);

bool		 gate_is_cgi(const struct gate *gate);

/* Waits until clock_ms says until, at most; a time that has passed asks for
 * what has come already.  A connection that never becomes a whole request is
 * dropped without a word. */
enum gate_event	 gate_wait(struct gate *gate, int64_t until);

/* No request comes after this: a web server that tries to send one learns at
 * once that it has to ask another process. */
void		 gate_close(struct gate *gate);

/* A variable of the request, as the web server wrote it, or NULL. */
const char	*gate_variable(const struct gate *gate, const char *name);

/* A header by its HTTP name in any case, or NULL. Proxy is never given: it
 * would be HTTP_PROXY. */
const char	*gate_header(const struct gate *gate, const char *name);

/* A variable of the process's own environment, as CGI has it at its start
 * (DOCUMENT_ROOT); mostly NULL under FastCGI. */
const char	*gate_environment(const char *name);

/*
 * Reads the body, to its end where no length was announced.  FAULT_TOO_LARGE
 * over most bytes; FAULT_REQUEST for a bad CONTENT_LENGTH or a body shorter
 * than it.
 */
const struct fault	*gate_read(struct gate *gate, struct arena *arena,
			    size_t most, struct bytes *body);

/*
 * A descriptor that poll(2) finds to have *events, a hang-up or an error, once
 * the client has gone as far as the web server tells: nginx does at once,
 * lighttpd and Apache only when something is written to them.  -1 where there
 * is none.  The body has been read.
 */
int		 gate_watch(struct gate *gate, short *events);

/*
 * The body piece by piece, instead: its announced length (FAULT_REQUEST where
 * none is), and the next of it, *len 0 at its end.  FAULT_REQUEST for a body
 * that broke off or is shorter than announced.
 */
const struct fault	*gate_length(struct gate *gate, struct arena *arena,
			    uint64_t *length);
const struct fault	*gate_read_some(struct gate *gate,
			    struct arena *arena, unsigned char *at,
			    size_t size, size_t *len);

/* Writes some of the answer, CGI head included; it may wait in a buffer until
 * gate_flush. FAULT_CONNECT when the client has gone. */
const struct fault	*gate_write(struct gate *gate, struct arena *arena,
			    struct bytes piece);
const struct fault	*gate_flush(struct gate *gate, struct arena *arena);

/* Ends the answer; as CGI on a socket, behind what is left of the body. */
void		 gate_finish(struct gate *gate);

/* Ends it as broken, so that what was sent can't be taken for the whole. */
void		 gate_break(struct gate *gate);

#endif
