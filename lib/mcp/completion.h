#ifndef MCP_COMPLETION_H
#define MCP_COMPLETION_H

struct call;
struct fault;
struct json_writer;
struct message;

enum { COMPLETION_VALUES_MOST = 100 };

/*
 * completion/complete: what may stand for an argument of a prompt or a
 * variable of a resource template, best first: accounts, days, and folders
 * of the account that context.arguments names, those that begin with what was
 * typed before those that contain it.  No values, rather than a fault, for
 * whatever is not known here.  FAULT_PARAMS without ref or argument.
 */
const struct fault	*completion_complete(struct call *call,
			    const struct message *message,
			    struct json_writer *writer);

#endif
