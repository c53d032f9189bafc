#ifndef MCP_TOOL_H
#define MCP_TOOL_H

#include <stdbool.h>
#include <stddef.h>

#include "data/field.h"

struct arena;
struct call;
struct fault;
struct json;
struct json_writer;

/*
 * A tool is a row and a function.  From the row come tools/list, the check of
 * arguments and answers, the scope it needs and the consent page's words.
 * The handler gets its arguments as the struct that the input rows describe
 * and fills the struct that the output rows describe, both zeroed before.
 */
typedef const struct fault	*tool_handler(struct call *call,
				    const void *arguments, void *result);

struct tool {
	const char		*name;
	const char		*title;
	const char		*description;
	const char		*scope;		/* "mail:read"; NULL: any */
	const char		*instead;	/* scope that is enough for
						 * some of it, without SMTP
						 * server: the handler asks
						 * call_requires, call_sends */
	const char		*also;		/* scope the handler asks for
						 * as well; or NULL */
	bool			 read_only;	/* readOnlyHint */
	const char		*writes;	/* scope that makes it false:
						 * with it mail is changed if
						 * asked to */
	bool			 destructive;	/* destructiveHint */
	bool			 idempotent;	/* idempotentHint */
	bool			 open_world;	/* openWorldHint */
	bool			 sends;		/* needs an SMTP server */
	bool			 no_account;	/* for all accounts at once */
	const struct field	*input;		/* without account */
	size_t			 input_size;
	const struct field	*output;
	size_t			 output_size;
	tool_handler		*handler;
};

/* All tools, in the order of tools/list, NULL behind the last: the rows that
 * each tool_*.c exports. */
extern const struct tool *const	 tools[];

/* The tool, or NULL; name may be NULL. */
const struct tool	*tool_find(const char *name);

/* Writes the "tools" array of tools/list: what an account of this call's
 * grant has the scope for, and an SMTP server where the tool sends. */
void			 tool_list(struct json_writer *writer,
			    const struct call *call);

/* Whether tools/list of this call's grant has the tool of that name. */
bool			 tool_is_listed(const struct call *call,
			    const char *name);

/*
 * Runs a tool that changes nothing for another method: checks the arguments
 * and what the grant permits, chooses the account, and gives what the tool's
 * output rows describe.  The sessions are given back.  Every fault is
 * returned, also those that a model would read.
 */
const struct fault	*tool_answer(struct call *call,
			    const struct tool *tool,
			    const struct json *arguments, void **output);

/*
 * Runs a tool for its answer: *output is the struct of its output rows, or
 * NULL where the user said no to it.  The call's confirm is made here unless
 * there is one.  The session stays the call's.
 */
const struct fault	*tool_fill(struct call *call, const struct tool *tool,
			    const struct json *arguments, void **output);

/*
 * Runs a tool and writes the members of a CallToolResult (content,
 * structuredContent, isError) into the object the writer is in.  A fault that
 * the model should read is written as isError and gives NULL; others (scope,
 * token, unknown tool, arguments not an object) are returned.
 */
const struct fault	*tool_run(struct call *call, const char *name,
			    const struct json *arguments,
			    struct json_writer *writer);

#endif
