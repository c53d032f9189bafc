#include "oauth/document_cache.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/shelf.h"
#include "base/text.h"
#include "crypt/digest.h"
#include "oauth/document.h"

enum { HEAD_BYTES = 1024 };	/* at most, before the document */

static const char *
hash(struct arena *arena, const char *text)
{
	return digest_hex(arena, digest(arena, DIGEST_SHA256,
	    bytes_of(text)));
}

static const char *
file_of(struct arena *arena, const char *url)
{
	return text_format(arena, "document-%.2s", hash(arena, url));
}

/* The line before the document. */
static const char *
head_of(struct arena *arena, int64_t ends, const char *url,
    struct bytes text)
{
	struct buf	 buf;

	buf_start(&buf, arena);
	buf_format(&buf, "%lld %s ", (long long)ends, url);
	buf_bytes(&buf, text);
	return text_format(arena, "%s %lld %s\n",
	    digest_hex(arena, digest(arena, DIGEST_SHA256, buf_view(&buf))),
	    (long long)ends, url);
}

bool
document_cache_read(struct arena *arena, const struct config *config,
    const char *url, struct bytes *text)
{
	struct bytes	 whole, head;
	struct texts	 words;
	uint64_t	 ends;
	size_t		 line;

	if (!shelf_read(arena, config->run_dir, file_of(arena, url),
	    DOCUMENT_BYTES + HEAD_BYTES, &whole))
		return false;
	line = bytes_find(whole, '\n');
	head = bytes_slice(whole, 0, line + 1);
	*text = bytes_slice(whole, line + 1, whole.len);
	words = text_split(arena, bytes_text(arena, head), " \n");
	return words.len == 3 &&
	    text_number(bytes_of(words.at[1]), INT64_MAX, &ends) &&
	    (int64_t)ends > clock_now() &&
	    (int64_t)ends <= clock_now() + DOCUMENT_MOST_SECONDS &&
	    bytes_is(head, head_of(arena, (int64_t)ends, url, *text));
}

/* RFC 9111 5.2.2, of which we need two. */
int64_t
document_cache_seconds(struct arena *arena, const char *cache_control)
{
	struct texts	 words;
	uint64_t	 seconds = DOCUMENT_USUAL_SECONDS;
	size_t		 i;

	if (cache_control == NULL)
		return (int64_t)seconds;
	words = text_split(arena, text_lower_copy(arena, cache_control),
	    ", \t");
	for (i = 0; i < words.len; i++) {
		if (text_equal(words.at[i], "no-store") ||
		    text_equal(words.at[i], "no-cache"))
			return DOCUMENT_LEAST_SECONDS;
		if (text_starts(words.at[i], "max-age="))
			text_number(bytes_of(words.at[i] +
			    strlen("max-age=")), INT64_MAX, &seconds);
	}
	if (seconds < DOCUMENT_LEAST_SECONDS)
		return DOCUMENT_LEAST_SECONDS;
	return seconds > DOCUMENT_MOST_SECONDS ? DOCUMENT_MOST_SECONDS :
	    (int64_t)seconds;
}

void
document_cache_keep(struct arena *arena, const struct config *config,
    const char *url, struct bytes text, const char *cache_control)
{
	struct buf	 buf;

	buf_start(&buf, arena);
	buf_text(&buf, head_of(arena, clock_now() +
	    document_cache_seconds(arena, cache_control), url, text));
	buf_bytes(&buf, text);
	shelf_write(arena, config->run_dir, file_of(arena, url),
	    buf_view(&buf));
}
