#ifndef MAIL_HEADER_DATE_H
#define MAIL_HEADER_DATE_H

#include <stdbool.h>

#include "base/clock.h"

/* A Date, leniently (RFC 5322 with obsolete zones, ctime, ISO 8601, hyphens
 * as in INTERNALDATE). False if no day, month, year and time can be made
 * out. */
bool	 header_date(const char *raw, struct moment *moment);

#endif
