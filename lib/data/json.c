#include "data/json.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include <json-c/json.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/text.h"
#include "data/json_check.h"

/*
 * struct json is never defined: a value of a tree is json-c's own object.
 * JSON's null is json-c's NULL pointer, so it needs a stand-in here.
 */
static const char	 null_stand_in;

static const struct json *
outward(struct json_object *object)
{
	if (object == NULL)
		return (const struct json *)(const void *)&null_stand_in;
	return (const struct json *)(const void *)object;
}

/* json-c's readers want a pointer to what they do not change. */
static struct json_object *
inward(const struct json *json)
{
	if ((const void *)json == &null_stand_in)
		return NULL;
	return (struct json_object *)(uintptr_t)json;
}

static void
release(void *object)
{
	json_object_put(object);
}

/* How many members the objects of the tree have, all together. */
static size_t
count_members(struct json_object *object)
{
	struct json_object_iterator	 at, end;
	size_t				 count, i, len;

	count = 0;
	if (json_object_is_type(object, json_type_object)) {
		at = json_object_iter_begin(object);
		end = json_object_iter_end(object);
		for (; !json_object_iter_equal(&at, &end);
		    json_object_iter_next(&at))
			count += 1 + count_members(
			    json_object_iter_peek_value(&at));
	} else if (json_object_is_type(object, json_type_array)) {
		len = json_object_array_length(object);
		for (i = 0; i < len; i++)
			count += count_members(
			    json_object_array_get_idx(object, i));
	}
	return count;
}

/*
 * The grammar is checked first (json_check.h), since json-c is lenient in
 * places; of members with one name json-c keeps the last, which shows as a
 * tree with fewer members than the text had.
 */
const struct fault *
json_read(struct arena *arena, struct bytes text, enum json_keys keys,
    const struct json **json)
{
	const struct fault	*bad;
	struct json_tokener	*tokener;
	struct json_object	*object;
	size_t			 members;
	enum json_tokener_error	 error;

	if ((bad = json_check(arena, text, &members)) != NULL)
		return bad;
	if (text.len > INT32_MAX)
		return fault_make(arena, FAULT_PARSE, "the JSON is too long");
	if ((tokener = json_tokener_new_ex(JSON_DEPTH + 1)) == NULL)
		return fault_make(arena, FAULT_INTERNAL, "no JSON tokener");
	object = json_tokener_parse_ex(tokener, (const char *)text.at,
	    (int)text.len);
	error = json_tokener_get_error(tokener);
	if (error == json_tokener_continue && object == NULL) {
		/* A number at the very end waits for one byte more. */
		object = json_tokener_parse_ex(tokener, "", 1);
		error = json_tokener_get_error(tokener);
	}
	json_tokener_free(tokener);
	if (object != NULL)
		arena_defer(arena, release, object);
	if (error != json_tokener_success)
		return fault_make(arena, FAULT_PARSE, "not valid JSON: %s",
		    json_tokener_error_desc(error));
	if (keys == JSON_KEYS_UNIQUE && count_members(object) != members)
		return fault_make(arena, FAULT_PARSE,
		    "not valid JSON: a member's name comes twice");
	*json = outward(object);
	return NULL;
}

enum json_kind
json_kind(const struct json *json)
{
	assert(json != NULL);
	switch (json_object_get_type(inward(json))) {
	case json_type_boolean:
		return JSON_BOOL;
	case json_type_double:
	case json_type_int:
		return JSON_NUMBER;
	case json_type_string:
		return JSON_TEXT;
	case json_type_array:
		return JSON_ARRAY;
	case json_type_object:
		return JSON_OBJECT;
	case json_type_null:
		break;
	}
	return JSON_NULL;
}

size_t
json_count(const struct json *json)
{
	if (json == NULL)
		return 0;
	if (json_kind(json) == JSON_ARRAY)
		return json_object_array_length(inward(json));
	if (json_kind(json) == JSON_OBJECT)
		return (size_t)json_object_object_length(inward(json));
	return 0;
}

const struct json *
json_member(const struct json *json, const char *name)
{
	struct json_object	*member;

	if (json == NULL || json_kind(json) != JSON_OBJECT ||
	    !json_object_object_get_ex(inward(json), name, &member))
		return NULL;
	return outward(member);
}

const struct json *
json_element(const struct json *json, size_t i)
{
	if (json == NULL || json_kind(json) != JSON_ARRAY ||
	    i >= json_count(json))
		return NULL;
	return outward(json_object_array_get_idx(inward(json), i));
}

const char *
json_name(const struct json *json, size_t i)
{
	struct json_object_iterator	 at;

	if (json == NULL || json_kind(json) != JSON_OBJECT ||
	    i >= json_count(json))
		return NULL;
	at = json_object_iter_begin(inward(json));
	for (; i > 0; i--)
		json_object_iter_next(&at);
	return json_object_iter_peek_name(&at);
}

const char *
json_text(const struct json *json)
{
	if (json == NULL || json_kind(json) != JSON_TEXT)
		return NULL;
	return json_object_get_string(inward(json));
}

bool
json_integer(const struct json *json, int64_t *number)
{
	struct json_object	*object;
	const char		*text;
	uint64_t		 magnitude;

	if (json == NULL)
		return false;
	object = inward(json);
	if (!json_object_is_type(object, json_type_int))
		return false;
	/* json-c clamps what is out of range: compare what it prints. */
	text = json_object_to_json_string(object);
	if (*text == '-')
		text++;
	if (!text_number(bytes_of(text), INT64_MAX, &magnitude) ||
	    magnitude == INT64_MAX)
		return false;
	*number = json_object_get_int64(object);
	return true;
}

bool
json_true(const struct json *json)
{
	return json != NULL && json_kind(json) == JSON_BOOL &&
	    json_object_get_boolean(inward(json));
}

const char *
json_print(struct arena *arena, const struct json *json)
{
	return arena_text(arena, json_object_to_json_string_ext(inward(json),
	    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
}
