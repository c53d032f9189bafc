#include "mail/quoted.h"

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "data/utf8.h"

enum {
	INTRODUCTION_LINES = 3,		/* "On … wrote:" may be folded */
	INTRODUCTION_BYTES = 300,
	SEPARATOR_BYTES = 80
};

/* How programs introduce the whole of an older message. */
static const char *const	 separators[] = {
	"original message", "original appointment", "urspr\xc3\xbcngliche "
	    "nachricht", "urspruengliche nachricht",
	"message d'origine", "message original", "messaggio originale",
	"mensaje original", "mensagem original", "oorspronkelijk bericht",
	"originalmeddelande", "opprinnelig melding", "oprindelig meddelelse",
	"wiadomo\xc5\x9b\xc4\x87 oryginalna", NULL
};

/* How they introduce quoted lines; a colon ends it. */
static const char *const	 introductions[] = {
	"wrote", "schrieb", "\xc3\xa9" "crit", "escribi\xc3\xb3", "escreveu",
	"ha scritto", "schreef", "skrev", "napisa\xc5\x82", "kirjoitti",
	"yazd\xc4\xb1", "\xd0\xbf\xd0\xb8\xd1\x81\xd0\xb0\xd0\xbb",
	"\xe5\x86\x99\xe9\x81\x93", NULL
};

struct lines {
	struct bytes	*at;
	bool		*drop;
	size_t		 len;
};

static struct lines
split(struct arena *arena, const char *text)
{
	struct bytes	 rest = bytes_of(text);
	struct lines	 lines = { .len = 1 };
	size_t		 i, end;

	for (i = 0; i < rest.len; i++)
		lines.len += rest.at[i] == '\n';
	lines.at = arena_array(arena, lines.len, sizeof(*lines.at));
	lines.drop = arena_array(arena, lines.len, sizeof(*lines.drop));
	for (i = 0; i < lines.len; i++) {
		end = bytes_find(rest, '\n');
		lines.at[i] = bytes_slice(rest, 0, end);
		rest = bytes_slice(rest, end + 1, rest.len);
	}
	return lines;
}

static bool
is_blank(struct bytes line)
{
	size_t	 i;

	for (i = 0; i < line.len; i++)
		if (!text_is_space(line.at[i]))
			return false;
	return true;
}

static bool
is_quoted(struct bytes line)
{
	return line.len > 0 && line.at[0] == '>';
}

static bool
has_word(struct arena *arena, struct bytes line, const char *const *words)
{
	const char	*text;

	text = bytes_text(arena, line);
	for (; *words != NULL; words++)
		if (text_find_case(text, *words) != NULL)
			return true;
	return false;
}

/* "-----Original Message-----": hyphens or underscores around the words. */
static bool
is_separator(struct arena *arena, struct bytes line)
{
	size_t	 start;

	for (start = 0; start < line.len; start++)
		if (line.at[start] != '-' && line.at[start] != '_' &&
		    line.at[start] != ' ' && line.at[start] != '*')
			break;
	return start >= 3 && line.len < SEPARATOR_BYTES &&
	    has_word(arena, line, separators);
}

static bool
ends_with_colon(struct bytes line)
{
	line = bytes_trim(line);
	return line.len > 0 && line.at[line.len - 1] == ':';
}

/* Marks the lines above a quotation that say whose it is. */
static void
drop_introduction(struct arena *arena, struct lines *lines, size_t quote)
{
	size_t	 last, first, n;

	for (last = quote; last > 0 && is_blank(lines->at[last - 1]); last--)
		continue;
	if (last == 0 || !ends_with_colon(lines->at[last - 1]))
		return;
	first = last;
	for (n = 0; n < INTRODUCTION_LINES && first > 0; n++) {
		first--;
		if (is_blank(lines->at[first]) ||
		    lines->at[first].len > INTRODUCTION_BYTES)
			return;
		if (has_word(arena, lines->at[first], introductions))
			break;
	}
	if (n == INTRODUCTION_LINES ||
	    !has_word(arena, lines->at[first], introductions))
		return;
	/* "On Tuesday, 28 July 2026 at 09:30, Anna Berg\nwrote:" */
	if (first > 0 && !is_blank(lines->at[first - 1]) &&
	    lines->at[first].len < 40 &&
	    lines->at[first - 1].len < INTRODUCTION_BYTES)
		first--;
	for (; first < last; first++)
		lines->drop[first] = true;
}

static void
mark(struct arena *arena, struct lines *lines)
{
	size_t	 i;

	for (i = 0; i < lines->len; i++) {
		if (is_separator(arena, lines->at[i])) {
			for (; i < lines->len; i++)
				lines->drop[i] = true;
			return;
		}
		if (!is_quoted(lines->at[i]))
			continue;
		lines->drop[i] = true;
		if (i == 0 || !lines->drop[i - 1])
			drop_introduction(arena, lines, i);
	}
}

const char *
quoted_fold(struct arena *arena, const char *text, size_t *dropped)
{
	struct lines	 lines;
	struct buf	 kept;
	size_t		 i, said;
	bool		 blank;

	*dropped = 0;
	lines = split(arena, text);
	mark(arena, &lines);
	buf_start(&kept, arena);
	for (i = said = 0, blank = true; i < lines.len; i++) {
		if (lines.drop[i] || (blank && is_blank(lines.at[i])))
			continue;
		blank = is_blank(lines.at[i]);
		said += !blank;
		buf_bytes(&kept, lines.at[i]);
		buf_byte(&kept, '\n');
	}
	if (said == 0)
		return text;
	while (kept.len > 0 && text_is_space(kept.at[kept.len - 1]))
		buf_cut(&kept, kept.len - 1);
	for (i = 0; i < lines.len; i++)
		if (lines.drop[i])
			*dropped += utf8_count(bytes_text(arena,
			    lines.at[i])) + 1;
	return *dropped == 0 ? text : buf_string(&kept);
}
