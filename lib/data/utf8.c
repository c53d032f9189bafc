#include "data/utf8.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"

enum {
	LAST_CHARACTER = 0x10FFFF,
	SURROGATES = 0xD800,
	SURROGATES_END = 0xE000,
	JOINED_SCRIPTS = 0x0590,	/* first that needs joiners */
	ZERO_WIDTH_NON_JOINER = 0x200C,
	ZERO_WIDTH_JOINER = 0x200D,
	EMOJI_VARIATION = 0xFE0F,
	NEXT_LINE = 0x85,
	LINE_SEPARATOR = 0x2028,
	PARAGRAPH_SEPARATOR = 0x2029
};

/* What a first byte beyond ASCII announces; the least value forbids overlong
 * forms. */
struct lead {
	unsigned char	 mask, is;
	size_t		 len;
	uint32_t	 least;
};

static const struct lead leads[] = {
	{ 0xE0, 0xC0, 2, 0x80 },
	{ 0xF0, 0xE0, 3, 0x800 },
	{ 0xF8, 0xF0, 4, 0x10000 }
};

enum { LEADS = sizeof(leads) / sizeof(leads[0]) };

struct range {
	uint32_t	 first, last;
};

/* In order. */
static const struct range invisible[] = {
	{ 0xAD, 0xAD },			/* soft hyphen */
	{ 0x34F, 0x34F },		/* combining grapheme joiner */
	{ 0x61C, 0x61C },		/* Arabic letter mark */
	{ 0x115F, 0x1160 },		/* Hangul fillers */
	{ 0x17B4, 0x17B5 },		/* Khmer inherent vowels */
	{ 0x180B, 0x180F },		/* Mongolian variation selectors */
	{ 0x200B, 0x200F },		/* zero width, direction marks */
	{ 0x202A, 0x202E },		/* bidi embeddings and overrides */
	{ 0x2060, 0x206F },		/* word joiner, isolates, invisible */
	{ 0x3164, 0x3164 },		/* Hangul filler */
	{ 0xFE00, 0xFE0F },		/* variation selectors */
	{ 0xFEFF, 0xFEFF },		/* byte order mark */
	{ 0xFFA0, 0xFFA0 },		/* half width Hangul filler */
	{ 0xFFF0, 0xFFFB },		/* unassigned, annotations */
	{ 0x1BCA0, 0x1BCA3 },		/* shorthand format controls */
	{ 0x1D173, 0x1D17A },		/* musical format controls */
	{ 0xE0000, 0xE0FFF }		/* tags, variation selectors */
};

/*
 * RFC 3629 4.  The length of the character at the start of text, or 0 if there
 * is none.
 */
static size_t
read_one(struct bytes text, uint32_t *character)
{
	const struct lead	*lead;
	uint32_t		 value;
	size_t			 i;

	if (text.at[0] < 0x80) {
		*character = text.at[0];
		return 1;
	}
	for (lead = leads; lead < leads + LEADS; lead++)
		if ((text.at[0] & lead->mask) == lead->is)
			break;
	if (lead == leads + LEADS || lead->len > text.len)
		return 0;
	value = text.at[0] & (unsigned char)~lead->mask;
	for (i = 1; i < lead->len; i++) {
		if ((text.at[i] & 0xC0) != 0x80)
			return 0;
		value = value << 6 | (text.at[i] & 0x3F);
	}
	if (value < lead->least || value > LAST_CHARACTER ||
	    (value >= SURROGATES && value < SURROGATES_END))
		return 0;
	*character = value;
	return lead->len;
}

bool
utf8_is_valid(struct bytes text)
{
	uint32_t	 character;
	size_t		 at, len;

	for (at = 0; at < text.len; at += len) {
		len = read_one(bytes_from(text.at + at, text.len - at),
		    &character);
		if (len == 0)
			return false;
	}
	return true;
}

bool
utf8_is_plain(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text < ' ' || *text > '~')
			return false;
	return true;
}

uint32_t
utf8_next(struct bytes text, size_t *at)
{
	uint32_t	 character;
	size_t		 len;

	len = read_one(bytes_from(text.at + *at, text.len - *at), &character);
	if (len == 0) {
		*at += 1;
		return UTF8_REPLACEMENT;
	}
	*at += len;
	return character;
}

void
utf8_put(struct buf *buf, uint32_t character)
{
	if (character > LAST_CHARACTER ||
	    (character >= SURROGATES && character < SURROGATES_END))
		character = UTF8_REPLACEMENT;
	if (character < 0x80) {
		buf_byte(buf, (unsigned char)character);
		return;
	}
	if (character < 0x800) {
		buf_byte(buf, (unsigned char)(0xC0 | character >> 6));
	} else if (character < 0x10000) {
		buf_byte(buf, (unsigned char)(0xE0 | character >> 12));
		buf_byte(buf, (unsigned char)(0x80 | (character >> 6 & 0x3F)));
	} else {
		buf_byte(buf, (unsigned char)(0xF0 | character >> 18));
		buf_byte(buf, (unsigned char)(0x80 | (character >> 12 & 0x3F)));
		buf_byte(buf, (unsigned char)(0x80 | (character >> 6 & 0x3F)));
	}
	buf_byte(buf, (unsigned char)(0x80 | (character & 0x3F)));
}

