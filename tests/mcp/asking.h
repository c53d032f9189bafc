#ifndef ASKING_H
#define ASKING_H

/* A method asked with params, as far as it gets without a mail server. */
#include "grant.h"

#include "base/buf.h"
#include "base/fault.h"
#include "data/json.h"
#include "mcp/message.h"
#include "mcp/method.h"

/* What it answers, or NULL and *bad. */
static const struct json *
ask(struct grant *grant, const char *method, const char *params,
    const struct fault **bad)
{
	struct arena		*arena = grant->call.arena;
	struct message		 message = { .method = method };
	struct json_writer	 writer;
	const struct json	*result;
	struct buf		 buf;

	assert_null(json_read(arena, bytes_of(params), JSON_KEYS_UNIQUE,
	    &message.params));
	buf_start(&buf, arena);
	json_start(&writer, &buf);
	json_open_object(&writer, NULL);
	if ((*bad = method_answer(&grant->call, &message, &writer)) != NULL)
		return NULL;
	json_close_object(&writer);
	assert_null(json_read(arena, buf_view(&buf), JSON_KEYS_UNIQUE,
	    &result));
	return result;
}

/* The scopes whose bits are set. */
static struct texts
some_scopes(struct arena *arena, unsigned bits)
{
	struct texts	 scopes = { 0 };
	size_t		 i;

	for (i = 0; i < every_scope().len; i++)
		if ((bits & 1u << i) != 0)
			texts_add(arena, &scopes, every_scope().at[i]);
	return scopes;
}

#endif
