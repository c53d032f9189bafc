#ifndef DATA_JSON_CHECK_H
#define DATA_JSON_CHECK_H

#include <stddef.h>

#include "base/bytes.h"

struct arena;
struct fault;

/*
 * Whether bytes are JSON to the letter of RFC 8259, at most JSON_DEPTH deep,
 * of at most JSON_VALUES_MOST values, in valid UTF-8, with no lone surrogate
 * and no NUL in a text.  members gets the number of members of all its
 * objects.  FAULT_PARSE says what is wrong and at which byte.
 */
const struct fault	*json_check(struct arena *arena, struct bytes text,
			    size_t *members);

#endif
