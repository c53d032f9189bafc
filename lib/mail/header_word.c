#include "mail/header_word.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/bytes.h"
#include "base/text.h"
#include "data/base64.h"
#include "data/charset.h"
#include "data/utf8.h"

/*
 * RFC 2047 2:
 *	encoded-word = "=?" charset ["*" language] "?" encoding "?" text "?="
 * Blanks in the text, words longer than 75 and words without blanks between
 * them are against the rule and in real mail.
 */
struct word {
	struct bytes	 charset;
	unsigned char	 encoding;	/* 'b' or 'q' */
	struct bytes	 text;
	size_t		 len;		/* of the whole word */
};

/* A run of words of one charset; bits are what a base64 word left over. */
struct run {
	struct arena	*arena;
	struct buf	 out;
	struct buf	 bytes;
	struct bytes	 charset;
	uint32_t	 bits;
	int		 bit_count;
	bool		 open;
	size_t		 runs;		/* converted so far */
	const char	*end_mark;	/* next "?=" found, or NULL: none */
	bool		 end_known;
};

static bool
is_charset_byte(unsigned char c)
{
	return c > ' ' && c < 0x7F && strchr("?()<>@,;:\"/[]=", c) == NULL;
}

/* The first "?=" at or behind from; remembered, so that all are linear. */
static const char *
find_end(struct run *run, const char *from)
{
	if (!run->end_known || (run->end_mark != NULL && run->end_mark < from))
		run->end_mark = strstr(from, "?=");
	run->end_known = true;
	return run->end_mark;
}

static bool
take_word(struct run *run, const char *text, struct word *word)
{
	const char	*at, *end, *star;

	if (text[0] != '=' || text[1] != '?')
		return false;
	for (at = text + 2; is_charset_byte((unsigned char)*at); at++)
		continue;
	if (at == text + 2 || at[0] != '?' || at[1] == '\0' || at[2] != '?')
		return false;
	word->encoding = text_lower((unsigned char)at[1]);
	if (word->encoding != 'b' && word->encoding != 'q')
		return false;
	if ((end = find_end(run, at + 3)) == NULL)
		return false;
	word->charset = bytes_from(text + 2, (size_t)(at - text - 2));
	if ((star = memchr(text + 2, '*', word->charset.len)) != NULL)
		word->charset.len = (size_t)(star - text - 2);
	word->text = bytes_from(at + 3, (size_t)(end - at - 3));
	word->len = (size_t)(end + 2 - text);
	return true;
}

/* RFC 2047 4.2; a "=" that is no code stands for itself. */
static void
decode_q(struct buf *out, struct bytes text)
{
	size_t	 i;
	int	 high, low;

	for (i = 0; i < text.len; i++) {
		high = low = -1;
		if (text.at[i] == '=' && i + 2 < text.len) {
			high = text_hex(text.at[i + 1]);
			low = text_hex(text.at[i + 2]);
		}
		if (high >= 0 && low >= 0) {
			buf_byte(out, (unsigned char)(high * 16 + low));
			i += 2;
		} else {
			buf_byte(out, text.at[i] == '_' ? ' ' : text.at[i]);
		}
	}
}

/*
 * Some mailers cut the base64 stream where the line is full.  Then a word
 * ends with bits that no whole word leaves behind, and they are kept for the
 * next one.
 */
static void
decode_b(struct run *run, struct bytes text)
{
	unsigned	 value;
	unsigned char	 c;
	size_t		 i;

	for (i = 0; i < text.len; i++) {
		c = text.at[i];
		if (c == '=')
			run->bits = 0, run->bit_count = 0;
		/* Some write with the digits of base64url. */
		value = base64_digit(c == '-' ? '+' : c == '_' ? '/' : c);
		if (value == BASE64_NO_DIGIT)
			continue;
		run->bits = (run->bits << 6 | value) & 0xFFFF;
		run->bit_count += 6;
		if (run->bit_count < 8)
			continue;
		run->bit_count -= 8;
		buf_byte(&run->bytes,
		    (unsigned char)(run->bits >> run->bit_count));
		run->bits &= (1u << run->bit_count) - 1;
	}
	if (run->bit_count < 6 && run->bits == 0)
		run->bit_count = 0;
}

/* Ends the run: what it held becomes UTF-8. */
static void
close_run(struct run *run)
{
	const char	*charset;

	if (!run->open)
		return;
	run->open = false;
	run->bits = 0;
	run->bit_count = 0;
	charset = run->runs++ < HEADER_RUNS_MOST ?
	    arena_copy(run->arena, run->charset.at, run->charset.len) :
	    "utf-8";
	buf_text(&run->out, charset_to_utf8(run->arena, charset,
	    buf_view(&run->bytes)));
	buf_cut(&run->bytes, 0);
}

static void
add_word(struct run *run, const struct word *word)
{
	if (run->open && !bytes_equal_case(run->charset, word->charset))
		close_run(run);
	run->open = true;
	run->charset = word->charset;
	if (word->encoding == 'b') {
		decode_b(run, word->text);
	} else {
		run->bits = 0;
		run->bit_count = 0;
		decode_q(&run->bytes, word->text);
	}
}

static void
add_plain(struct run *run, struct bytes text)
{
	close_run(run);
	if (utf8_is_valid(text))
		buf_bytes(&run->out, text);
	else
		buf_text(&run->out, charset_to_utf8(run->arena, NULL, text));
}

/* How much stands before the next "=?", at least one byte. */
static size_t
plain_length(const char *text)
{
	const char	*next;

	for (next = text + 1; *next != '\0'; next++)
		if (next[0] == '=' && next[1] == '?')
			break;
	return (size_t)(next - text);
}

static bool
is_blank(struct bytes text)
{
	size_t	 i;

	for (i = 0; i < text.len; i++)
		if (!text_is_space(text.at[i]))
			return false;
	return true;
}

const char *
header_word_decode(struct arena *arena, const char *text)
{
	struct run	 run = { .arena = arena };
	struct word	 word, next;
	struct bytes	 plain;

	buf_start(&run.out, arena);
	buf_start(&run.bytes, arena);
	while (*text != '\0') {
		if (take_word(&run, text, &word)) {
			add_word(&run, &word);
			text += word.len;
			continue;
		}
		plain = bytes_from(text, plain_length(text));
		text += plain.len;
		/* Blanks between two words only separate them. */
		if (!run.open || !is_blank(plain) ||
		    !take_word(&run, text, &next))
			add_plain(&run, plain);
	}
	close_run(&run);
	return buf_string(&run.out);
}
