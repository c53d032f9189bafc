#include "web/page.h"

#include "../check.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/text.h"

static const char	 hostile[] = "\"'><script>alert(1)</script>&";

static const char *
write_page(struct page *page, struct arena *arena)
{
	struct buf	 out;

	buf_start(&out, arena);
	assert_null(page_write(page, &out));
	return buf_string(&out);
}

static void
escapes_by_place(void **state)
{
	struct arena	*arena;
	struct page	*page;
	const char	*text;

	(void)state;
	arena = arena_open();
	page = page_open(arena, "error");
	page_set(page, "TITLE", hostile);
	page_set(page, "BASE", hostile);
	page_set(page, "ADVICE", NULL);
	page_set(page_show(page, "DETAIL"), "DETAIL_TEXT", hostile);
	text = write_page(page, arena);
	assert_null(strstr(text, "<script"));
	assert_non_null(strstr(text, "&lt;script&gt;"));
	assert_null(strstr(text, "\"'>"));
	assert_null(strstr(text, "{{"));
	arena_close(arena);
}

/* An address that is a script is no address. */
static void
addresses(void **state)
{
	struct arena	*arena;
	struct page	*page;
	const char	*text;

	(void)state;
	arena = arena_open();
	page = page_open(arena, "sign-in");
	page_set(page, "ACTION", "javascript:alert(1)");
	text = write_page(page, arena);
	assert_null(strstr(text, "javascript:"));
	assert_non_null(strstr(text, "action=\"#\""));
	arena_close(arena);
}

static void
sections(void **state)
{
	struct arena	*arena;
	struct page	*page;
	const char	*text;

	(void)state;
	arena = arena_open();
	page = page_open(arena, "sign-in");
	page_set(page_show(page, "SCOPE"), "SENTENCE", "first");
	page_set(page_show(page, "SCOPE"), "SENTENCE", "second");
	text = write_page(page, arena);
	assert_non_null(strstr(text, "<span>first</span>"));
	assert_non_null(strstr(text, "<span>second</span>"));
	assert_null(strstr(text, "role=\"alert\""));
	arena_close(arena);
}

/* A template beside the tests, without the line that asks for escaping. */
static const char *
make_bare(struct arena *arena)
{
	char		 program[PATH_MAX] = "";
	const char	*folder, *path;
	FILE		*file;
	int		 level;

	assert_true(readlink("/proc/self/exe", program,
	    sizeof(program) - 1) > 0);
	for (level = 0; level < 2; level++)
		*strrchr(program, '/') = '\0';
	folder = text_format(arena, "%s/templates", program);
	mkdir(folder, 0755);
	path = text_format(arena, "%s/bare.html", folder);
	assert_non_null(file = fopen(path, "w"));
	fputs("<p>{{TITLE}}</p>\n", file);
	fclose(file);
	return path;
}

static void
templates_that_are_not_used(void **state)
{
	static const char *const	 names[] = { "bare", "nothing", "" };
	struct arena			*arena;
	struct buf			 out;
	const struct fault		*bad;
	const char			*path;
	size_t				 i;

	(void)state;
	arena = arena_open();
	path = make_bare(arena);
	buf_start(&out, arena);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		bad = page_write(page_open(arena, names[i]), &out);
		assert_non_null(bad);
		assert_int_equal(bad->kind, FAULT_INTERNAL);
	}
	assert_int_equal(out.len, 0);
	unlink(path);
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(escapes_by_place),
	cmocka_unit_test(addresses),
	cmocka_unit_test(sections),
	cmocka_unit_test(templates_that_are_not_used))
