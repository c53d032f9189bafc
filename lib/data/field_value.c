#include "data/field_value.h"

#include <assert.h>
#include <inttypes.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "data/utf8.h"

static int64_t
most_of(const struct field *row, int64_t otherwise)
{
	return row->most != 0 ? row->most : otherwise;
}

static const struct fault *
wrong(struct arena *arena, const struct field *row, const char *right)
{
	return fault_make(arena, FAULT_ARGUMENT, "%s must be %s", row->name,
	    right);
}

static const struct fault *
check_words(struct arena *arena, const struct field *row, const char *text)
{
	struct texts	 words = { 0 };
	size_t		 i;

	for (i = 0; row->words[i] != NULL; i++) {
		if (text_equal(row->words[i], text))
			return NULL;
		texts_add(arena, &words, row->words[i]);
	}
	return wrong(arena, row, text_format(arena, "one of: %s",
	    texts_join(arena, words, ", ")));
}

static const struct fault *
check_text(struct arena *arena, const struct field *row, const char *text)
{
	int64_t	 count, most;
	bool	 list;

	list = row->type == FIELD_TEXTS;
	count = (int64_t)utf8_count(text);
	most = list ? FIELD_TEXT_MOST : most_of(row, FIELD_TEXT_MOST);
	if (count > most)
		return wrong(arena, row, text_format(arena,
		    "at most %" PRId64 " characters long", most));
	if (!list && count < row->least)
		return wrong(arena, row, row->least == 1 ? "no empty text" :
		    text_format(arena, "at least %" PRId64 " characters long",
		    row->least));
	return row->words == NULL ? NULL : check_words(arena, row, text);
}

static const struct fault *
check_number(struct arena *arena, const struct field *row, int64_t number)
{
	int64_t	 most;

	most = most_of(row, UINT32_MAX);
	if (number >= row->least && number <= most)
		return NULL;
	return wrong(arena, row, text_format(arena,
	    "a whole number from %" PRId64 " to %" PRId64, row->least, most));
}

/* A whole number, or in lenient mode its decimal text. */
static bool
read_integer(const struct json *json, enum field_mode mode, int64_t *number)
{
	const char	*text;
	uint64_t	 value;
	bool		 minus;

	if (json_integer(json, number))
		return true;
	if (mode != FIELD_LENIENT || (text = json_text(json)) == NULL)
		return false;
	minus = text[0] == '-';
	if (!text_number(bytes_of(text + (minus ? 1 : 0)), INT64_MAX, &value))
		return false;
	*number = minus ? -(int64_t)value : (int64_t)value;
	return true;
}

static const struct fault *
read_number(struct arena *arena, const struct field *row,
    const struct json *json, enum field_mode mode, int64_t *number)
{
	if (!read_integer(json, mode, number))
		return wrong(arena, row, "a whole number, such as 5");
	return check_number(arena, row, *number);
}

static const struct fault *
read_bool(struct arena *arena, const struct field *row,
    const struct json *json, enum field_mode mode, bool *is)
{
	const char	*text;

	text = mode == FIELD_LENIENT ? json_text(json) : NULL;
	*is = json_true(json) || (text != NULL && text_equal(text, "true"));
	if (json_kind(json) == JSON_BOOL || *is ||
	    (text != NULL && text_equal(text, "false")))
		return NULL;
	return wrong(arena, row, "true or false");
}

static const struct fault *
read_text(struct arena *arena, const struct field *row,
    const struct json *json, enum field_mode mode, const char **text)
{
	int64_t	 number;

	*text = json_text(json);
	if (*text == NULL && mode == FIELD_LENIENT &&
	    json_integer(json, &number))
		*text = text_format(arena, "%" PRId64, number);
	if (*text == NULL)
		return wrong(arena, row, "a text");
	return check_text(arena, row, *text);
}

/*
 * A list that a caller wrote as one text: "[\"a\"]" is JSON inside a text,
 * "a, b" is split at commas, "" is empty.  A text with a quote and a comma
 * ("Doe, Jane" <jane@example.org>) may be one item or two, and is kept whole:
 * address lists know their own grammar.
 */
