#include "mail/likeness.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"

struct words {
	struct bytes	*at;
	size_t		 len;
};

/* Letters and digits; of characters outside ASCII all bytes. */
static bool
is_word_byte(unsigned char byte)
{
	return text_is_alnum(byte) || byte >= 0x80;
}

static bool
starts_url(struct bytes rest)
{
	return bytes_is_case(bytes_slice(rest, 0, 7), "http://") ||
	    bytes_is_case(bytes_slice(rest, 0, 8), "https://");
}

/* The words of a lower-case text, in order. */
static struct words
split(struct arena *arena, const char *text, bool urls)
{
	struct bytes	 rest = bytes_of(text);
	struct words	 words = { 0 };
	size_t		 len;

	words.at = arena_array(arena, rest.len / LIKENESS_WORD_BYTES + 1,
	    sizeof(*words.at));
	while (rest.len > 0) {
		for (len = 0; len < rest.len && is_word_byte(rest.at[len]);
		    len++)
			continue;
		if (!urls && starts_url(rest))
			while (len < rest.len &&
			    !text_is_space(rest.at[len]))
				len++;
		else if (len >= LIKENESS_WORD_BYTES)
			words.at[words.len++] = bytes_slice(rest, 0, len);
		rest = bytes_slice(rest, len > 0 ? len : 1, rest.len);
	}
	return words;
}

static int
compare(const void *a, const void *b)
{
	const struct bytes	*first = a, *second = b;
	size_t			 len;
	int			 order;

	len = first->len < second->len ? first->len : second->len;
	if ((order = memcmp(first->at, second->at, len)) != 0)
		return order;
	return (first->len > second->len) - (first->len < second->len);
}

bool
likeness_differs(struct arena *arena, const char *plain, const char *shown)
{
	struct words	 said, seen;
	size_t		 i, missing, row;

	said = split(arena, text_lower_copy(arena, plain), false);
	seen = split(arena, text_lower_copy(arena, shown), true);
	if (said.len == 0)
		return false;
	qsort(seen.at, seen.len, sizeof(*seen.at), compare);
	for (i = missing = row = 0; i < said.len; i++) {
		if (bsearch(&said.at[i], seen.at, seen.len, sizeof(*seen.at),
		    compare) != NULL) {
			row = 0;
			continue;
		}
		missing++;
		if (++row >= LIKENESS_ROW)
			return true;
	}
	return missing >= LIKENESS_FEW && missing * 3 > said.len;
}
