#include "data/json_canonical.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "data/json.h"

static int
compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char **
sorted_names(struct arena *arena, const struct json *json)
{
	const char	**names;
	size_t		 i, len = json_count(json);

	names = arena_array(arena, len + 1, sizeof(*names));
	for (i = 0; i < len; i++)
		names[i] = json_name(json, i);
	qsort(names, len, sizeof(*names), compare);
	return names;
}

/* As deep as what was read may be: JSON_DEPTH. */
static void
put(struct arena *arena, struct json_writer *writer, const char *key,
    const struct json *json)
{
	const char	**names;
	size_t		 i;

	switch (json_kind(json)) {
	case JSON_OBJECT:
		names = sorted_names(arena, json);
		json_open_object(writer, key);
		for (i = 0; names[i] != NULL; i++)
			put(arena, writer, names[i],
			    json_member(json, names[i]));
		json_close_object(writer);
		return;
	case JSON_ARRAY:
		json_open_array(writer, key);
		for (i = 0; i < json_count(json); i++)
			put(arena, writer, NULL, json_element(json, i));
		json_close_array(writer);
		return;
	default:
		json_put_raw(writer, key, bytes_of(json_print(arena, json)));
	}
}

const char *
json_canonical(struct arena *arena, const struct json *json,
    const char *without)
{
	struct json_writer	 writer;
	struct buf		 buf;
	const char		**names;
	size_t			 i;

	buf_start(&buf, arena);
	json_start(&writer, &buf);
	if (json != NULL && json_kind(json) != JSON_OBJECT) {
		put(arena, &writer, NULL, json);
		return buf_string(&buf);
	}
	names = sorted_names(arena, json);
	json_open_object(&writer, NULL);
	for (i = 0; names[i] != NULL; i++)
		if (without == NULL || !text_equal(names[i], without))
			put(arena, &writer, names[i],
			    json_member(json, names[i]));
	json_close_object(&writer);
	return buf_string(&buf);
}
