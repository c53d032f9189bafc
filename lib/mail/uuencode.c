#include "mail/uuencode.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "data/filename.h"

enum {
	MODE_DIGITS_MOST = 4,
	SLACK = 2		/* blanks lost, or a sum, at a line's end */
};

/* "begin" SP mode SP name: the name, or NULL. */
static const char *
find_name(struct arena *arena, const char *line)
{
	size_t	 digits, len;

	if (strncmp(line, "begin ", 6) != 0)
		return NULL;
	line += 6;
	digits = strspn(line, "01234567");
	if (digits < 3 || digits > MODE_DIGITS_MOST || line[digits] != ' ')
		return NULL;
	line += digits + 1;
	len = strcspn(line, "\n");
	return len == 0 ? NULL : arena_copy(arena, line, len);
}

/* A length, and so many letters as it needs. */
static bool
is_encoded(const char *line, size_t len)
{
	size_t	 i, wanted;

	if (len == 0)
		return false;
	for (i = 0; i < len; i++)
		if (line[i] < ' ' || line[i] > '`')
			return false;
	wanted = 1 + ((size_t)((line[0] - ' ') & 0x3F) + 2) / 3 * 4;
	return len <= wanted + SLACK && len + SLACK >= wanted;
}

/* Behind the line "end" of a file whose lines start here, or NULL. */
static const char *
find_end(const char *at)
{
	size_t	 len;

	for (; *at != '\0'; at += len + 1) {
		len = strcspn(at, "\n");
		if (len == 3 && strncmp(at, "end", 3) == 0)
			return at + len;
		if (!is_encoded(at, len) || at[len] == '\0')
			return NULL;
	}
	return NULL;
}

const char *
uuencode_fold(struct arena *arena, const char *text, size_t *files)
{
	struct buf	 out;
	const char	*name, *end;
	size_t		 len;

	*files = 0;
	if (strstr(text, "begin ") == NULL)
		return text;
	buf_start(&out, arena);
	for (; *text != '\0'; text += len) {
		len = strcspn(text, "\n");
		len += text[len] == '\n';
		if ((name = find_name(arena, text)) == NULL ||
		    (end = find_end(text + len)) == NULL) {
			buf_bytes(&out, bytes_from(text, len));
			continue;
		}
		buf_format(&out, "[file: %s]", filename_clean(arena, name));
		len = (size_t)(end - text);
		++*files;
	}
	return buf_string(&out);
}
