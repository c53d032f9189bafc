#ifndef DATA_SITE_H
#define DATA_SITE_H

#include <stdbool.h>

#include "base/bytes.h"

/*
 * Whether two hosts belong to one owner, as far as their names tell: they end
 * in the same two labels, or three where two are what a country gives out
 * under ("co.uk").  ASCII case and a dot at the end don't matter.  No list of
 * all such names is kept: in a country's rarer ones two owners look like one.
 */
bool		 site_is_same(const char *a, const char *b);

/* What they would have in common: the end of the host's name, or all of it. */
struct bytes	 site_of(const char *host);

#endif
