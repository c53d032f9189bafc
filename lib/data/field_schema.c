#include "data/field_schema.h"

#include <assert.h>

/*
 * All of it is read by a model at the start of every conversation, so that
 * what it would guess is not told: that a page or a UID is at least 1, or a
 * maximum nobody comes near to.  What is checked is in data/field_value.
 */
enum { TOLD_MOST = 1000 };

static const char *const	 type_words[] = {
	[FIELD_TEXT] = "string", [FIELD_NUMBER] = "integer",
	[FIELD_BOOL] = "boolean", [FIELD_TEXTS] = "array",
	[FIELD_NUMBERS] = "array", [FIELD_OBJECT] = "object",
	[FIELD_OBJECTS] = "array"
};

static void	 put_object(struct json_writer *writer,
		    const struct field *rows, enum field_schema_for whom);

static void
put_words(struct json_writer *writer, const struct field *row)
{
	size_t	 i;

	if (row->words == NULL)
		return;
	json_open_array(writer, "enum");
	for (i = 0; row->words[i] != NULL; i++)
		json_put_text(writer, NULL, row->words[i]);
	json_close_array(writer);
}

static void
put_items(struct json_writer *writer, const struct field *row,
    enum field_schema_for whom)
{
	if (whom == FIELD_SCHEMA_OUTPUT)
		return;
	json_open_object(writer, "items");
	if (row->type == FIELD_TEXTS) {
		json_put_text(writer, "type", "string");
		put_words(writer, row);
	} else if (row->type == FIELD_NUMBERS) {
		json_put_text(writer, "type", "integer");
	} else if (row->bare) {
		json_put_text(writer, "type", "object");
	} else {
		put_object(writer, row->rows, whom);
	}
	json_close_object(writer);
}

/* What a caller should know beyond the type: limits and defaults. */
static void
put_limits(struct json_writer *writer, const struct field *row)
{
	switch (row->type) {
	case FIELD_TEXT:
		put_words(writer, row);
		if (!row->bare)
			json_put_text(writer, "default", row->preset);
		break;
	case FIELD_NUMBER:
		if (row->least < 0 || row->least > 1)
			json_put_number(writer, "minimum", row->least);
		if (row->most != 0 && row->most < TOLD_MOST)
			json_put_number(writer, "maximum", row->most);
		if (row->otherwise != 0 && !row->bare)
			json_put_number(writer, "default", row->otherwise);
		break;
	case FIELD_BOOL:
		if (row->otherwise != 0)
			json_put_bool(writer, "default", true);
		break;
	case FIELD_TEXTS:
	case FIELD_NUMBERS:
	case FIELD_OBJECTS:
		if (row->most != 0 && row->most < FIELD_ITEMS_MOST / 2)
			json_put_number(writer, "maxItems", row->most);
		break;
	case FIELD_OBJECT:
		break;
	}
}

/* A list that is told as one text, since it is read of one too. */
static bool
is_one_text(const struct field *row, enum field_schema_for whom)
{
	return row->type == FIELD_TEXTS && row->bare &&
	    whom == FIELD_SCHEMA_INPUT;
}

static void
put_row(struct json_writer *writer, const struct field *row,
    enum field_schema_for whom)
{
	json_open_object(writer, row->name);
	if (is_one_text(row, whom))
		json_put_text(writer, "type", "string");
	else if (row->type == FIELD_OBJECT && !row->bare &&
	    whom == FIELD_SCHEMA_INPUT)
		put_object(writer, row->rows, whom);
	else
		json_put_text(writer, "type", type_words[row->type]);
	if (!is_one_text(row, whom) && (row->type == FIELD_TEXTS ||
	    row->type == FIELD_NUMBERS || row->type == FIELD_OBJECTS))
		put_items(writer, row, whom);
	if (whom == FIELD_SCHEMA_INPUT) {
		put_limits(writer, row);
		json_put_text(writer, "description", row->meaning);
	}
	json_close_object(writer);
}

/* The members of the schema of an object, into the open object. */
static void
put_object(struct json_writer *writer, const struct field *rows,
    enum field_schema_for whom)
{
	const struct field	*row;
	bool			 any;

	json_put_text(writer, "type", "object");
	json_open_object(writer, "properties");
	any = false;
	for (row = rows; row->name != NULL; row++) {
		put_row(writer, row, whom);
		any = any || row->required;
	}
	json_close_object(writer);
	if (any) {
		json_open_array(writer, "required");
		for (row = rows; row->name != NULL; row++)
			if (row->required)
				json_put_text(writer, NULL, row->name);
		json_close_array(writer);
	}
}

void
field_schema(struct json_writer *writer, const char *key,
    const struct field *rows, enum field_schema_for whom)
{
	json_open_object(writer, key);
	put_object(writer, rows, whom);
	json_close_object(writer);
}
