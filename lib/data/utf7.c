#include "data/utf7.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "data/utf8.h"

/* BASE64-CHAR of RFC 9051 A: a comma in the slash's place. */
static const char	 alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

enum { BASIC_END = 0x10000, HIGH = 0xd800, LOW = 0xdc00, HALF = 0x400 };

/* Bits that are not yet a whole digit or unit. */
struct bits {
	uint32_t	 value;
	unsigned	 count;
};

static bool
is_plain(uint32_t character)
{
	return character >= 0x20 && character <= 0x7e;
}

static void
put_unit(struct buf *buf, struct bits *bits, uint32_t unit)
{
	bits->value = bits->value << 16 | unit;
	bits->count += 16;
	while (bits->count >= 6) {
		bits->count -= 6;
		buf_byte(buf, (unsigned char)
		    alphabet[bits->value >> bits->count & 0x3f]);
	}
	bits->value &= (1U << bits->count) - 1;
}

static void
put_shifted(struct buf *buf, struct bits *bits, uint32_t character)
{
	if (character < BASIC_END) {
		put_unit(buf, bits, character);
		return;
	}
	character -= BASIC_END;
	put_unit(buf, bits, HIGH + character / HALF);
	put_unit(buf, bits, LOW + character % HALF);
}

static void
end_shift(struct buf *buf, struct bits *bits)
{
	if (bits->count > 0)
		buf_byte(buf, (unsigned char)
		    alphabet[bits->value << (6 - bits->count) & 0x3f]);
	memset(bits, 0, sizeof(*bits));
	buf_byte(buf, '-');
}

const char *
utf7_write(struct arena *arena, const char *text)
{
	struct bytes	 in = bytes_of(text);
	struct bits	 bits = { 0, 0 };
	struct buf	 buf;
	uint32_t	 character;
	size_t		 at;
	bool		 shifted = false;

	buf_start(&buf, arena);
	for (at = 0; at < in.len;) {
		character = utf8_next(in, &at);
		if (is_plain(character) == shifted) {
			if (shifted)
				end_shift(&buf, &bits);
			else
				buf_byte(&buf, '&');
			shifted = !shifted;
		}
		if (shifted)
			put_shifted(&buf, &bits, character);
		else
			buf_text(&buf, character == '&' ? "&-" :
			    (char[]){ (char)character, '\0' });
	}
	if (shifted)
		end_shift(&buf, &bits);
	return buf_string(&buf);
}

/* One UTF-16 unit; a low half joins the high one before it. */
static void
take_unit(struct buf *buf, uint32_t unit, uint32_t *high)
{
	if (*high != 0 && unit >= LOW && unit < LOW + HALF) {
		utf8_put(buf, BASIC_END + (*high - HIGH) * HALF + unit - LOW);
		*high = 0;
		return;
	}
	*high = unit >= HIGH && unit < LOW ? unit : 0;
	if (*high == 0)
		utf8_put(buf, unit >= LOW && unit < LOW + HALF ?
		    UTF8_REPLACEMENT : unit);
}

/* Behind "&": up to its "-". What is wrong in it shows when it is written
 * again. */
static const char *
take_shifted(const char *at, struct buf *buf)
{
	struct bits	 bits = { 0, 0 };
	uint32_t	 high = 0;
	const char	*digit;

	for (; *at != '\0' && *at != '-'; at++) {
		digit = strchr(alphabet, *at);
		if (digit == NULL)
			return NULL;
		bits.value = bits.value << 6 | (uint32_t)(digit - alphabet);
		bits.count += 6;
		if (bits.count < 16)
			continue;
		bits.count -= 16;
		take_unit(buf, bits.value >> bits.count & 0xffff, &high);
		bits.value &= (1U << bits.count) - 1;
	}
	return *at == '-' ? at + 1 : NULL;
}

static bool
has_control(const char *text)
{
	struct bytes	 in = bytes_of(text);
	uint32_t	 character;
	size_t		 at;

	for (at = 0; at < in.len;) {
		character = utf8_next(in, &at);
		if (character < 0x20 || (character >= 0x7f &&
		    character < 0xa0))
			return true;
	}
	return false;
}

bool
utf7_read(struct arena *arena, const char *encoded, const char **text)
{
	struct buf	 buf;
	const char	*at = encoded;

	buf_start(&buf, arena);
	while (*at != '\0') {
		if (*at != '&') {
			buf_byte(&buf, (unsigned char)*at++);
		} else if (at[1] == '-') {
			buf_byte(&buf, '&');
			at += 2;
		} else if ((at = take_shifted(at + 1, &buf)) == NULL) {
			return false;
		}
	}
	*text = buf_string(&buf);
	if (strlen(*text) != buf.len || !utf8_is_valid(buf_view(&buf)) ||
	    has_control(*text))
		return false;
	return text_equal(utf7_write(arena, *text), encoded);
}

const char *
utf7_read_loosely(struct arena *arena, const char *encoded)
{
	struct buf	 buf;
	const char	*at = encoded, *end;
	size_t		 len;

	buf_start(&buf, arena);
	while (*at != '\0') {
		len = buf.len;
		end = *at != '&' ? NULL : at[1] == '-' ? at + 2 :
		    take_shifted(at + 1, &buf);
		if (end != NULL && at[1] == '-')
			buf_byte(&buf, '&');
		if (end == NULL) {
			buf_cut(&buf, len);
			buf_byte(&buf, (unsigned char)*at);
			end = at + 1;
		}
		at = end;
	}
	return buf_string(&buf);
}
