#include "mail/subject.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "data/utf8.h"

enum {
	COUNT_DIGITS = 4,	/* of "Re[12]:" */
	LIST_BYTES = 60		/* of "[name of a list]" */
};

/* Words of mail programs in their languages.  ASCII letters are compared
 * without case, but for single ones: "R:" is Italian, "r:" is a subject. */
static const char *const	 reply_words[] = {
	"re", "aw", "antw", "antwort", "sv", "vs", "odp", "res", "rif",
	"rép", "Rép", "RÉP", "réf", "Réf", "RÉF", "ynt", "atb", "bls",
	"vá", "Vá", "válasz", "Válasz", "R", "Απ", "ΑΠ", "Σχετ", "ΣΧΕΤ",
	"Отв", "Ответ", "Відп", "回复", "回覆", "答复", "答覆", "返信",
	"답장", "회신", NULL
};
static const char *const	 forward_words[] = {
	"fwd", "fw", "wg", "tr", "vb", "vl", "rv", "enc", "doorst", "videre",
	"továbbítás", "I", "PD", "İLT", "ΠΡΘ", "Πρθ", "Пересл", "转发",
	"轉寄", "転送", "전달", NULL
};

/* How long the word is with which the text begins, 0 for none. */
static size_t
word_length(const char *text, const char *word)
{
	size_t	 len = strlen(word);

	if (len == 1 || !text_is_ascii(word))
		return text_starts(text, word) ? len : 0;
	return text_starts_case(text, word) ? len : 0;
}

/* "[2]", "(2)", "^2" or "*2": the how manieth answer it is. */
static size_t
count_length(const char *text)
{
	static const char	 opens[] = "[(^*";
	static const char	 closes[] = "])";
	const char		*mark;
	size_t			 len;

	if (*text == '\0' || (mark = strchr(opens, *text)) == NULL)
		return 0;
	for (len = 1; text_is_digit((unsigned char)text[len]); len++)
		continue;
	if (len == 1 || len > COUNT_DIGITS + 1)
		return 0;
	if (mark - opens > 1)
		return len;
	return text[len] == closes[mark - opens] ? len + 1 : 0;
}

static size_t
colon_length(const char *text)
{
	static const char	 wide[] = "\xEF\xBC\x9A";	/* U+FF1A */

	if (text_starts(text, wide))
		return sizeof(wide) - 1;
	return *text == ':';
}

/* What is left behind "word:", or NULL where the text has none there. */
static const char *
behind_word(const char *text, const char *word)
{
	const char	*at;
	size_t		 len;

	if ((len = word_length(text, word)) == 0)
		return NULL;
	at = text + len;
	at += count_length(at);
	at += strspn(at, " ");
	if ((len = colon_length(at)) == 0)
		return NULL;
	at += len;
	return at + strspn(at, " ");
}

static const char *
behind_words(const char *text, const char *const *words)
{
	const char	*rest;

	for (text += strspn(text, " "); *words != NULL; words++)
		if ((rest = behind_word(text, *words)) != NULL)
			return rest;
	return NULL;
}

/* Behind all such words, however many there are. */
static const char *
strip(const char *text, const char *const *words)
{
	const char	*rest;

	text += strspn(text, " ");
	while ((rest = behind_words(text, words)) != NULL)
		text = rest;
	return text;
}

/* "[list] " at the start, if such a word stands behind it; else 0. */
static size_t
list_length(const char *text, const char *const *words)
{
	size_t	 len;

	if (text[0] != '[')
		return 0;
	len = strcspn(text, "]");
	if (text[len] == '\0' || len > LIST_BYTES)
		return 0;
	len++;
	len += strspn(text + len, " ");
	return behind_words(text + len, words) == NULL ? 0 : len;
}

/* What is left of it, cut between characters, without a blank at its end. */
static struct bytes
kept(struct arena *arena, const char *subject, const char *const *words)
{
	struct buf	 buf;
	const char	*rest;
	size_t		 len;

	rest = strip(subject, words);
	buf_start(&buf, arena);
	if ((len = list_length(rest, words)) > 0) {
		buf_bytes(&buf, bytes_from(rest, len));
		rest = strip(rest + len, words);
	}
	buf_text(&buf, rest);
	if (buf.len > SUBJECT_BYTES) {
		for (len = SUBJECT_BYTES; (buf.at[len] & 0xC0) == 0x80; len--)
			continue;
		buf_cut(&buf, len);
	}
	while (buf.len > 0 && buf.at[buf.len - 1] == ' ')
		buf_cut(&buf, buf.len - 1);
	return buf_view(&buf);
}

static const char *
prefix(struct arena *arena, const char *ours, const char *subject,
    const char *const *words)
{
	struct bytes	 rest;
	struct buf	 buf;

	rest = kept(arena, subject == NULL ? "" : subject, words);
	buf_start(&buf, arena);
	buf_text(&buf, ours);
	if (rest.len > 0)
		buf_byte(&buf, ' ');
	buf_bytes(&buf, rest);
	return utf8_clean_line(arena, buf_view(&buf));
}

const char *
subject_reply(struct arena *arena, const char *subject)
{
	return prefix(arena, "Re:", subject, reply_words);
}

const char *
subject_forward(struct arena *arena, const char *subject)
{
	return prefix(arena, "Fwd:", subject, forward_words);
}
