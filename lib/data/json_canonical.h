#ifndef DATA_JSON_CANONICAL_H
#define DATA_JSON_CANONICAL_H

struct arena;
struct json;

/*
 * A value written out so that what means the same is the same text: members
 * sorted by name, no blanks.  Numbers stay as they were written: 5 is not
 * 5.0.  Of an object the member of that name may be left out (NULL: none).
 * Slow for an object with many members: for what has been checked against
 * rows.  NULL is an empty object.
 */
const char	*json_canonical(struct arena *arena, const struct json *json,
		    const char *without);

#endif
