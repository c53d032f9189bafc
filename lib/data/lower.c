#include "data/lower.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "data/utf8.h"

/* Capitals in a row: all of them, or each second one, the first included. */
struct capitals {
	uint32_t	 first, last;
	uint32_t	 away;		/* how far their small letters are */
	bool		 second;
};

static const struct capitals	 capitals[] = {
	{ 'A', 'Z', 32, false },
	{ 0xC0, 0xD6, 32, false },
	{ 0xD8, 0xDE, 32, false },
	{ 0x100, 0x12E, 1, true },
	{ 0x132, 0x136, 1, true },
	{ 0x139, 0x147, 1, true },
	{ 0x14A, 0x176, 1, true },
	{ 0x179, 0x17D, 1, true },
	{ 0x388, 0x38A, 37, false },
	{ 0x391, 0x3A1, 32, false },
	{ 0x3A3, 0x3AB, 32, false },
	{ 0x400, 0x40F, 80, false },
	{ 0x410, 0x42F, 32, false },
	{ 0x1E00, 0x1E94, 1, true },
	{ 0x1EA0, 0x1EFE, 1, true }
};

static uint32_t
lower(uint32_t letter)
{
	const struct capitals	*row;
	size_t			 i;

	for (i = 0; i < sizeof(capitals) / sizeof(capitals[0]); i++) {
		row = &capitals[i];
		if (letter >= row->first && letter <= row->last &&
		    (!row->second || (letter - row->first) % 2 == 0))
			return letter + row->away;
	}
	return letter;
}

const char *
lower_text(struct arena *arena, const char *text)
{
	struct bytes	 in = bytes_of(text);
	struct buf	 out;
	size_t		 at;

	buf_start(&out, arena);
	for (at = 0; at < in.len; )
		utf8_put(&out, lower(utf8_next(in, &at)));
	return buf_string(&out);
}
