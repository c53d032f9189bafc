#ifndef DATA_JSON_H
#define DATA_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/bytes.h"

struct arena;
struct fault;

/*
 * JSON, RFC 8259.  Reading is strict: the whole input is one value in valid
 * UTF-8, at most JSON_DEPTH deep, with no lone surrogate and no NUL in a
 * text (texts are C strings here).  json-c builds the tree; no other file
 * knows it.
 */
enum { JSON_DEPTH = 32 };

/* A value of a tree that the arena owns. */
struct json;

enum json_type {
	JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_TEXT, JSON_ARRAY, JSON_OBJECT
};

enum json_keys {
	JSON_KEYS_LAST,		/* of members with one name the last counts */
	JSON_KEYS_UNIQUE	/* members with one name are refused */
};

/* FAULT_PARSE with the reason; never quotes the input. */
const struct fault	*json_read(struct arena *arena, struct bytes text,
			    enum json_keys keys, const struct json **json);

enum json_type		 json_type(const struct json *json);

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

/*
 * Writing: a stream into a buf.  The writer puts commas and quotes; a key is
 * given inside an object and NULL inside an array and for the root.  What
 * can't be written wrongly can't fail: open and close that do not match are
 * an assertion.
 */
struct json_writer {
	struct buf	*buf;
	unsigned	 depth;
	bool		 comma;		/* the next value needs one before it */
};

void	 json_start(struct json_writer *writer, struct buf *buf);
void	 json_open_object(struct json_writer *writer, const char *key);
void	 json_close_object(struct json_writer *writer);
void	 json_open_array(struct json_writer *writer, const char *key);
void	 json_close_array(struct json_writer *writer);
/* A text in UTF-8; a byte that is not becomes U+FFFD. NULL writes nothing. */
void	 json_put_text(struct json_writer *writer, const char *key,
	    const char *text);
void	 json_put_number(struct json_writer *writer, const char *key,
	    int64_t number);
void	 json_put_bool(struct json_writer *writer, const char *key, bool is);
void	 json_put_null(struct json_writer *writer, const char *key);
/* A value that is JSON already (made by us). */
void	 json_put_raw(struct json_writer *writer, const char *key,
	    struct bytes json);

#endif
