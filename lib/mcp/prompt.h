#ifndef MCP_PROMPT_H
#define MCP_PROMPT_H

#include <stdbool.h>

struct call;
struct fault;
struct json_writer;
struct message;

/* prompts/list: those whose tools the call's grant has. */
const struct fault	*prompt_list(struct call *call,
			    const struct message *message,
			    struct json_writer *writer);

/*
 * prompts/get: the prompt as one message of the user, with the arguments in
 * it as JSON texts, so that none can pass for a sentence of ours.  FAULT_PARAMS
 * for a prompt that is unknown or whose tools the grant has not, and for an
 * argument that is missing, unknown or malformed.
 */
const struct fault	*prompt_get(struct call *call,
			    const struct message *message,
			    struct json_writer *writer);

/* Whether the grant has a prompt of that name with that argument; both may be
 * NULL. */
bool			 prompt_takes(const struct call *call,
			    const char *name, const char *argument);

#endif
