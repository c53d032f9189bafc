#ifndef DATA_FIELD_H
#define DATA_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "data/json.h"

struct arena;
struct fault;

/*
 * The one language of input and output.  A row describes one member of a C
 * struct: its name, type and limits, and what it means.  From the rows come
 * the JSON Schema, the check of what arrives, the struct the handler gets,
 * and the JSON written from a struct; so they cannot disagree.  Rows end with
 * one whose name is NULL.
 *
 *	static const struct field list_rows[] = {
 *		{ FIELD(struct list_args, folder), .preset = "INBOX",
 *		  .meaning = "Folder name or role" },
 *		{ FIELD(struct list_args, per_page), .least = 1, .most = 100,
 *		  .otherwise = 20, .meaning = "Messages per page" },
 *		{ FIELD_END }
 *	};
 */
enum field_type {
	FIELD_TEXT,		/* const char *; absent: preset, else NULL */
	FIELD_NUMBER,		/* int64_t; absent: otherwise */
	FIELD_BOOL,		/* bool; absent: otherwise */
	FIELD_TEXTS,		/* struct texts */
	FIELD_NUMBERS,		/* struct numbers */
	FIELD_OBJECT,		/* struct object; rows describes it */
	FIELD_OBJECTS		/* struct objects; rows describes each */
};

struct numbers {
	int64_t	*at;
	size_t	 len;
};

/* A nested struct described by the row's rows, or NULL when absent. */
struct object {
	const void	*at;
};

/* An array of such structs. */
struct objects {
	const void	*at;
	size_t		 len;
};

struct field {
	const char		*name;
	enum field_type		 type;
	size_t			 offset;	/* in the struct */
	const char		*meaning;	/* the schema's description */
	bool			 required;
	bool			 present;	/* written even if 0 or false */
	bool			 hollow;	/* a list of texts that has a
						 * place is written even if
						 * it is empty */
	bool			 bare;		/* schema without inner rows
						 * or the preset; a list as one
						 * text */
	int64_t			 least;		/* number, characters, items */
	int64_t			 most;		/* likewise; 0: the default */
	int64_t			 otherwise;	/* default number or bool */
	const char		*preset;	/* default text */
	const char		*like;		/* an earlier row of the same
						 * struct whose text this one
						 * has where it is absent */
	const char *const	*words;		/* the only texts allowed */
	bool			 packed;	/* a list of words as a number
						 * with a bit for each; absent:
						 * those of otherwise */
	const struct field	*rows;		/* of an object */
	size_t			 size;		/* of the object's struct */
};

enum {
	FIELD_TEXT_MOST = 100000,	/* characters, where a row says 0 */
	FIELD_ITEMS_MOST = 100		/* items, where a row says 0 */
};

/* A number that is not written though its row says present. */
#define FIELD_ABSENT	INT64_MIN

#define FIELD_TYPE(s, m) _Generic(((s *)0)->m,		\
	const char *: FIELD_TEXT,			\
	int64_t: FIELD_NUMBER,				\
	bool: FIELD_BOOL,				\
	struct texts: FIELD_TEXTS,			\
	struct numbers: FIELD_NUMBERS,			\
	struct object: FIELD_OBJECT,			\
	struct objects: FIELD_OBJECTS)

#define FIELD(s, m)	.name = #m, .type = FIELD_TYPE(s, m), \
	.offset = offsetof(s, m)
/* The same under another name, as short ones in tokens. */
#define FIELD_AS(s, m, n) .name = (n), .type = FIELD_TYPE(s, m), \
	.offset = offsetof(s, m)
#define FIELD_END	.name = NULL

/*
 * How forgiving reading is.  LENIENT is for what a model writes: "5" for a
 * number, "true" for a bool, one text for a list, "a, b" or "[\"a\"]" for a
 * list, null for absent; what is ambiguous is refused with an example.
 * STRICT is for our own tokens: exact types, no unknown member, no null.
 * LOOSE is for documents of others (RFC 7591 metadata): exact types, unknown
 * members ignored, null is absent.
 */
enum field_mode { FIELD_LENIENT, FIELD_STRICT, FIELD_LOOSE };

/*
 * Fills the struct at out (zeroed before) from a JSON object, NULL meaning an
 * empty one.  FAULT_ARGUMENT names the row, what is wrong, and what would be
 * right; a required row that is absent, a value over its limits, and in
 * LENIENT and STRICT mode an unknown member (with the name that was meant, or
 * all there are) are refused.
 */
const struct fault	*field_read(struct arena *arena,
			    const struct field *rows, const struct json *json,
			    enum field_mode mode, void *out);

/* A name and a value of a form or query. */
struct pair {
	const char	*name;
	const char	*value;
};

struct pairs {
	struct pair	*at;
	size_t		 len;
};

/*
 * Fills the struct from a form or query: texts, numbers and bools only;
 * unknown names are ignored and an empty value is an absent one (OAuth 2.1).
 * A name of a row that comes twice is FAULT_REQUEST; a list row takes each
 * occurrence as one item.
 */
const struct fault	*field_read_form(struct arena *arena,
			    const struct field *rows, struct pairs pairs,
			    void *out);

/* Writes the members of the struct into the object the writer is in. Absent
 * (NULL, empty, and unless the row says present 0, or for a bool what it is
 * otherwise) is left out. */
void			 field_write(struct json_writer *writer,
			    const struct field *rows, const void *from);

/* The row of that name, or NULL. */
const struct field	*field_find(const struct field *rows, const char *name);

#endif
