#ifndef NET_FETCH_HEAD_H
#define NET_FETCH_HEAD_H

#include <stdbool.h>

#include "net/fetch.h"

struct arena;

/* The head of an HTTP answer, line by line. */

/* Whether a line is the header of that name, in any case; gives its value
 * without white space at both ends. */
bool		 fetch_head_is(struct arena *arena, struct bytes line,
		    const char *name, const char **value);

/* The first value of a header in an answer whose head was kept, or NULL. */
const char	*fetch_head_find(struct arena *arena,
		    const struct fetched *fetched, const char *name);

#endif
