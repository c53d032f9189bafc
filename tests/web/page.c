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

/* A template beside the tests. */
static const char *
make_template(struct arena *arena, const char *name, const char *text)
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
	path = text_format(arena, "%s/%s.html", folder, name);
	assert_non_null(file = fopen(path, "w"));
	fputs(text, file);
	fclose(file);
	return path;
}

#define ESCAPED	"{{%AUTOESCAPE context=\"HTML\"}}"

/* A part sees what the page has, and is escaped for where it stands. */
static void
parts(void **state)
{
	struct arena	*arena;
	struct page	*page;
	const char	*whole, *part, *text;

	(void)state;
	arena = arena_open();
	whole = make_template(arena, "whole", ESCAPED
	    "<p>\n{{#EACH}}\n{{>part-test}}\n{{/EACH}}\n</p>\n");
	part = make_template(arena, "part-test",
	    "<a href=\"{{URL}}\">{{TITLE}}</a>\n");
	page = page_open(arena, "whole");
	page_set(page, "TITLE", "<title>");
	page_set(page_show(page, "EACH"), "URL", "javascript:alert(1)");
	page_set(page_show(page, "EACH"), "URL", "https://example.org/");
	text = write_page(page, arena);
	assert_non_null(strstr(text, "<a href=\"#\">&lt;title&gt;</a>"));
	assert_non_null(strstr(text, "<a href=\"https://example.org/\">"));
	unlink(whole);
	unlink(part);
	arena_close(arena);
}

static void
templates_that_are_not_used(void **state)
{
	static const struct {
		const char	*name;
		const char	*text;	/* NULL: there is none */
	} rows[] = {
		{ "bare", "<p>{{TITLE}}</p>\n" },
		{ "headless", ESCAPED "{{>part-nothing}}\n" },
		{ "endless", ESCAPED "{{>endless}}\n" },
		{ "open", ESCAPED "{{>part" },
		{ "broken", ESCAPED "{{#A}}<p>\n" },
		{ "nothing", NULL },
		{ "", NULL }
	};
	struct arena			*arena;
	struct buf			 out;
	const struct fault		*bad;
	const char			*path;
	size_t				 i;

	(void)state;
	arena = arena_open();
	buf_start(&out, arena);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		path = rows[i].text == NULL ? NULL :
		    make_template(arena, rows[i].name, rows[i].text);
		bad = page_write(page_open(arena, rows[i].name), &out);
		assert_non_null(bad);
		assert_int_equal(bad->kind, FAULT_INTERNAL);
		if (path != NULL)
			unlink(path);
	}
	assert_int_equal(out.len, 0);
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(escapes_by_place),
	cmocka_unit_test(addresses),
	cmocka_unit_test(sections),
	cmocka_unit_test(parts),
	cmocka_unit_test(templates_that_are_not_used))
