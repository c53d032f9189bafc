#ifndef OAUTH_HEALTH_H
#define OAUTH_HEALTH_H

#include "web/serve.h"

/*
 * /health?deep=1 for whoever shows a token of oauth/probe: each configured
 * mail server is connected to and greeted, and the bucket written to.  200 or
 * 503, and as JSON which of them is wrong and how.  For everybody else it is
 * {"status":"ok","service":"postern"}, and nothing is asked.
 *
 * Within RUN_DIR one process at a time asks, and what it found is told again
 * for HEALTH_KEPT_SECONDS.
 */
enum { HEALTH_KEPT_SECONDS = 10, HEALTH_SERVER_MS = 8 * 1000 };

endpoint_answer	 health_answer;

#endif