/* Copies the ASCII from at on that shows, blanks too; how many bytes. */
static size_t
copy_plain(struct buf *buf, struct bytes text, size_t at)
{
	size_t	 end;

	for (end = at; end < text.len; end++)
		if (text.at[end] < ' ' || text.at[end] > '~')
			break;
	buf_bytes(buf, bytes_from(text.at + at, end - at));
	return end - at;
}

static bool
is_control(uint32_t character)
{
	return character < ' ' || (character >= 0x7F && character < 0xA0);
}

const char *
utf8_clean(struct arena *arena, struct bytes text)
{
	struct buf	 buf;
	uint32_t	 character;
	size_t		 at, len;

	buf_start(&buf, arena);
	for (at = 0; at < text.len; ) {
		if ((len = copy_plain(&buf, text, at)) > 0) {
			at += len;
			continue;
		}
		character = utf8_next(text, &at);
		if (character == '\r' && at < text.len && text.at[at] == '\n')
			continue;
		if (character == '\r')
			character = '\n';
		if (character == '\0')
			character = UTF8_REPLACEMENT;
		if (!is_control(character) || character == '\n' ||
		    character == '\t')
			utf8_put(&buf, character);
	}
	return buf_string(&buf);
}

static bool
is_line_white(uint32_t character)
{
	return (character >= '\t' && character <= '\r') ||
	    character == NEXT_LINE || character == LINE_SEPARATOR ||
	    character == PARAGRAPH_SEPARATOR;
}

const char *
utf8_clean_line(struct arena *arena, struct bytes text)
{
	struct buf	 buf;
	uint32_t	 character;
	size_t		 at, len;
	bool		 white, was_white;

	buf_start(&buf, arena);
	was_white = false;
	for (at = 0; at < text.len; was_white = white) {
		white = false;
		if ((len = copy_plain(&buf, text, at)) > 0) {
			at += len;
			continue;
		}
		character = utf8_next(text, &at);
		white = is_line_white(character);
		if (character == '\0')
			character = UTF8_REPLACEMENT;
		if (white && !was_white)
			buf_byte(&buf, ' ');
		else if (!white && !is_control(character))
			utf8_put(&buf, character);
	}
	return buf_string(&buf);
}

size_t
utf8_count(const char *text)
{
	size_t	 n;

	for (n = 0; *text != '\0'; text++)
		if (((unsigned char)*text & 0xC0) != 0x80)
			n++;
	return n;
}

size_t
utf8_offset(const char *text, size_t n)
{
	size_t	 at;

	/* No more bytes than that: no more characters. */
	if ((at = strnlen(text, n)) < n)
		return at;
	for (at = 0; text[at] != '\0'; at++) {
		if (((unsigned char)text[at] & 0xC0) == 0x80)
			continue;
		if (n == 0)
			break;
		n--;
	}
	return at;
}

const char *
utf8_start(struct arena *arena, const char *text, size_t n)
{
	return bytes_text(arena, bytes_from(text, utf8_offset(text, n)));
}

bool
utf8_is_invisible(uint32_t character)
{
	size_t	 low, high, middle;

	low = 0;
	high = sizeof(invisible) / sizeof(invisible[0]);
	while (low < high) {
		middle = (low + high) / 2;
		if (character > invisible[middle].last)
			low = middle + 1;
		else
			high = middle;
	}
	return low < sizeof(invisible) / sizeof(invisible[0]) &&
	    character >= invisible[low].first;
}

/*
 * Persian, Indic scripts and emoji need single joiners behind a character
 * they join; nothing else can hide there.
 */
static bool
joins(uint32_t character, uint32_t before)
{
	return (character == ZERO_WIDTH_NON_JOINER ||
	    character == ZERO_WIDTH_JOINER || character == EMOJI_VARIATION) &&
	    before >= JOINED_SCRIPTS &&
	    (!utf8_is_invisible(before) || (before == EMOJI_VARIATION &&
	    character == ZERO_WIDTH_JOINER));
}

const char *
utf8_visible(struct arena *arena, const char *text, size_t *dropped)
{
	struct buf	 buf;
	struct bytes	 bytes;
	uint32_t	 character, before;
	size_t		 at, len, count;

	buf_start(&buf, arena);
	bytes = bytes_of(text);
	before = 0;
	count = 0;
	for (at = 0; at < bytes.len; before = character) {
		character = ' ';
		if ((len = copy_plain(&buf, bytes, at)) > 0) {
			at += len;
			continue;
		}
		character = utf8_next(bytes, &at);
		if (utf8_is_invisible(character) && !joins(character, before))
			count++;
		else
			utf8_put(&buf, character);
	}
	if (dropped != NULL)
		*dropped = count;
	return buf_string(&buf);
}
