#include "mcp/extra.h"

#include <stddef.h>

const struct fault *
extra_answer(struct call *call, const struct message *message,
    struct json_writer *writer, bool *answered)
{
	(void)call;
	(void)message;
	(void)writer;
	*answered = false;
	return NULL;
}

void
extra_put_capabilities(struct json_writer *writer, bool modern)
{
	(void)writer;
	(void)modern;
}

void
extra_put_tools(struct json_writer *writer)
{
	(void)writer;
}

void
extra_put_prompts(struct json_writer *writer)
{
	(void)writer;
}

void
extra_put_resources(struct json_writer *writer)
{
	(void)writer;
}

void
extra_put_templates(struct json_writer *writer)
{
	(void)writer;
}
