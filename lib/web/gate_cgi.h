#ifndef WEB_GATE_CGI_H
#define WEB_GATE_CGI_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/bytes.h"

/*
 * Standard input and output of a program that a web server starts for one
 * request (RFC 3875): what web/gate does where there is no FastCGI.
 */
enum {
	GATE_CGI_SKIP_BYTES = 64 * 1024 * 1024,
	GATE_CGI_SKIP_MS = 5 * 1000
};

/* Up to size bytes of the body; 0 at its end, -1 where it broke off. */
ssize_t	 gate_cgi_read(unsigned char *at, size_t size);

/* All of the piece; false where nobody reads it any more. */
bool	 gate_cgi_write(struct bytes piece);

/* The descriptor that has an error or a hang-up when the web server has gone,
 * or -1: there is none that shows it. */
int	 gate_cgi_watch(void);

/*
 * Reads what is left of a body that was answered without being read, len
 * bytes, within the limits above.  Apache's mod_cgid reads the answer from the
 * socket that it writes the body to, and loses it where that is closed with
 * something unread.
 */
void	 gate_cgi_skip(uint64_t len);

#endif
