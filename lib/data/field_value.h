#ifndef DATA_FIELD_VALUE_H
#define DATA_FIELD_VALUE_H

#include "data/field.h"

/*
 * One value of a row: how it is understood, and when it is refused.  Used by
 * data/field only.
 */

/* Reads a JSON value into the member at. FAULT_ARGUMENT names the row. */
const struct fault	*field_value_read(struct arena *arena,
			    const struct field *row, const struct json *json,
			    enum field_mode mode, void *at);

/* Reads a text of a form into a text, number or bool. */
const struct fault	*field_value_read_text(struct arena *arena,
			    const struct field *row, const char *text,
			    void *at);

/* Adds the words of a packed row that a number stands for. */
void			 field_value_unpack(struct arena *arena,
			    const struct field *row, int64_t number,
			    struct texts *texts);

#endif
