#include "data/field.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "data/field_value.h"
#include "data/utf8.h"

enum {
	NAME_CHARS = 40,	/* of a row at most, when a name is mistyped */
	NEAR_PART = 3,		/* one letter in three may be wrong */
	PART_CHARS = 3,		/* what is shorter is a part of anything */
	FAR = 1000,
	SHOWN_CHARS = 60	/* of a name that is none */
};

const struct field *
field_find(const struct field *rows, const char *name)
{
	for (; rows->name != NULL; rows++)
		if (text_equal(rows->name, name))
			return rows;
	return NULL;
}

/* How many letters one must put in, leave out or change to make the one name
 * of the other (Levenshtein); FAR for names that are longer than ours. */
static size_t
distance(const char *from, const char *to)
{
	size_t	 row[NAME_CHARS + 1], i, j, len, before, left;

	if ((len = strlen(to)) > NAME_CHARS || strlen(from) > NAME_CHARS)
		return FAR;
	for (j = 0; j <= len; j++)
		row[j] = j;
	for (i = 1; from[i - 1] != '\0'; i++) {
		before = row[0];
		row[0] = i;
		for (j = 1; j <= len; j++) {
			left = row[j - 1] < row[j] ? row[j - 1] : row[j];
			before += from[i - 1] != to[j - 1];
			left = left + 1 < before ? left + 1 : before;
			before = row[j];
			row[j] = left;
		}
	}
	return row[len];
}

/* A name that was mistyped, or is a part of the right one or holds it; NULL
 * where none is like it, and a guess would lead astray. */
static const char *
find_near(const struct field *rows, const char *name)
{
	const char	*near = NULL;
	size_t		 least = FAR + 1, steps;

	for (; rows->name != NULL; rows++) {
		steps = distance(name, rows->name);
		if (steps > strlen(rows->name) / NEAR_PART &&
		    (strlen(name) < PART_CHARS ||
		    strlen(rows->name) < PART_CHARS ||
		    (strstr(rows->name, name) == NULL &&
		    strstr(name, rows->name) == NULL)))
			continue;
		if (steps < least) {
			least = steps;
			near = rows->name;
		}
	}
	return near;
}

static const struct fault *
unknown(struct arena *arena, const struct field *rows, const char *name)
{
	struct texts	 names = { .at = NULL };
	const char	*near, *shown;

	shown = utf8_start(arena, utf8_clean_line(arena, bytes_of(name)),
	    SHOWN_CHARS);
	if (rows->name == NULL)
		return fault_make(arena, FAULT_ARGUMENT,
		    "\"%s\": nothing is expected here", shown);
	if ((near = find_near(rows, name)) != NULL)
		return fault_make(arena, FAULT_ARGUMENT, "\"%s\" is not "
		    "known here; the nearest is \"%s\"", shown, near);
	for (; rows->name != NULL; rows++)
		texts_add(arena, &names, rows->name);
	return fault_make(arena, FAULT_ARGUMENT, "\"%s\" is not known "
	    "here; known are: %s", shown, texts_join(arena, names, ", "));
}

static void
set_absent(struct arena *arena, const struct field *row, void *at)
{
	switch (row->type) {
	case FIELD_TEXT:
		*(const char **)at = row->preset;
		break;
	case FIELD_NUMBER:
		*(int64_t *)at = row->otherwise;
		break;
	case FIELD_BOOL:
		*(bool *)at = row->otherwise != 0;
		break;
	case FIELD_TEXTS:
		if (row->packed)
			field_value_unpack(arena, row, row->otherwise, at);
		else if (row->preset != NULL)
			*(struct texts *)at = text_split(arena, row->preset,
			    " ");
		break;
	case FIELD_NUMBERS:
	case FIELD_OBJECT:
	case FIELD_OBJECTS:
		break;
	}
}

/* The text of the row that this one is like. */
static const char *
find_like(const struct field *rows, const struct field *row, const void *in)
{
	const struct field	*other;

	other = field_find(rows, row->like);
	assert(other != NULL && other < row && other->type == FIELD_TEXT);
	return *(const char *const *)(const void *)
	    ((const unsigned char *)in + other->offset);
}

static const struct fault *
absent(struct arena *arena, const struct field *rows,
    const struct field *row, void *out)
{
	unsigned char	*at = (unsigned char *)out + row->offset;

	if (row->like != NULL) {
		*(const char **)(void *)at = find_like(rows, row, out);
		return NULL;
	}
	if (row->required)
		return fault_make(arena, FAULT_ARGUMENT,
		    "%s is missing%s%s", row->name,
		    row->meaning != NULL ? ": " : "",
		    row->meaning != NULL ? row->meaning : "");
	set_absent(arena, row, at);
	return NULL;
}

static const struct fault *
check_names(struct arena *arena, const struct field *rows,
    const struct json *json)
{
	const char	*name;
	size_t		 i;

	for (i = 0; (name = json_name(json, i)) != NULL; i++)
		if (field_find(rows, name) == NULL)
			return unknown(arena, rows, name);
	return NULL;
}

const struct fault *
field_read(struct arena *arena, const struct field *rows,
    const struct json *json, enum field_mode mode, void *out)
{
	const struct field	*row;
	const struct fault	*bad;
	const struct json	*member;

	if (json != NULL && json_kind(json) != JSON_OBJECT)
		return fault_make(arena, FAULT_ARGUMENT,
		    "an object is expected");
	if (mode != FIELD_LOOSE &&
	    (bad = check_names(arena, rows, json)) != NULL)
		return bad;
	for (row = rows; row->name != NULL; row++) {
		member = json_member(json, row->name);
		if (member != NULL && mode != FIELD_STRICT &&
		    json_kind(member) == JSON_NULL)
			member = NULL;
		if (member == NULL)
			bad = absent(arena, rows, row, out);
		else
			bad = field_value_read(arena, row, member, mode,
			    (unsigned char *)out + row->offset);
		if (bad != NULL)
			return bad;
	}
	return NULL;
}

