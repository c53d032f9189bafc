#ifndef DATA_URL_HOST_H
#define DATA_URL_HOST_H

#include <stdbool.h>

struct arena;

/*
 * The host or mail domain in ASCII and lower case, as DNS, TLS and servers
 * without SMTPUTF8 need it: what is ASCII already is lower-cased, the rest
 * goes through IDNA 2008 with the mapping of UTS 46, non-transitional.  False
 * for invalid UTF-8, blanks and controls, and names IDNA refuses.
 */
bool	 url_host_to_ascii(struct arena *arena, const char *host,
	    const char **ascii);

#endif
