#ifndef DATA_JSON_H
#define DATA_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "data/json_write.h"

struct arena;
struct fault;

/*
 * JSON, RFC 8259.  Reading is strict: the whole input is one value in valid
 * UTF-8, at most JSON_DEPTH deep, with no lone surrogate and no NUL in a
 * text (texts are C strings here).  json-c builds the tree; no other file
 * knows it.
 */
enum {
	JSON_DEPTH = 32,
	/* Values of a tree: each takes up to some 200 bytes of memory. */
	JSON_VALUES_MOST = 250000
};

/* A value of a tree that the arena owns. */
struct json;

enum json_kind {
	JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_TEXT, JSON_ARRAY, JSON_OBJECT
};

enum json_keys {
	JSON_KEYS_LAST,		/* of members with one name the last counts */
	JSON_KEYS_UNIQUE	/* members with one name are refused */
};

/* FAULT_PARSE with the reason; never quotes the input. */
const struct fault	*json_read(struct arena *arena, struct bytes text,
			    enum json_keys keys, const struct json **json);

enum json_kind		 json_kind(const struct json *json);

/* How many elements or members; 0 for anything else. */
size_t			 json_count(const struct json *json);

/* Member by its name, or NULL; NULL too where json is no object. */
const struct json	*json_member(const struct json *json, const char *name);

/* Element i of an array, or NULL. */
const struct json	*json_element(const struct json *json, size_t i);

/* Name of member i of an object in the order of the text, or NULL. */
const char		*json_name(const struct json *json, size_t i);

/* The text, or NULL where json is NULL or no text. */
const char		*json_text(const struct json *json);

/* Whether it is a whole number (5, not 5.0 or 1e3) within int64; its value. */
bool			 json_integer(const struct json *json, int64_t *number);

/* Whether it is true. */
bool			 json_true(const struct json *json);

/* The value written out again, compactly. */
const char		*json_print(struct arena *arena,
			    const struct json *json);

#endif
