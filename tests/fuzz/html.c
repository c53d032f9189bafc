#include "fuzz.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "data/utf8.h"
#include "mail/html_safe.h"

enum { MARKDOWN = 1, SHORT = 2, SHORT_BYTES = 50 };

/* The first byte chooses how; the rest is HTML.  Out comes UTF-8. */
int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct html_options	 options = { 0 };
	struct html_text	 result;
	struct html_safe	 safe;
	const char		*text;
	struct arena		*arena;

	if (len == 0)
		return 0;
	arena = arena_open();
	options.markdown = (at[0] & MARKDOWN) != 0;
	options.most = (at[0] & SHORT) != 0 ? SHORT_BYTES : 0;
	text = utf8_clean(arena, bytes_from(at + 1, len - 1));
	html_to_text(arena, text, &options, &result);
	assert(utf8_is_valid(bytes_of(result.text)));
	html_safe(arena, text, options.most, &safe);
	assert(utf8_is_valid(bytes_of(safe.shown.text)));
	assert(strstr(safe.shown.text, "<script") == NULL);
	assert(strstr(safe.shown.text, "<!--") == NULL);
	arena_close(arena);
	return 0;
}
