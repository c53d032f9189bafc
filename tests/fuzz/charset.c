#include "fuzz.h"

#include "base/arena.h"
#include "base/text.h"
#include "data/charset.h"
#include "data/lower.h"
#include "data/utf7.h"
#include "data/utf8.h"

static const char *const	 charsets[] = {
	"us-ascii", "utf-8", "iso-8859-1", "windows-1252", "iso-2022-jp",
	"gb2312", "big5", "shift_jis", "euc-kr", "utf-7", "utf-16", "koi8-r",
	"iso-8859-8-i", "x-unknown", NULL, "hz-gb-2312"
};

enum { CHARSETS = sizeof(charsets) / sizeof(charsets[0]) };

/* Cleaned text is clean, and counted as it is read. */
static void
check_utf8(struct arena *arena, struct bytes raw)
{
	const char	*clean, *line, *visible;
	struct bytes	 text;
	size_t		 at, n, dropped;

	clean = utf8_clean(arena, raw);
	line = utf8_clean_line(arena, raw);
	fuzz_is_text(clean);
	fuzz_is_line(line);
	text = bytes_of(clean);
	assert(text_equal(clean, utf8_clean(arena, text)));
	assert(text_equal(line, utf8_clean_line(arena, bytes_of(line))));
	for (at = n = 0; at < text.len; n++)
		utf8_next(text, &at);
	assert(n == utf8_count(clean) && utf8_offset(clean, n) == text.len);
	visible = utf8_visible(arena, clean, &dropped);
	fuzz_is_text(visible);
	assert(utf8_count(visible) + dropped == n);
	fuzz_is_text(lower_text(arena, clean));
}

/* A mailbox's name: what one way makes the other takes. */
static void
check_utf7(struct arena *arena, const char *raw)
{
	const char	*text, *written, *again;

	utf7_read_loosely(arena, raw);
	if (utf7_read(arena, raw, &text)) {
		fuzz_is_line(text);
		assert(text_equal(raw, utf7_write(arena, text)));
	}
	text = utf8_clean_line(arena, bytes_of(raw));
	written = utf7_write(arena, text);
	assert(text_is_ascii(written));
	if (!text_has_control(text)) {
		assert(utf7_read(arena, written, &again));
		assert(text_equal(again, text));
		assert(text_equal(utf7_read_loosely(arena, written), text));
	}
}

/* The first byte chooses the charset. */
int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct arena	*arena;
	struct bytes	 raw;

	if (len == 0)
		return 0;
	arena = arena_open();
	raw = bytes_from(at + 1, len - 1);
	fuzz_is_text(charset_to_utf8(arena, charsets[at[0] % CHARSETS], raw));
	check_utf8(arena, raw);
	check_utf7(arena, bytes_text(arena, raw));
	arena_close(arena);
	return 0;
}
