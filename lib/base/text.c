#include "base/text.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"

bool
text_is_alpha(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool
text_is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

bool
text_is_alnum(unsigned char c)
{
	return text_is_alpha(c) || text_is_digit(c);
}

bool
text_is_space(unsigned char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

bool
text_is_control(unsigned char c)
{
	return c < ' ' || c == 0x7f;
}

int
text_hex(unsigned char c)
{
	if (text_is_digit(c))
		return c - '0';
	c = text_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

unsigned char
text_lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 'a' - 'A') : c;
}

unsigned char
text_upper(unsigned char c)
{
	return c >= 'a' && c <= 'z' ? (unsigned char)(c + 'A' - 'a') : c;
}

bool
text_equal(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

bool
bytes_equal_case(struct bytes a, struct bytes b)
{
	size_t	 i;

	if (a.len != b.len)
		return false;
	for (i = 0; i < a.len; i++)
		if (text_lower(a.at[i]) != text_lower(b.at[i]))
			return false;
	return true;
}

bool
bytes_is_case(struct bytes b, const char *text)
{
	size_t	 i;

	for (i = 0; i < b.len; i++)
		if (text[i] == '\0' || (b.at[i] != (unsigned char)text[i] &&
		    text_lower(b.at[i]) != text_lower((unsigned char)text[i])))
			return false;
	return text[i] == '\0';
}

bool
text_equal_case(const char *a, const char *b)
{
	return bytes_equal_case(bytes_of(a), bytes_of(b));
}

bool
text_starts(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

bool
text_starts_case(const char *text, const char *start)
{
	for (; *start != '\0'; text++, start++)
		if (text_lower((unsigned char)*text) !=
		    text_lower((unsigned char)*start))
			return false;
	return true;
}

bool
text_ends_case(const char *text, const char *end)
{
	struct bytes	 whole;
	size_t		 len;

	whole = bytes_of(text);
	len = strlen(end);
	return len <= whole.len && bytes_equal_case(
	    bytes_slice(whole, whole.len - len, len), bytes_of(end));
}

bool
text_is_empty(const char *text)
{
	return text == NULL || text[0] == '\0';
}

const char *
text_find_case(const char *text, const char *word)
{
	for (; *text != '\0'; text++)
		if (text_starts_case(text, word))
			return text;
	return NULL;
}

bool
text_has_control(const char *text)
{
	for (; *text != '\0'; text++)
		if (text_is_control((unsigned char)*text))
			return true;
	return false;
}

bool
text_is_ascii(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text > 0x7f)
			return false;
	return true;
}

bool
text_is_among(const char *text, const char *const *words)
{
	for (; *words != NULL; words++)
		if (text_equal(text, *words))
			return true;
	return false;
}

struct bytes
bytes_trim(struct bytes b)
{
	while (b.len > 0 && text_is_space(b.at[0]))
		b = bytes_slice(b, 1, b.len);
	while (b.len > 0 && text_is_space(b.at[b.len - 1]))
		b.len--;
	return b;
}

const char *
text_trim(struct arena *arena, const char *text)
{
	return bytes_text(arena, bytes_trim(bytes_of(text)));
}

const char *
text_lower_copy(struct arena *arena, const char *text)
{
	char	*copy;
	size_t	 i;

	copy = arena_text(arena, text);
	for (i = 0; copy[i] != '\0'; i++)
		copy[i] = (char)text_lower((unsigned char)copy[i]);
	return copy;
}

bool
text_number(struct bytes text, uint64_t max, uint64_t *number)
{
	uint64_t	 value, digit;
	size_t		 i;

	if (text.len == 0 || (text.len > 1 && text.at[0] == '0'))
		return false;
	value = 0;
	for (i = 0; i < text.len; i++) {
		if (!text_is_digit(text.at[i]))
			return false;
		digit = (uint64_t)(text.at[i] - '0');
		if (digit > max || value > (max - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*number = value;
	return true;
}

struct texts
text_split(struct arena *arena, const char *text, const char *separators)
{
	struct texts	 texts = { 0 };
	size_t		 len;

	while (*(text += strspn(text, separators)) != '\0') {
		len = strcspn(text, separators);
		texts_add(arena, &texts, arena_copy(arena, text, len));
		text += len;
	}
	return texts;
}

bool
texts_have(struct texts texts, const char *word)
{
	size_t	 i;

	for (i = 0; i < texts.len; i++)
		if (text_equal(texts.at[i], word))
			return true;
	return false;
}

void
texts_add(struct arena *arena, struct texts *texts, const char *text)
{
	const char	**at;

	/* Room doubles: it is used up whenever len is a power of two. */
	if ((texts->len & (texts->len - 1)) == 0) {
		at = arena_array(arena, texts->len == 0 ? 1 : texts->len * 2,
		    sizeof(*at));
		if (texts->len > 0)
			memcpy(at, texts->at, texts->len * sizeof(*at));
		texts->at = at;
	}
	texts->at[texts->len++] = text;
}

const char *
texts_join(struct arena *arena, struct texts texts, const char *separator)
{
	struct buf	 buf;
	size_t		 i;

	buf_start(&buf, arena);
	for (i = 0; i < texts.len; i++) {
		if (i > 0)
			buf_text(&buf, separator);
		buf_text(&buf, texts.at[i]);
	}
	return buf_string(&buf);
}
