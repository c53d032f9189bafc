#include "mail/calendar_line.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/utf8.h"

struct bytes
calendar_line_take(struct arena *arena, struct bytes *text)
{
	struct buf	 line;
	size_t		 end;

	buf_start(&line, arena);
	for (;;) {
		end = bytes_find(*text, '\n');
		buf_bytes(&line, bytes_slice(*text, 0,
		    end > 0 && text->at[end - 1] == '\r' ? end - 1 : end));
		*text = bytes_slice(*text, end + 1, text->len);
		if (text->len == 0 ||
		    (text->at[0] != ' ' && text->at[0] != '\t'))
			return buf_view(&line);
		*text = bytes_slice(*text, 1, text->len);
	}
}

bool
calendar_line_read(struct bytes raw, struct calendar_line *line)
{
	size_t	 i, name;
	bool	 quoted = false;

	for (name = 0; name < raw.len && raw.at[name] != ';' &&
	    raw.at[name] != ':'; name++)
		continue;
	for (i = name; i < raw.len; i++) {
		if (raw.at[i] == '"')
			quoted = !quoted;
		else if (raw.at[i] == ':' && !quoted)
			break;
	}
	line->name = bytes_slice(raw, 0, name);
	line->parameters = bytes_slice(raw, name, i - name);
	line->value = bytes_slice(raw, i + 1, raw.len);
	return i < raw.len;
}

/* Takes the next parameter, without its ";". */
static struct bytes
take_parameter(struct bytes *rest)
{
	struct bytes	 one;
	size_t		 i;
	bool		 quoted = false;

	for (i = 1; i < rest->len && (quoted || rest->at[i] != ';'); i++)
		if (rest->at[i] == '"')
			quoted = !quoted;
	one = bytes_slice(*rest, 1, i - 1);
	*rest = bytes_slice(*rest, i, rest->len);
	return one;
}

const char *
calendar_line_parameter(struct arena *arena, const struct calendar_line *line,
    const char *name)
{
	struct bytes	 rest = line->parameters, one;
	size_t		 equals;

	while (rest.len > 0) {
		one = take_parameter(&rest);
		equals = bytes_find(one, '=');
		if (equals == one.len ||
		    !bytes_is_case(bytes_slice(one, 0, equals), name))
			continue;
		one = bytes_slice(one, equals + 1, one.len);
		if (one.len >= 2 && one.at[0] == '"' &&
		    one.at[one.len - 1] == '"')
			one = bytes_slice(one, 1, one.len - 2);
		return bytes_text(arena, one);
	}
	return NULL;
}

/* How much of the text goes on a line: whole characters. */
static size_t
measure(struct bytes text, size_t room)
{
	size_t	 at, end;

	for (at = end = 0; at < text.len; end = at) {
		utf8_next(text, &at);
		if (at > room)
			return end;
	}
	return at;
}

void
calendar_line_write(struct buf *out, const char *line)
{
	struct bytes	 rest = bytes_of(line);
	size_t		 len, room = CALENDAR_LINE_OCTETS;

	assert(strpbrk(line, "\r\n") == NULL);
	do {
		if (room < CALENDAR_LINE_OCTETS)
			buf_byte(out, ' ');
		len = measure(rest, room);
		buf_bytes(out, bytes_slice(rest, 0, len));
		buf_text(out, "\r\n");
		rest = bytes_slice(rest, len, rest.len);
		room = CALENDAR_LINE_OCTETS - 1;
	} while (rest.len > 0);
}
