#include "net/fetch_head.h"

#include "base/arena.h"

/* field-line = field-name ":" OWS field-value OWS, RFC 9112 5. */
bool
fetch_head_is(struct arena *arena, struct bytes line, const char *name,
    const char **value)
{
	size_t	 len = bytes_find(line, ':');

	if (!bytes_is_case(bytes_slice(line, 0, len), name))
		return false;
	*value = bytes_text(arena, bytes_trim(bytes_slice(line, len + 1,
	    line.len)));
	return true;
}

const char *
fetch_head_find(struct arena *arena, const struct fetched *fetched,
    const char *name)
{
	const char	*value;
	size_t		 i;

	for (i = 0; i < fetched->head.len; i++)
		if (fetch_head_is(arena, bytes_of(fetched->head.at[i]), name,
		    &value))
			return value;
	return NULL;
}
