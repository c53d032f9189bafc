#include "data/base64.h"

#include <limits.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"

/*
 * RFC 4648: three octets are four digits of six bits; a last group of one or
 * two octets is two or three digits, whose unused bits are 0, and padding.
 */
static const char	 standard[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char	 url_safe[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

enum { GROUP_OCTETS = 3, GROUP_DIGITS = 4 };

/* The value of a digit whose last two are these, without branching on more
 * than its range. */
static unsigned
digit_value(unsigned char c, char plus, char slash)
{
	if (c >= 'A' && c <= 'Z')
		return (unsigned)(c - 'A');
	if (c >= 'a' && c <= 'z')
		return (unsigned)(c - 'a') + 26;
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0') + 52;
	if (c == (unsigned char)plus)
		return 62;
	return c == (unsigned char)slash ? 63 : BASE64_NO_DIGIT;
}

/*
 * For long texts: of a digit its value and DIGIT, of all else 0.  It starts
 * at the byte 40.
 */
enum { DIGIT = 64 };
static const unsigned char	 values[UCHAR_MAX + 1] = {
	[40] =
	  0,   0,   0, 126,   0,   0,   0, 127,
	116, 117, 118, 119, 120, 121, 122, 123,
	124, 125,   0,   0,   0,   0,   0,   0,
	  0,  64,  65,  66,  67,  68,  69,  70,
	 71,  72,  73,  74,  75,  76,  77,  78,
	 79,  80,  81,  82,  83,  84,  85,  86,
	 87,  88,  89,   0,   0,   0,   0,   0,
	  0,  90,  91,  92,  93,  94,  95,  96,
	 97,  98,  99, 100, 101, 102, 103, 104,
	105, 106, 107, 108, 109, 110, 111, 112,
	113, 114, 115,   0,   0,   0,   0,   0
};

unsigned
base64_digit(unsigned char c)
{
	return values[c] ^ (unsigned)DIGIT;
}

size_t
base64_read_groups(struct bytes text, unsigned char *octets)
{
	unsigned	 a, b, c, d, bits;
	size_t		 at;

	for (at = 0; text.len - at >= GROUP_DIGITS; at += GROUP_DIGITS) {
		a = values[text.at[at]];
		b = values[text.at[at + 1]];
		c = values[text.at[at + 2]];
		d = values[text.at[at + 3]];
		if ((a & b & c & d & DIGIT) == 0)
			break;
		bits = (a ^ DIGIT) << 18 | (b ^ DIGIT) << 12 |
		    (c ^ DIGIT) << 6 | (d ^ DIGIT);
		*octets++ = (unsigned char)(bits >> 16);
		*octets++ = (unsigned char)(bits >> 8);
		*octets++ = (unsigned char)bits;
	}
	return at;
}

static char *
write_group(char *to, const unsigned char *from, size_t octets,
    const char *alphabet)
{
	uint32_t	 bits;

	bits = (uint32_t)from[0] << 16;
	if (octets > 1)
		bits |= (uint32_t)from[1] << 8;
	if (octets > 2)
		bits |= from[2];
	*to++ = alphabet[bits >> 18];
	*to++ = alphabet[bits >> 12 & 63];
	if (octets > 1)
		*to++ = alphabet[bits >> 6 & 63];
	if (octets > 2)
		*to++ = alphabet[bits & 63];
	return to;
}

static const char *
write(struct arena *arena, struct bytes data, const char *alphabet, bool pad)
{
	size_t	 at, octets;
	char	*text, *to;

	text = to = arena_array(arena, data.len / GROUP_OCTETS + 2,
	    GROUP_DIGITS);
	for (at = 0; at < data.len; at += GROUP_OCTETS) {
		octets = data.len - at;
		if (octets > GROUP_OCTETS)
			octets = GROUP_OCTETS;
		to = write_group(to, data.at + at, octets, alphabet);
	}
	while (pad && (to - text) % GROUP_DIGITS != 0)
		*to++ = '=';
	return text;
}

const char *
base64_write(struct arena *arena, struct bytes data)
{
	return write(arena, data, standard, true);
}

const char *
base64_write_url(struct arena *arena, struct bytes data)
{
	return write(arena, data, url_safe, false);
}

/* Digits as they become octets. */
struct reader {
	unsigned char	*octets;
	size_t		 len;
	size_t		 digits;
	uint32_t	 bits;
	unsigned	 held;		/* of bits */
};

static void
start(struct reader *reader, struct arena *arena, size_t digits)
{
	*reader = (struct reader){ .octets = arena_take(arena,
	    digits / GROUP_DIGITS * GROUP_OCTETS + GROUP_OCTETS) };
}

static void
take(struct reader *reader, unsigned value)
{
	reader->digits++;
	reader->bits = (reader->bits << 6 | value) & 0xffff;
	reader->held += 6;
	if (reader->held < 8)
		return;
	reader->held -= 8;
	reader->octets[reader->len++] =
	    (unsigned char)(reader->bits >> reader->held);
}

/* False for a last group of one digit, and for unused bits that are not 0. */
static bool
finish(const struct reader *reader, struct bytes *data)
{
	if (reader->digits % GROUP_DIGITS == 1 ||
	    (reader->bits & ((1u << reader->held) - 1)) != 0)
		return false;
	*data = bytes_from(reader->octets, reader->len);
	return true;
}

/* Digits without padding; false for any other byte. */
static bool
read(struct arena *arena, struct bytes text, const char *last_two,
    struct bytes *data)
{
	struct reader	 reader;
	unsigned	 value;
	size_t		 i;

	start(&reader, arena, text.len);
	for (i = 0; i < text.len; i++) {
		value = digit_value(text.at[i], last_two[0], last_two[1]);
		if (value == BASE64_NO_DIGIT)
			return false;
		take(&reader, value);
	}
	return finish(&reader, data);
}

bool
base64_read_url(struct arena *arena, struct bytes text, struct bytes *data)
{
	return read(arena, text, "-_", data);
}

bool
base64_read(struct arena *arena, struct bytes text, struct bytes *data)
{
	size_t	 pads;

	if (text.len % GROUP_DIGITS != 0)
		return false;
	for (pads = 0; pads < 2 && text.len > 0 &&
	    text.at[text.len - 1] == '='; pads++)
		text.len--;
	return read(arena, text, "+/", data);
}

bool
base64_read_lenient(struct arena *arena, struct bytes text,
    struct bytes *data)
{
	struct reader	 reader;
	unsigned	 value;
	size_t		 i, pads;

	start(&reader, arena, text.len);
	pads = 0;
	for (i = 0; i < text.len; i++) {
		if (text_is_space(text.at[i]))
			continue;
		if (text.at[i] == '=') {
			pads++;
			continue;
		}
		value = digit_value(text.at[i], '+', '/');
		if (value == BASE64_NO_DIGIT)
			value = digit_value(text.at[i], '-', '_');
		if (value == BASE64_NO_DIGIT || pads > 0)
			return false;
		take(&reader, value);
	}
	if (pads > 2 || (pads > 0 &&
	    (reader.digits + pads) % GROUP_DIGITS != 0))
		return false;
	return finish(&reader, data);
}
