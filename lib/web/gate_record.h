#ifndef WEB_GATE_RECORD_H
#define WEB_GATE_RECORD_H

#include <stdbool.h>

#include "base/bytes.h"

/*
 * Long pieces of an answer as FastCGI has them, in records as long as these
 * can be: libfcgi writes 8 KB at a time, and for each of those the web server
 * is woken up.
 */
enum { GATE_RECORD_LEAST = 16 * 1024 };	/* shorter is not worth it */

/* All of the piece, to the request of that id; false where nobody reads it any
 * more, or for too long (SO_SNDTIMEO). */
bool	 gate_record_write(int fd, int id, struct bytes piece);

#endif
