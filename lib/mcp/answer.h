#ifndef MCP_ANSWER_H
#define MCP_ANSWER_H

#include "data/field.h"

struct arena;
struct content;
struct fault;
struct json_writer;

/* What a model can take in one answer; clients cut at 150,000. */
enum { ANSWER_CHARS_MOST = 100000 };

/*
 * What a struct says by its rows, as compact JSON; about, if not NULL, is a
 * first member of that name.  FAULT_LIMIT where it has more than
 * ANSWER_CHARS_MOST characters.
 */
const struct fault	*answer_text(struct arena *arena, const char *about,
			    const struct field *rows, const void *result,
			    const char **text);

/*
 * Writes the members of a CallToolResult into the object the writer is in:
 * the struct at result by its rows as structuredContent, the same as compact
 * JSON text, and the content blocks behind it.  FAULT_LIMIT, with nothing
 * written, where the JSON has more than ANSWER_CHARS_MOST characters.
 */
const struct fault	*answer_write(struct arena *arena,
			    struct json_writer *writer,
			    const struct field *rows, const void *result,
			    const struct content *content);

/* Writes a fault as a result with isError: one sentence for the model, and
 * structuredContent {error: {code, message, hint, retryable}}. */
void			 answer_refuse(struct arena *arena,
			    struct json_writer *writer,
			    const struct fault *fault);

/* The same for what waits until the user confirms it at that URL. */
void			 answer_refuse_until(struct arena *arena,
			    struct json_writer *writer, const char *why,
			    const char *url);

/* A result that is this JSON, told in these words. */
void			 answer_put(struct json_writer *writer,
			    const char *text, const char *json);

#endif
