#include "mail/part_decode.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/base64.h"

static const unsigned char	 begin_line[] = "begin ";

/* Writes what the digits held amount to: 4 give 3 bytes, 3 two, 2 one. */
static void
put_quantum(struct part_decoder *decoder, struct buf *out)
{
	unsigned int	 bits;
	size_t		 i, len;

	len = decoder->len;
	decoder->len = 0;
	if (len < 2)
		return;
	bits = 0;
	for (i = 0; i < 4; i++)
		bits = bits << 6 | (i < len ? decoder->held[i] : 0U);
	for (i = 0; i + 1 < len; i++)
		buf_byte(out, (unsigned char)(bits >> (16 - 8 * i)));
}

/*
 * Whatever is no digit is skipped.  Behind padding another text may begin:
 * some programs encode in blocks.
 */
static void
take_digit(struct part_decoder *decoder, unsigned char c, struct buf *out)
{
	unsigned	 value;

	if (c == '=') {
		put_quantum(decoder, out);
		return;
	}
	if ((value = base64_digit(c)) == BASE64_NO_DIGIT)
		return;
	decoder->held[decoder->len++] = (unsigned char)value;
	if (decoder->len == 4)
		put_quantum(decoder, out);
}

/* Nearly all of it stands in whole groups; the rest goes byte by byte. */
static void
take_base64(struct part_decoder *decoder, struct bytes raw, struct buf *out)
{
	size_t	 at, len, start;

	for (at = 0; at < raw.len; at++) {
		if (decoder->len == 0) {
			start = out->len;
			len = base64_read_groups(bytes_slice(raw, at, raw.len),
			    buf_room(out, (raw.len - at) / 4 * 3));
			buf_cut(out, start + len / 4 * 3);
			at += len;
		}
		if (at < raw.len)
			take_digit(decoder, raw.at[at], out);
	}
}

static void
put_held(struct part_decoder *decoder, struct buf *out)
{
	buf_bytes(out, bytes_from(decoder->held, decoder->len));
	decoder->len = 0;
}

static bool
hold(struct part_decoder *decoder, unsigned char c)
{
	if (decoder->len == sizeof(decoder->held))
		return false;
	decoder->held[decoder->len++] = c;
	return true;
}

static bool
is_blank(unsigned char c)
{
	return c == ' ' || c == '\t';
}

/* A byte behind "=". False: it does not belong to what is held. */
static bool
take_escaped(struct part_decoder *decoder, unsigned char c, struct buf *out)
{
	int	 high;

	high = decoder->len == 1 ? -1 : text_hex(decoder->held[1]);
	if (high >= 0 && text_hex(c) >= 0) {
		decoder->len = 0;
		buf_byte(out, (unsigned char)(high * 16 + text_hex(c)));
		return true;
	}
	if (high >= 0)
		return false;
	if (c == '\n') {
		decoder->len = 0;
		return true;
	}
	if (is_blank(c) || c == '\r' ||
	    (decoder->len == 1 && text_hex(c) >= 0))
		return hold(decoder, c);
	return false;
}

/*
 * RFC 2045 6.7.  Blanks are held until it is known whether the line ends
 * behind them (then they were added on the way), and so is "=" until it is
 * known what it stands for.  What breaks the rule is kept as it is.
 */
static void
take_quoted_byte(struct part_decoder *decoder, unsigned char c,
    struct buf *out)
{
	if (decoder->len > 0 && decoder->held[0] == '=') {
		if (take_escaped(decoder, c, out))
			return;
		put_held(decoder, out);
	} else if (decoder->len > 0) {
		if (is_blank(c) && hold(decoder, c))
			return;
		if (c == '\r' || c == '\n')
			decoder->len = 0;
		put_held(decoder, out);
	}
	if (c == '=' || is_blank(c))
		hold(decoder, c);
	else
		buf_byte(out, c);
}

/* How many bytes stand for themselves, where nothing is held. */
static size_t
count_plain(struct bytes raw)
{
	size_t	 len;

	for (len = 0; len < raw.len && raw.at[len] != '=' &&
	    !is_blank(raw.at[len]); len++)
		continue;
	return len;
}