static struct texts
split_list(struct arena *arena, const char *text)
{
	struct texts	 texts = { 0 }, parts;
	struct bytes	 part;
	size_t		 i;

	if (bytes_find(bytes_of(text), '"') < bytes_of(text).len) {
		texts_add(arena, &texts, text);
		return texts;
	}
	parts = text_split(arena, text, ",");
	for (i = 0; i < parts.len; i++) {
		part = bytes_trim(bytes_of(parts.at[i]));
		if (part.len > 0)
			texts_add(arena, &texts, bytes_text(arena, part));
	}
	return texts;
}

/* The JSON array meant by the value: itself, or written inside a text. */
static const struct json *
find_array(struct arena *arena, const struct json *json, enum field_mode mode)
{
	const struct json	*inner;
	const char		*text;

	if (json_kind(json) == JSON_ARRAY)
		return json;
	if (mode != FIELD_LENIENT || (text = json_text(json)) == NULL ||
	    (text[0] != '[' && text[0] != '{') || json_read(arena,
	    bytes_of(text), JSON_KEYS_UNIQUE, &inner) != NULL)
		return NULL;
	return json_kind(inner) == JSON_ARRAY ? inner : NULL;
}

static const struct fault *
check_count(struct arena *arena, const struct field *row, size_t count)
{
	int64_t	 most;

	most = most_of(row, FIELD_ITEMS_MOST);
	if ((int64_t)count > most)
		return wrong(arena, row, text_format(arena,
		    "at most %" PRId64 " items", most));
	if ((int64_t)count < row->least)
		return wrong(arena, row, text_format(arena,
		    "at least %" PRId64 " item", row->least));
	return NULL;
}

static const struct fault *
read_texts(struct arena *arena, const struct field *row,
    const struct json *json, enum field_mode mode, struct texts *texts)
{
	const struct fault	*bad;
	const struct json	*array;
	const char		*text;
	size_t			 i;

	if ((array = find_array(arena, json, mode)) != NULL) {
		for (i = 0; i < json_count(array); i++) {
			text = json_text(json_element(array, i));
			if (text == NULL)
				return wrong(arena, row,
				    "a list of texts, such as [\"a\"]");
			texts_add(arena, texts, text);
		}
	} else if (mode == FIELD_LENIENT && json_text(json) != NULL) {
		*texts = split_list(arena, json_text(json));
	} else {
		return wrong(arena, row, "a list of texts, such as [\"a\"]");
	}
	for (i = 0; i < texts->len; i++)
		if ((bad = check_text(arena, row, texts->at[i])) != NULL)
			return bad;
	return check_count(arena, row, texts->len);
}

void
field_value_unpack(struct arena *arena, const struct field *row,
    int64_t number, struct texts *texts)
{
	size_t	 i;

	for (i = 0; row->words[i] != NULL; i++)
		if ((number >> i & 1) != 0)
			texts_add(arena, texts, row->words[i]);
}

static const struct fault *
read_packed(struct arena *arena, const struct field *row,
    const struct json *json, struct texts *texts)
{
	int64_t	 number;
	size_t	 count = 0;

	while (row->words[count] != NULL)
		count++;
	if (!json_integer(json, &number) || number < 0 ||
	    number >> count != 0)
		return wrong(arena, row, "a number of known words");
	field_value_unpack(arena, row, number, texts);
	return NULL;
}

static const struct fault *
read_number_texts(struct arena *arena, const struct field *row,
    const char *text, struct numbers *numbers)
{
	struct texts	 parts;
	uint64_t	 value;
	size_t		 i;

	parts = split_list(arena, text);
	numbers->at = arena_array(arena, parts.len, sizeof(*numbers->at));
	for (i = 0; i < parts.len; i++) {
		if (!text_number(bytes_of(parts.at[i]), INT64_MAX, &value))
			return wrong(arena, row,
			    "a list of numbers, such as [1, 2]");
		numbers->at[numbers->len++] = (int64_t)value;
	}
	return NULL;
}

