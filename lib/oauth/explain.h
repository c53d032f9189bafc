#ifndef OAUTH_EXPLAIN_H
#define OAUTH_EXPLAIN_H

#include "web/serve.h"

/*
 * A fault as OAuth's JSON (RFC 6749 5.2, RFC 7591 3.2.2): error and
 * error_description, never to be stored.  A client that was refused and sent
 * HTTP Basic is challenged to Basic; what is our own fault is not explained.
 */
explain		 explain_json;

/* The text as error_description allows it (RFC 6749 appendix A.8). */
const char	*explain_text(struct arena *arena, const char *text);

#endif