/* The value of that name, or NULL; a second one is refused unless the row is
 * a list. */
static const struct fault *
find_pair(struct arena *arena, const struct field *row, struct pairs pairs,
    const char **value)
{
	size_t	 i, seen;

	*value = NULL;
	seen = 0;
	for (i = 0; i < pairs.len; i++) {
		if (!text_equal(pairs.at[i].name, row->name))
			continue;
		if (++seen > 1)
			return fault_make(arena, FAULT_REQUEST,
			    "OAuth 2.1: the parameter %s comes twice",
			    row->name);
		if (!text_is_empty(pairs.at[i].value))
			*value = pairs.at[i].value;
	}
	return NULL;
}

static void
read_list(struct arena *arena, const struct field *row, struct pairs pairs,
    struct texts *texts)
{
	size_t	 i;

	for (i = 0; i < pairs.len; i++)
		if (text_equal(pairs.at[i].name, row->name) &&
		    !text_is_empty(pairs.at[i].value))
			texts_add(arena, texts, pairs.at[i].value);
}

const struct fault *
field_read_form(struct arena *arena, const struct field *rows,
    struct pairs pairs, void *out)
{
	const struct field	*row;
	const struct fault	*bad;
	const char		*value;
	unsigned char		*at;

	for (row = rows; row->name != NULL; row++) {
		at = (unsigned char *)out + row->offset;
		if (row->type == FIELD_TEXTS) {
			read_list(arena, row, pairs,
			    (struct texts *)(void *)at);
			continue;
		}
		if ((bad = find_pair(arena, row, pairs, &value)) != NULL)
			return bad;
		if (value == NULL)
			bad = absent(arena, rows, row, out);
		else
			bad = field_value_read_text(arena, row, value, at);
		if (bad != NULL)
			return bad;
	}
	return NULL;
}

static void
write_objects(struct json_writer *writer, const struct field *row,
    struct objects objects)
{
	size_t	 i;

	json_open_array(writer, row->name);
	for (i = 0; i < objects.len; i++) {
		json_open_object(writer, NULL);
		field_write(writer, row->rows,
		    (const unsigned char *)objects.at + i * row->size);
		json_close_object(writer);
	}
	json_close_array(writer);
}

/* The number that stands for a list of words. */
static void
write_packed(struct json_writer *writer, const struct field *row,
    struct texts texts)
{
	int64_t	 number = 0;
	size_t	 i, known = 0;

	for (i = 0; row->words[i] != NULL; i++)
		if (texts_have(texts, row->words[i])) {
			number |= INT64_C(1) << i;
			known++;
		}
	assert(known == texts.len);
	if (number != row->otherwise)
		json_put_number(writer, row->name, number);
}

static void
write_lists(struct json_writer *writer, const struct field *row,
    const void *at)
{
	struct numbers	 numbers;
	struct texts	 texts;
	size_t		 i;

	if (row->type == FIELD_TEXTS) {
		texts = *(const struct texts *)at;
		if (row->packed) {
			write_packed(writer, row, texts);
			return;
		}
		if (texts.len == 0 && !row->present &&
		    !(row->hollow && texts.at != NULL))
			return;
		json_open_array(writer, row->name);
		for (i = 0; i < texts.len; i++)
			json_put_text(writer, NULL, texts.at[i]);
	} else {
		numbers = *(const struct numbers *)at;
		if (numbers.len == 0 && !row->present)
			return;
		json_open_array(writer, row->name);
		for (i = 0; i < numbers.len; i++)
			json_put_number(writer, NULL, numbers.at[i]);
	}
	json_close_array(writer);
}

static void
write_row(struct json_writer *writer, const struct field *row, const void *at)
{
	const struct object	*object;
	int64_t			 number;

	switch (row->type) {
	case FIELD_TEXT:
		json_put_text(writer, row->name, *(const char *const *)at);
		break;
	case FIELD_NUMBER:
		number = *(const int64_t *)at;
		if (number != FIELD_ABSENT && (row->present || number != 0))
			json_put_number(writer, row->name, number);
		break;
	case FIELD_BOOL:
		if (row->present ||
		    *(const bool *)at != (row->otherwise != 0))
			json_put_bool(writer, row->name, *(const bool *)at);
		break;
	case FIELD_TEXTS:
	case FIELD_NUMBERS:
		write_lists(writer, row, at);
		break;
	case FIELD_OBJECT:
		object = at;
		if (object->at == NULL)
			break;
		json_open_object(writer, row->name);
		field_write(writer, row->rows, object->at);
		json_close_object(writer);
		break;
	case FIELD_OBJECTS:
		if (row->present || ((const struct objects *)at)->len > 0)
			write_objects(writer, row,
			    *(const struct objects *)at);
		break;
	}
}

void
field_write(struct json_writer *writer, const struct field *rows,
    const void *from)
{
	const struct field	*row;
	const void		*at;
	const char		*text;

	for (row = rows; row->name != NULL; row++) {
		at = (const unsigned char *)from + row->offset;
		text = row->like == NULL ? NULL : find_like(rows, row, from);
		if (text == NULL || *(const char *const *)at == NULL ||
		    !text_equal(text, *(const char *const *)at))
			write_row(writer, row, at);
	}
}