static const struct fault *
read_numbers(struct arena *arena, const struct field *row,
    const struct json *json, enum field_mode mode, struct numbers *numbers)
{
	static const char	 right[] = "a list of numbers, such as [1, 2]";
	const struct fault	*bad;
	const struct json	*array;
	size_t			 i;

	bad = NULL;
	if ((array = find_array(arena, json, mode)) != NULL) {
		numbers->at = arena_array(arena, json_count(array),
		    sizeof(*numbers->at));
		for (i = 0; i < json_count(array); i++)
			if (!read_integer(json_element(array, i), mode,
			    &numbers->at[numbers->len++]))
				return wrong(arena, row, right);
	} else if (mode == FIELD_LENIENT && json_text(json) != NULL) {
		bad = read_number_texts(arena, row, json_text(json), numbers);
	} else if (mode == FIELD_LENIENT) {
		numbers->at = arena_take(arena, sizeof(*numbers->at));
		if (!json_integer(json, &numbers->at[numbers->len++]))
			return wrong(arena, row, right);
	} else {
		return wrong(arena, row, right);
	}
	for (i = 0; i < numbers->len && bad == NULL; i++)
		if (numbers->at[i] < 1 || numbers->at[i] > UINT32_MAX)
			bad = wrong(arena, row,
			    "numbers from 1 to 4294967295");
	return bad != NULL ? bad : check_count(arena, row, numbers->len);
}

/* A fault inside an object also says in which. */
static const struct fault *
read_object(struct arena *arena, const struct field *row,
    const struct json *json, enum field_mode mode, void *out)
{
	const struct fault	*bad;

	if ((bad = field_read(arena, row->rows, json, mode, out)) == NULL)
		return NULL;
	return fault_make(arena, bad->kind, "in %s: %s", row->name,
	    bad->detail);
}

static const struct fault *
read_objects(struct arena *arena, const struct field *row,
    const struct json *json, enum field_mode mode, struct objects *objects)
{
	const struct fault	*bad;
	const struct json	*array;
	unsigned char		*at;
	size_t			 i;

	assert(row->rows != NULL && row->size > 0);
	array = find_array(arena, json, mode);
	if (array == NULL)
		return wrong(arena, row, "a list of objects");
	if ((bad = check_count(arena, row, json_count(array))) != NULL)
		return bad;
	at = arena_array(arena, json_count(array), row->size);
	for (i = 0; i < json_count(array); i++)
		if ((bad = read_object(arena, row, json_element(array, i),
		    mode, at + i * row->size)) != NULL)
			return bad;
	objects->at = at;
	objects->len = json_count(array);
	return NULL;
}

const struct fault *
field_value_read(struct arena *arena, const struct field *row,
    const struct json *json, enum field_mode mode, void *at)
{
	struct object	*object;
	void		*inner;

	switch (row->type) {
	case FIELD_TEXT:
		return read_text(arena, row, json, mode, at);
	case FIELD_NUMBER:
		return read_number(arena, row, json, mode, at);
	case FIELD_BOOL:
		return read_bool(arena, row, json, mode, at);
	case FIELD_TEXTS:
		return row->packed && json_kind(json) == JSON_NUMBER ?
		    read_packed(arena, row, json, at) :
		    read_texts(arena, row, json, mode, at);
	case FIELD_NUMBERS:
		return read_numbers(arena, row, json, mode, at);
	case FIELD_OBJECTS:
		return read_objects(arena, row, json, mode, at);
	case FIELD_OBJECT:
		break;
	}
	assert(row->rows != NULL && row->size > 0);
	object = at;
	object->at = inner = arena_take(arena, row->size);
	return read_object(arena, row, json, mode, inner);
}

const struct fault *
field_value_read_text(struct arena *arena, const struct field *row,
    const char *text, void *at)
{
	const struct fault	*bad;
	uint64_t		 number;

	switch (row->type) {
	case FIELD_TEXT:
		bad = check_text(arena, row, text);
		*(const char **)at = text;
		break;
	case FIELD_NUMBER:
		if (!text_number(bytes_of(text), INT64_MAX, &number))
			return wrong(arena, row, "a whole number");
		*(int64_t *)at = (int64_t)number;
		bad = check_number(arena, row, (int64_t)number);
		break;
	case FIELD_BOOL:
		*(bool *)at = text_equal(text, "true") ||
		    text_equal(text, "on") || text_equal(text, "1");
		bad = NULL;
		break;
	default:
		assert(false && "a form has texts, numbers, bools");
		return NULL;
	}
	return bad;
}
