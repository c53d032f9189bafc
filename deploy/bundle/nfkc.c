#include "data/nfkc.h"

#include <string.h>
#include <uninorm.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/text.h"

/* In place of lib/data/nfkc.c, for what has libunistring inside. */
const char *
nfkc_text(struct arena *arena, const char *text)
{
	uint8_t	*room;
	size_t	 len;

	if (text_is_ascii(text))
		return text;
	len = strlen(text) * NFKC_GROWS;
	room = arena_take(arena, len);
	if (u8_normalize(UNINORM_NFKC, (const uint8_t *)text, strlen(text),
	    room, &len) != room)
		return NULL;
	return bytes_text(arena, bytes_from(room, len));
}
