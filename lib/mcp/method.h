#ifndef MCP_METHOD_H
#define MCP_METHOD_H

#include "base/text.h"

struct arena;
struct call;
struct fault;
struct json_writer;
struct message;

/* What a client may do with the answer of a method of the modern era. */
enum {
	METHOD_LIST_TTL_MS = 300 * 1000,
	METHOD_READ_TTL_MS = 10 * 1000,
	METHOD_DISCOVER_TTL_MS = 3600 * 1000
};

/*
 * Answers a request: writes the members of its result into the object the
 * writer is in.  FAULT_RPC_METHOD for a method that this era has not,
 * FAULT_PARAMS, FAULT_SCOPE, FAULT_TOKEN, FAULT_INTERNAL; what was written
 * before a fault is to be thrown away.
 */
const struct fault	*method_answer(struct call *call,
			    const struct message *message,
			    struct json_writer *writer);

/* The tool that a tools/call names, or NULL. */
const struct tool	*method_tool(const struct message *message);

#endif
