#include "data/base64_length.h"

#include "base/text.h"

static bool
is_base64(unsigned char byte)
{
	return text_is_alnum(byte) || byte == '+' || byte == '/';
}

/* Lines of base64 that are all alike. */
struct lines {
	uint64_t	 chars;		/* of content in a line */
	uint64_t	 step;		/* with its line end */
};

static bool
measure_line(struct bytes head, struct lines *lines)
{
	size_t	 end;

	if ((end = bytes_find(head, '\n')) == head.len || end == 0)
		return false;
	lines->step = end + 1;
	lines->chars = head.at[end - 1] == '\r' ? end - 1 : end;
	return lines->chars > 0 && lines->chars % 4 == 0;
}

/* Whether bytes that stand at that offset of the part fit the lines. */
static bool
fits_lines(const struct lines *lines, struct bytes piece, uint64_t offset)
{
	uint64_t	 column;
	size_t		 i;

	for (i = 0; i < piece.len; i++) {
		column = (offset + i) % lines->step;
		if (column == lines->step - 1) {
			if (piece.at[i] != '\n')
				return false;
		} else if (column >= lines->chars) {
			if (piece.at[i] != '\r')
				return false;
		} else if (!is_base64(piece.at[i]))
			return false;
	}
	return true;
}

bool
base64_length_predict(struct bytes head, struct bytes tail, uint64_t tail_at,
    int64_t *length)
{
	struct lines	 lines;
	uint64_t	 end, chars;
	int		 padding;

	if (!measure_line(head, &lines) || !fits_lines(&lines, head, 0))
		return false;
	while (tail.len > 0 && text_is_space(tail.at[tail.len - 1]))
		tail.len--;
	for (padding = 0; padding < 2 && tail.len > 0 &&
	    tail.at[tail.len - 1] == '='; padding++)
		tail.len--;
	if (tail.len == 0 || !fits_lines(&lines, tail, tail_at))
		return false;
	end = tail_at + tail.len + (uint64_t)padding;
	if (end % lines.step > lines.chars)
		return false;
	chars = end / lines.step * lines.chars + end % lines.step;
	if (chars % 4 != 0)
		return false;
	*length = (int64_t)(chars / 4 * 3) - padding;
	return true;
}
