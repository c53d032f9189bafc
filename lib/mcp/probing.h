#ifndef MCP_PROBING_H
#define MCP_PROBING_H

#include "web/serve.h"

/*
 * What `postern check` is told at the MCP address, when it shows a token of
 * oauth/probe instead of one that opens a mailbox: how the request arrived
 * behind the web server, as JSON.  Who accepts event streams gets that as the
 * first of PROBING_EVENTS, PROBING_PAUSE_MS apart, so that it shows whether
 * they are passed on one by one.
 */
enum { PROBING_EVENTS = 5, PROBING_PAUSE_MS = 250 };

endpoint_answer	 probing_answer;

#endif
