#include "mail/part_text.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "data/charset.h"
#include "data/utf8.h"
#include "mail/part.h"

enum {
	META_BYTES = 1024,	/* where HTML says its charset at the latest */
	QUOTE_DEPTH = 100	/* of ">"; deeper is shown as this deep */
};

static const char	 signature[] = "-- ";

/* What <meta> says, or NULL. */
static const char *
find_meta_charset(struct arena *arena, struct bytes content)
{
	static const char	 name[] = "charset=";
	const char		*text, *value;

	text = bytes_text(arena, bytes_slice(content, 0, META_BYTES));
	if (text_find_case(text, "<meta") == NULL ||
	    (value = text_find_case(text, name)) == NULL)
		return NULL;
	value += sizeof(name) - 1;
	value += strspn(value, "\"' ");
	return arena_copy(arena, value, strcspn(value, "\"' ;>/"));
}

static const char *
find_charset(struct arena *arena, const struct part *part,
    struct bytes content)
{
	const char	*charset;

	charset = part_parameter(arena, part, "charset");
	if (text_is_empty(charset) && text_equal(part->subtype, "html") &&
	    !utf8_is_valid(content))
		charset = find_meta_charset(arena, content);
	return charset;
}

static bool
parameter_is(struct arena *arena, const struct part *part, const char *name,
    const char *value)
{
	const char	*found;

	found = part_parameter(arena, part, name);
	return found != NULL && text_equal_case(found, value);
}

/* One line of format=flowed, without its quoting, stuffing and line end. */
struct flowed {
	size_t		 depth;
	struct bytes	 text;
	bool		 flows;		/* goes on in the next one */
};

/*
 * RFC 3676 4.  A line that ends in a blank goes on in the next one of the same
 * depth, but for the line above a signature.  DelSp takes the blank away.
 */
static struct flowed
read_line(struct bytes line, bool delete_space)
{
	struct flowed	 flowed = { 0 };

	while (flowed.depth < line.len && line.at[flowed.depth] == '>')
		flowed.depth++;
	line = bytes_slice(line, flowed.depth, line.len);
	if (line.len > 0 && line.at[0] == ' ')
		line = bytes_slice(line, 1, line.len);
	flowed.flows = line.len > 0 && line.at[line.len - 1] == ' ' &&
	    !bytes_is(line, signature);
	if (flowed.flows && delete_space)
		line.len--;
	flowed.text = line;
	return flowed;
}

static void
put_quotes(struct buf *buf, size_t depth)
{
	size_t	 i;

	for (i = 0; i < depth && i < QUOTE_DEPTH; i++)
		buf_byte(buf, '>');
	if (depth > 0)
		buf_byte(buf, ' ');
}

static const char *
join_flowed(struct arena *arena, const char *text, bool delete_space)
{
	struct flowed	 line, before = { 0 };
	struct buf	 buf;
	size_t		 len;
	bool		 joins;

	buf_start(&buf, arena);
	for (; *text != '\0'; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		line = read_line(bytes_from(text, len), delete_space);
		joins = before.flows && before.depth == line.depth &&
		    !bytes_is(line.text, signature);
		if (before.flows && !joins)
			buf_byte(&buf, '\n');
		if (!joins)
			put_quotes(&buf, line.depth);
		buf_bytes(&buf, line.text);
		if (!line.flows)
			buf_byte(&buf, '\n');
		before = line;
	}
	return buf_string(&buf);
}

const char *
part_text(struct arena *arena, const struct part *part, struct bytes content)
{
	const char	*text;

	text = charset_to_utf8(arena, find_charset(arena, part, content),
	    content);
	text = utf8_clean(arena, bytes_of(text));
	if (!text_equal(part->subtype, "plain") ||
	    !parameter_is(arena, part, "format", "flowed"))
		return text;
	return join_flowed(arena, text,
	    parameter_is(arena, part, "delsp", "yes"));
}
