#include "base/bytes.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"

struct bytes
bytes_of(const char *text)
{
	return bytes_from(text, strlen(text));
}

struct bytes
bytes_from(const void *at, size_t len)
{
	return (struct bytes){ .at = at, .len = len };
}

bool
bytes_equal(struct bytes a, struct bytes b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

bool
bytes_is(struct bytes b, const char *text)
{
	return bytes_equal(b, bytes_of(text));
}

bool
bytes_equal_secret(struct bytes a, struct bytes b)
{
	volatile unsigned char	 difference;
	size_t			 i;

	if (a.len != b.len)
		return false;
	difference = 0;
	for (i = 0; i < a.len; i++)
		difference = difference | (unsigned char)(a.at[i] ^ b.at[i]);
	return difference == 0;
}

const char *
bytes_text(struct arena *arena, struct bytes b)
{
	struct buf	 buf;
	size_t		 i;

	if (b.len == 0 || memchr(b.at, '\0', b.len) == NULL)
		return arena_copy(arena, b.at, b.len);
	buf_start(&buf, arena);
	for (i = 0; i < b.len; i++)
		if (b.at[i] == '\0')
			buf_text(&buf, "\xEF\xBF\xBD");
		else
			buf_byte(&buf, b.at[i]);
	return buf_string(&buf);
}

struct bytes
bytes_slice(struct bytes b, size_t offset, size_t len)
{
	if (offset >= b.len)
		return bytes_from("", 0);
	if (len > b.len - offset)
		len = b.len - offset;
	return bytes_from(b.at + offset, len);
}

size_t
bytes_find(struct bytes b, unsigned char byte)
{
	const unsigned char	*found;

	if (b.len == 0)
		return 0;
	found = memchr(b.at, byte, b.len);
	return found == NULL ? b.len : (size_t)(found - b.at);
}
