#ifndef DRIVE_WEB_H
#define DRIVE_WEB_H

#include "base/bytes.h"

struct arena;

/*
 * All the web servers of the world: whoever asks one over HTTP gets the next of
 * the answers that were given here, and no connection behind the last.  They
 * come as libcurl hands them on, in pieces of that size at most, but with more
 * in them than it lets through.
 *
 *	answers = answer *( %x1E answer )
 *	answer  = head [ LF body ] / failure
 *	head    = "HTTP/" version SP status *( *OCTET LF )
 *	failure = OCTET *OCTET
 *
 * A failure's first octet is the CURLcode, the rest what libcurl says of it.
 * Last-Modified has seconds since 1970.
 */
enum { WEB_END = 0x1e };

void		 web_open(struct arena *arena, struct bytes answers,
		    size_t piece);

/* The next answer, taken: that of a nameserver, which is asked in between
 * (drive/resolve.c). */
struct bytes	 web_next(void);

#endif
