#include "fuzz.h"

#include <string.h>

#include "base/arena.h"
#include "data/filename.h"
#include "mail/address.h"
#include "mail/html_safe.h"
#include "mail/part_kind.h"
#include "mail/quoted.h"
#include "mail/quoting.h"
#include "mail/uuencode.h"

static void
check_filename(struct arena *arena, const char *name)
{
	const char	*clean, *ascii;

	clean = filename_clean(arena, name);
	fuzz_is_line(clean);
	assert(clean[0] != '\0' && clean[0] != '.' && clean[0] != ' ');
	assert(strchr(". ", clean[strlen(clean) - 1]) == NULL);
	assert(strlen(clean) <= FILENAME_BYTES);
	assert(strpbrk(clean, "/\\") == NULL);
	assert(text_equal(clean, filename_clean(arena, clean)));
	ascii = filename_ascii(arena, name);
	assert(ascii[0] != '\0' && text_is_ascii(ascii));
	assert(strpbrk(ascii, "/\\ \"%;") == NULL);
	fuzz_is_line(filename_disposition(arena, name));
}

static void
check_folded(struct arena *arena, const char *text)
{
	const char	*folded;
	size_t		 dropped, files;

	folded = quoted_fold(arena, text, &dropped);
	fuzz_is_text(folded);
	assert(utf8_count(folded) <= utf8_count(text));
	fuzz_is_text(uuencode_fold(arena, text, &files));
	part_text_kinds(text);
}

/* Text stays text within HTML. */
static void
check_quoting(struct arena *arena, const char *text)
{
	struct address	 from = { text, "a@example.org" };
	struct quoting	 quoting = {
		.from = { &from, 1 }, .subject = text, .text = text
	};
	const char	*html;

	html = quoting_html(arena, text);
	fuzz_is_text(html);
	assert(strchr(text, '<') == NULL || strstr(html, "&lt;") != NULL);
	assert(strstr(html, "<script") == NULL);
	fuzz_is_text(quoting_reply(arena, "", &quoting));
	fuzz_is_text(quoting_forward(arena, text, &quoting));
	html = quoting_reply_html(arena, "<p>me</p>", &quoting);
	fuzz_is_text(html);
	assert(strstr(html, "<script") == NULL);
	html = quoting_forward_html(arena, "", &quoting);
	fuzz_is_text(html);
	assert(strstr(html, "<script") == NULL);
	assert(strstr(html_safe_plain(arena, text), "<script") == NULL);
	fuzz_is_text(quoting_insert(arena, text, "<p>more</p>"));
}

/* The text of a message, and a name that somebody gave to a file. */
int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct arena	*arena;
	const char	*text;

	arena = arena_open();
	text = utf8_clean(arena, bytes_from(at, len));
	check_filename(arena, text);
	check_filename(arena, bytes_text(arena, bytes_from(at, len)));
	check_folded(arena, text);
	check_quoting(arena, text);
	arena_close(arena);
	return 0;
}
