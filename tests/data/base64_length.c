#include "../check.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "data/base64.h"
#include "data/base64_length.h"

enum { PIECE = 1024 };

/* Base64 of so many bytes in lines of that many characters. */
static struct bytes
coded(struct arena *arena, size_t len, size_t line, const char *end)
{
	struct bytes	 text;
	struct buf	 buf;
	size_t		 i;

	text = bytes_of(base64_write(arena,
	    bytes_from(arena_take(arena, len), len)));
	buf_start(&buf, arena);
	for (i = 0; i < text.len; i += line) {
		buf_bytes(&buf, bytes_slice(text, i, line));
		buf_text(&buf, end);
	}
	return buf_view(&buf);
}

static bool
predict(struct bytes whole, int64_t *length)
{
	size_t	 tail_at;

	tail_at = (whole.len - 1) / PIECE * PIECE;
	return base64_length_predict(bytes_slice(whole, 0, PIECE),
	    bytes_slice(whole, tail_at, PIECE), tail_at, length);
}

/* Told is the length or nothing: mostly the length, but where the last piece
 * holds no more than padding. */
static void
every_length(void **state)
{
	static const struct {
		size_t		 line;
		const char	*end;
	} shapes[] = { { 76, "\r\n" }, { 76, "\n" }, { 60, "\r\n" },
	    { 72, "\r\n" }, { 1000, "\r\n" } };
	struct arena	*arena;
	int64_t		 length;
	size_t		 i, len, told;

	(void)state;
	arena = arena_open();
	told = 0;
	for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		for (len = 2000; len < 2900; len++) {
			if (!predict(coded(arena, len, shapes[i].line,
			    shapes[i].end), &length))
				continue;
			assert_int_equal(length, len);
			told++;
		}
	assert_true(told > 5 * 900 - 50);
	arena_close(arena);
}

/* What is not as every program writes it has to be read. */
static void
refuses_to_guess(void **state)
{
	static const struct {
		size_t		 at;
		const char	*instead;
	} cases[] = {
		{ 0, " " }, { 10, "=" }, { 76, "\n" }, { 77, "A" },
		{ 100, "\r\n" }, { 200, "*" }, { 2600, "-" }, { 2650, "AA" }
	};
	struct arena	*arena;
	struct bytes	 good;
	struct buf	 buf;
	int64_t		 length;
	size_t		 i, len;

	(void)state;
	arena = arena_open();
	good = coded(arena, 1950, 76, "\r\n");
	assert_true(predict(good, &length));
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		len = strlen(cases[i].instead);
		buf_start(&buf, arena);
		buf_bytes(&buf, bytes_slice(good, 0, cases[i].at));
		buf_text(&buf, cases[i].instead);
		buf_bytes(&buf, bytes_slice(good, cases[i].at + len,
		    good.len));
		assert_false(predict(buf_view(&buf), &length));
	}
	arena_close(arena);
}

/* Unlike lines out of sight are met at the end: it stands out of step. */
static void
out_of_step(void **state)
{
	struct arena	*arena;
	struct bytes	 good;
	struct buf	 buf;
	int64_t		 length;

	(void)state;
	arena = arena_open();
	good = coded(arena, 6000, 76, "\r\n");
	buf_start(&buf, arena);
	buf_bytes(&buf, bytes_slice(good, 0, 78 * 30 - 2));
	buf_text(&buf, "\n");
	buf_bytes(&buf, bytes_slice(good, 78 * 30, good.len));
	assert_false(predict(buf_view(&buf), &length));
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(every_length), cmocka_unit_test(refuses_to_guess),
    cmocka_unit_test(out_of_step))
