#include "fuzz.h"

#include "base/arena.h"
#include "data/base64.h"
#include "data/base64_length.h"
#include "mail/part_decode.h"

/* What is read canonically is written to the same; what is written is read. */
static void
check_round(struct arena *arena, struct bytes raw)
{
	struct bytes	 data, lenient;

	if (base64_read(arena, raw, &data)) {
		assert(bytes_is(raw, base64_write(arena, data)));
		assert(base64_read_lenient(arena, raw, &lenient) &&
		    bytes_equal(lenient, data));
	}
	if (base64_read_url(arena, raw, &data)) {
		assert(bytes_is(raw, base64_write_url(arena, data)));
		assert(base64_read_lenient(arena, raw, &lenient) &&
		    bytes_equal(lenient, data));
	}
	assert(base64_read(arena, bytes_of(base64_write(arena, raw)), &data) &&
	    bytes_equal(data, raw));
	assert(base64_read_url(arena, bytes_of(base64_write_url(arena, raw)),
	    &data) && bytes_equal(data, raw));
}

/* A length that is told of lines as every program writes them is right. */
static void
check_length(struct arena *arena, struct bytes raw, size_t column)
{
	struct bytes	 text, all;
	struct buf	 lines;
	int64_t		 length;
	size_t		 i;

	text = bytes_of(base64_write(arena, raw));
	buf_start(&lines, arena);
	for (i = 0; i < text.len; i += column) {
		buf_bytes(&lines, bytes_slice(text, i, column));
		buf_text(&lines, "\r\n");
	}
	all = buf_view(&lines);
	if (base64_length_predict(all, all, 0, &length))
		assert(length == (int64_t)raw.len);
	base64_length_predict(raw, raw, 0, &length);
}

/* The first byte chooses how long lines are. */
int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct arena	*arena;

	if (len == 0)
		return 0;
	arena = arena_open();
	check_round(arena, bytes_from(at + 1, len - 1));
	check_length(arena, bytes_from(at + 1, len - 1), 4 + at[0] % 80);
	arena_close(arena);
	return 0;
}
