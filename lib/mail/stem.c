#include "mail/stem.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "mail/subject.h"

static bool
is_letter(unsigned char c)
{
	return text_is_alpha(c) || c >= 0x80;
}

/* Digits become one mark, blanks one blank. */
static void
put_folded(struct buf *buf, unsigned char c)
{
	unsigned char	 last = buf->len > 0 ? buf->at[buf->len - 1] : ' ';

	if (text_is_space(c) || text_is_control(c))
		c = ' ';
	else if (text_is_digit(c))
		c = '#';
	if ((c == ' ' || c == '#') && c == last)
		return;
	buf_byte(buf, text_lower(c));
}

const char *
stem_of(struct arena *arena, const char *subject)
{
	const char	*rest;
	struct buf	 buf;
	size_t		 i, letters = 0;

	rest = subject_reply(arena, subject) + sizeof("Re:") - 1;
	buf_start(&buf, arena);
	for (i = 0; i < STEM_BYTES && rest[i] != '\0'; i++) {
		put_folded(&buf, (unsigned char)rest[i]);
		letters += is_letter((unsigned char)rest[i]);
	}
	return letters < STEM_LETTERS ? NULL :
	    text_trim(arena, buf_string(&buf));
}

static bool
is_needle(unsigned char c)
{
	return c >= ' ' && c < 0x7f && c != '#' && c != '"' && c != '\\';
}

const char *
stem_needle(struct arena *arena, const char *stem)
{
	struct bytes	 best = { NULL, 0 }, piece;
	size_t		 i, len;

	for (i = 0; stem[i] != '\0'; i += len + (stem[i + len] != '\0')) {
		for (len = 0; is_needle((unsigned char)stem[i + len]); len++)
			continue;
		piece = bytes_trim(bytes_from(stem + i, len));
		if (piece.len > best.len)
			best = piece;
	}
	return best.len < STEM_LETTERS ? NULL : bytes_text(arena, best);
}
