#ifndef DATA_FIELD_SCHEMA_H
#define DATA_FIELD_SCHEMA_H

#include "data/field.h"

/* An input's schema tells meanings, limits and defaults; an output's only the
 * types of its own members, not what their items are, since the whole of it is
 * read by a model. */
enum field_schema_for { FIELD_SCHEMA_INPUT, FIELD_SCHEMA_OUTPUT };

/* Writes the JSON Schema of the rows as a value of that key: an object with
 * type, properties and required. That unknown members are refused is told to
 * who sends one. An object row that is bare is written without its inner
 * rows. */
void	 field_schema(struct json_writer *writer, const char *key,
	    const struct field *rows, enum field_schema_for whom);

#endif
