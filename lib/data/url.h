#ifndef DATA_URL_H
#define DATA_URL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "data/field.h"

struct arena;

/* RFC 3986, strictly: what is not plainly a URL is not one. */
struct url {
	const char	*scheme;	/* lower case */
	const char	*host;		/* lower case; brackets off; or NULL */
	int64_t		 port;		/* or the scheme's default, or 0 */
	bool		 has_port;
	const char	*path;		/* as it stands */
	const char	*query;		/* as it stands, or NULL */
	bool		 has_userinfo;
	bool		 has_fragment;
};

/* False for controls, blanks, backslashes, bytes outside ASCII, a bad port. */
bool		 url_read(struct arena *arena, const char *text,
		    struct url *url);

/* Percent-encoded, all but what RFC 3986 calls unreserved. */
const char	*url_escaped(struct arena *arena, const char *text);

/* The same, but "/" stays too, appended to buf. */
void		 url_escape_path(struct buf *buf, const char *text);

/* Undoes it; false for a bad % or NUL or invalid UTF-8. */
bool		 url_unescape(struct arena *arena, struct bytes text,
		    bool plus_is_blank, const char **result);

/* application/x-www-form-urlencoded or a query. False if malformed or over
 * FORM_PAIRS_MOST pairs. */
enum { FORM_PAIRS_MOST = 200 };
bool		 url_read_form(struct arena *arena, struct bytes text,
		    struct pairs *pairs);

/* The URL with a parameter added behind its query (? or &), value escaped. */
const char	*url_add(struct arena *arena, const char *url,
		    const char *name, const char *value);

/* Whether the host is this computer: localhost, 127.0.0.1 or ::1. */
bool		 url_is_loopback(const struct url *url);

#endif
