#ifndef WEB_ROUTE_H
#define WEB_ROUTE_H

#include "web/serve.h"

/* From an address to the row of a program's table that answers it. */

/* The path of BASE_URL: "" or "/mail". */
const char		*route_base(const struct config *config);

/*
 * The request's path as it was sent, without query and without BASE_URL's own
 * path: from REQUEST_URI, since servers decode and merge PATH_INFO each in
 * its own way; without it SCRIPT_NAME and PATH_INFO.  A path that does not
 * lie below BASE_URL's own stays as it is: RFC 8414 puts documents there.
 */
const char		*route_path(const struct request *request);

/* The first row of that path, or NULL. */
const struct endpoint	*route_find(const struct endpoint *rows,
			    const char *path);

/* What stands in the path for the row's star, as sent; else "". */
const char		*route_rest(const struct endpoint *row,
			    const char *path);

/* The row for a method among those of first's path, or NULL. */
const struct endpoint	*route_method(const struct endpoint *first,
			    const char *method);

/* The path's methods as the Allow header has them. */
const char		*route_allowed(struct arena *arena,
			    const struct endpoint *first);

#endif
