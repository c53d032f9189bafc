#include "mcp/excerpt.h"

#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "data/utf8.h"
#include "mail/header.h"

#define ELLIPSIS	"\xe2\x80\xa6"

/* Controls but TAB and LF are gone by now; those take \uXXXX if not. */
static size_t
cost_of(uint32_t character)
{
	if (character == '"' || character == '\\' || character == '\n' ||
	    character == '\t')
		return 2;
	return character < ' ' ? 6 : 1;
}

size_t
excerpt_cost(const char *text)
{
	size_t		 cost;
	unsigned char	 byte;

	if (text == NULL)
		return 0;
	/* What goes on a character begun costs no more. */
	for (cost = 0; (byte = (unsigned char)*text) != '\0'; text++)
		if (byte > '\\')
			cost += (byte & 0xC0) != 0x80;
		else
			cost += cost_of(byte);
	return cost;
}

struct excerpt
excerpt_take(struct arena *arena, const char *text, size_t offset,
    size_t most, size_t budget)
{
	struct excerpt	 excerpt = { .total = utf8_count(text) };
	struct bytes	 bytes;
	size_t		 at, start, n, cost, before;

	bytes = bytes_of(text);
	at = start = utf8_offset(text, offset);
	for (n = cost = 0; at < bytes.len && n < most; n++) {
		before = at;
		cost += cost_of(utf8_next(bytes, &at));
		if (cost > budget) {
			at = before;
			break;
		}
	}
	excerpt.text = bytes_text(arena,
	    bytes_slice(bytes, start, at - start));
	if (at < bytes.len)
		excerpt.next = offset + n;
	return excerpt;
}

/* The text without what is not seen, in one line; NULL where nothing is
 * left. */
static const char *
seen_line(struct arena *arena, const char *text)
{
	const char	*seen;

	if (text == NULL)
		return NULL;
	seen = utf8_is_plain(text) ? arena_text(arena, text) :
	    utf8_visible(arena, utf8_clean_line(arena, bytes_of(text)), NULL);
	while (*seen == ' ')
		seen++;
	return *seen == '\0' ? NULL : seen;
}

static const char *
cut_at(struct arena *arena, const char *text, size_t end)
{
	return text_format(arena, "%s" ELLIPSIS,
	    bytes_text(arena, bytes_slice(bytes_of(text), 0, end)));
}

const char *
excerpt_text(struct arena *arena, const char *text, size_t most)
{
	const char	*seen;
	size_t		 end;

	if ((seen = seen_line(arena, text)) == NULL)
		return NULL;
	end = utf8_offset(seen, most);
	return seen[end] == '\0' ? seen : cut_at(arena, seen, end);
}

const char *
excerpt_words(struct arena *arena, const char *text, size_t most)
{
	const char	*seen;
	size_t		 end, word;

	if ((seen = seen_line(arena, text)) == NULL)
		return NULL;
	end = utf8_offset(seen, most);
	if (seen[end] == '\0')
		return seen;
	for (word = end; word > end - end / 3; word--)
		if (seen[word] == ' ')
			return cut_at(arena, seen, word);
	return cut_at(arena, seen, end);
}

const char *
excerpt_line(struct arena *arena, const char *raw, size_t most)
{
	return excerpt_text(arena, header_decode(arena, raw), most);
}
