#ifndef WEB_COOKIE_H
#define WEB_COOKIE_H

#include <stdint.h>

struct reply;
struct request;

/*
 * Cookies (RFC 6265): HttpOnly, SameSite=Lax (the click that leads here comes
 * from elsewhere), for BASE_URL's path only.  Behind https at the root their
 * name carries __Host-, so that no other host of the domain can set them.
 */

/* The value of the request's cookie, or NULL. */
const char	*cookie_read(const struct request *request, const char *name);

/* Sets one for so many seconds; 0 forgets it. The value is base64url or a
 * sealed token: anything that needs quoting is an assertion. */
void		 cookie_write(const struct request *request,
		    struct reply *reply, const char *name, const char *value,
		    int64_t seconds);

#endif
