#include "mail/header.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "data/utf8.h"
#include "mail/header_word.h"

enum {
	IDS_MOST = 1000,
	ID_BYTES_MOST = 998	/* RFC 5322 2.1.1: a line's limit */
};

/* The text without the line breaks that only fold it. */
static const char *
unfold(struct arena *arena, struct bytes raw)
{
	struct buf	 buf;
	size_t		 i, next;

	buf_start(&buf, arena);
	for (i = 0; i < raw.len; i++) {
		next = i + 1;
		if (raw.at[i] == '\r' && next < raw.len &&
		    raw.at[next] == '\n')
			next++;
		if ((raw.at[i] == '\n' || next == i + 2) && next < raw.len &&
		    (raw.at[next] == ' ' || raw.at[next] == '\t')) {
			i = next - 1;
			continue;
		}
		buf_byte(&buf, raw.at[i]);
	}
	return bytes_text(arena, buf_view(&buf));
}

const char *
header_decode(struct arena *arena, const char *raw)
{
	struct bytes	 text;

	if (raw == NULL)
		return NULL;
	text = bytes_from(raw, strnlen(raw, HEADER_BYTES));
	/* Most are plain, and the long way round leaves them as they are. */
	if (text.len < HEADER_BYTES && utf8_is_plain(raw) &&
	    strstr(raw, "=?") == NULL)
		return bytes_text(arena, bytes_trim(text));
	return utf8_clean_line(arena, bytes_trim(bytes_of(
	    header_word_decode(arena, unfold(arena, text)))));
}

size_t
header_field_length(struct bytes block)
{
	size_t	 len;

	if (block.len == 0 || block.at[0] == '\n' ||
	    (block.len > 1 && block.at[0] == '\r' && block.at[1] == '\n'))
		return 0;
	len = 0;
	do {
		len += bytes_find(bytes_slice(block, len, block.len), '\n');
		if (len < block.len)
			len++;
	} while (len < block.len &&
	    (block.at[len] == ' ' || block.at[len] == '\t'));
	return len;
}

/* RFC 5322 2.2: printable ASCII without colon; blanks before it are obsolete
 * but valid. */
static bool
read_field(struct arena *arena, struct bytes field, struct pair *pair)
{
	size_t	 colon, len, i;

	colon = bytes_find(field, ':');
	for (len = colon; len > 0 && text_is_space(field.at[len - 1]); len--)
		continue;
	if (colon == field.len || len == 0)
		return false;
	for (i = 0; i < len; i++)
		if (field.at[i] <= ' ' || field.at[i] > '~')
			return false;
	pair->name = arena_copy(arena, field.at, len);
	pair->value = unfold(arena, bytes_trim(bytes_slice(field, colon + 1,
	    field.len)));
	return true;
}

static size_t
count_lines(struct bytes block)
{
	size_t	 i, lines;

	lines = 1;
	for (i = 0; i < block.len && lines < HEADER_FIELDS_MOST; i++)
		lines += block.at[i] == '\n';
	return lines;
}

struct pairs
header_fields(struct arena *arena, struct bytes block)
{
	struct pairs	 fields = { 0 };
	size_t		 len;

	block = bytes_slice(block, 0, HEADER_BYTES);
	fields.at = arena_array(arena, count_lines(block), sizeof(*fields.at));
	while (block.len > 0 && fields.len < HEADER_FIELDS_MOST &&
	    (len = header_field_length(block)) > 0) {
		if (read_field(arena, bytes_slice(block, 0, len),
		    &fields.at[fields.len]))
			fields.len++;
		block = bytes_slice(block, len, block.len);
	}
	return fields;
}

const char *
header_find(struct pairs fields, const char *name)
{
	size_t	 i;

	for (i = 0; i < fields.len; i++)
		if (text_equal_case(fields.at[i].name, name))
			return fields.at[i].value;
	return NULL;
}

/* The id between "<" and ">", blanks that folding left taken out; NULL if it
 * could not stand in a header. */
static const char *
read_id(struct arena *arena, struct bytes text)
{
	struct buf	 buf;
	size_t		 i;

	if (text.len > ID_BYTES_MOST)
		return NULL;
	buf_start(&buf, arena);
	buf_byte(&buf, '<');
	for (i = 0; i < text.len; i++) {
		if (text_is_space(text.at[i]))
			continue;
		if (text_is_control(text.at[i]) || text.at[i] == '<')
			return NULL;
		buf_byte(&buf, text.at[i]);
	}
	if (buf.len == 1 || !utf8_is_valid(buf_view(&buf)))
		return NULL;
	buf_byte(&buf, '>');
	return buf_string(&buf);
}

/* Where no brackets are, each word with an "@" is taken for an id. */
static void
add_bare_ids(struct arena *arena, const char *raw, struct texts *ids)
{
	struct texts	 words;
	const char	*id;
	size_t		 i;

	words = text_split(arena, raw, " \t\r\n,;");
	for (i = 0; i < words.len && ids->len < IDS_MOST; i++)
		if (strchr(words.at[i], '@') != NULL &&
		    (id = read_id(arena, bytes_of(words.at[i]))) != NULL)
			texts_add(arena, ids, id);
}

struct texts
header_ids(struct arena *arena, const char *raw)
{
	struct texts	 ids = { 0 };
	const char	*open, *end, *id;

	if (raw == NULL)
		return ids;
	if (strchr(raw, '<') == NULL)
		add_bare_ids(arena, raw, &ids);
	for (open = raw; (open = strchr(open, '<')) != NULL &&
	    ids.len < IDS_MOST; open = end) {
		end = open + 1 + strcspn(open + 1, "<>");
		if (*end == '>' && (id = read_id(arena, bytes_from(open + 1,
		    (size_t)(end - open - 1)))) != NULL)
			texts_add(arena, &ids, id);
	}
	return ids;
}
