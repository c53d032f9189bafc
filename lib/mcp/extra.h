#ifndef MCP_EXTRA_H
#define MCP_EXTRA_H

#include <stdbool.h>

struct call;
struct fault;
struct json_writer;
struct message;

/*
 * What a server answers beside Postern's own methods, tools, prompts and
 * resources: nothing.  A build for the conformance suite (make FIXTURES=1)
 * is linked with tests/fixtures in this file's place; nothing else differs.
 */

/* Answers a request in place of the methods that there are, as method_answer
 * does; *answered says whether it did. */
const struct fault	*extra_answer(struct call *call,
			    const struct message *message,
			    struct json_writer *writer, bool *answered);

/* What capabilities has beside what Postern can. */
void			 extra_put_capabilities(struct json_writer *writer,
			    bool modern);

/* More elements for the array of each list. */
void			 extra_put_tools(struct json_writer *writer);
void			 extra_put_prompts(struct json_writer *writer);
void			 extra_put_resources(struct json_writer *writer);
void			 extra_put_templates(struct json_writer *writer);

#endif