static void
take_quoted(struct part_decoder *decoder, struct bytes raw, struct buf *out)
{
	struct bytes	 plain;

	while (raw.len > 0) {
		plain = bytes_slice(raw, 0, decoder->len == 0 ?
		    count_plain(raw) : 0);
		buf_bytes(out, plain);
		raw = bytes_slice(raw, plain.len, raw.len);
		if (raw.len > 0)
			take_quoted_byte(decoder, raw.at[0], out);
		raw = bytes_slice(raw, 1, raw.len);
	}
}

/* A line of uuencode: a count, then four characters for each three bytes. */
static void
put_uu_line(const struct part_decoder *decoder, struct buf *out)
{
	unsigned int	 bits;
	size_t		 count, at, i;

	count = (decoder->held[0] - ' ') & 0x3F;
	for (at = 1; at < decoder->len && count > 0; at += 4) {
		bits = 0;
		for (i = at; i < at + 4; i++)
			bits = bits << 6 | (i < decoder->len ?
			    (decoder->held[i] - ' ') & 0x3FU : 0U);
		for (i = 0; i < 3 && count > 0; i++, count--)
			buf_byte(out, (unsigned char)(bits >> (16 - 8 * i)));
	}
}

static void
end_uu_line(struct part_decoder *decoder, struct buf *out)
{
	struct bytes	 line;

	line = bytes_from(decoder->held, decoder->len);
	if (!decoder->begun)
		decoder->begun = bytes_is(bytes_slice(line, 0,
		    sizeof(begin_line) - 1), (const char *)begin_line);
	else if (bytes_is(line, "end"))
		decoder->ended = true;
	else if (line.len > 0)
		put_uu_line(decoder, out);
	decoder->len = 0;
}

/* What is longer than any line may be is cut. */
static void
take_uu(struct part_decoder *decoder, struct bytes raw, struct buf *out)
{
	size_t	 i;

	for (i = 0; i < raw.len && !decoder->ended; i++)
		if (raw.at[i] == '\n')
			end_uu_line(decoder, out);
		else if (raw.at[i] != '\r')
			hold(decoder, raw.at[i]);
}

/* A "=" at the very end was a soft line break, blanks were padding. */
static void
end_quoted(struct part_decoder *decoder, struct buf *out)
{
	if (decoder->len > 1 && text_hex(decoder->held[1]) >= 0)
		put_held(decoder, out);
	decoder->len = 0;
}

struct encoding {
	const char	*name;
	void		(*take)(struct part_decoder *, struct bytes,
			    struct buf *);
	void		(*end)(struct part_decoder *, struct buf *);
};

static const struct encoding encodings[] = {
	{ "base64", take_base64, put_quantum },
	{ "quoted-printable", take_quoted, end_quoted },
	{ "x-uuencode", take_uu, end_uu_line },
	{ "uuencode", take_uu, end_uu_line },
	{ "x-uue", take_uu, end_uu_line },
	{ "uue", take_uu, end_uu_line }
};

/* NULL: the content is as it stands. */
static const struct encoding *
find_encoding(const char *name)
{
	size_t	 i;

	for (i = 0; i < sizeof(encodings) / sizeof(encodings[0]); i++)
		if (text_equal_case(name, encodings[i].name))
			return &encodings[i];
	return NULL;
}

void
part_decode_piece(struct part_decoder *decoder, struct bytes raw, bool last,
    struct buf *out)
{
	const struct encoding	*encoding;

	if ((encoding = find_encoding(decoder->encoding)) == NULL) {
		buf_bytes(out, raw);
		return;
	}
	encoding->take(decoder, raw, out);
	if (last)
		encoding->end(decoder, out);
}

struct bytes
part_decode(struct arena *arena, const char *encoding, struct bytes raw)
{
	struct part_decoder	 decoder = { 0 };
	struct buf		 out;

	if (find_encoding(encoding) == NULL)
		return raw;
	decoder.encoding = encoding;
	buf_start(&out, arena);
	/* All the room it can need, so that it is not copied as it grows. */
	buf_room(&out, raw.len);
	buf_cut(&out, 0);
	part_decode_piece(&decoder, raw, true, &out);
	return buf_view(&out);
}
