#include "check_report.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/utf8.h"

enum { FORMAT = 1, DETAIL_CHARS = 500 };

static void
start_list(struct arena *arena, struct buf *buf, struct json_writer *writer)
{
	buf_start(buf, arena);
	json_start(writer, buf);
	json_open_array(writer, NULL);
}

void
check_report_start(struct report *report, struct arena *arena, bool json)
{
	*report = (struct report){ .arena = arena, .json = json };
	start_list(arena, &report->found, &report->found_writer);
	start_list(arena, &report->passed, &report->passed_writer);
	start_list(arena, &report->notes, &report->notes_writer);
}

void
check_report_ok(struct report *report, const char *id, const char *what)
{
	json_put_text(&report->passed_writer, NULL, id);
	if (!report->json)
		printf("ok     %s\n", what);
}

/* Whether a terminal shows it as what it is: no controls, those of ISO 6429
 * above ASCII among them, and nothing that turns the direction. */
static bool
is_shown(uint32_t character)
{
	return character >= ' ' && character != 0x7f &&
	    (character < 0x80 || character >= 0xa0) &&
	    character != UTF8_REPLACEMENT && !utf8_is_invisible(character);
}

/* The peer's words may stand in a detail: no line may end in them, and no
 * terminal obey them. */
static const char *
one_line(struct arena *arena, const char *text)
{
	const struct bytes	 all = bytes_of(text);
	struct buf		 buf;
	uint32_t		 character;
	size_t			 at, n;

	buf_start(&buf, arena);
	for (at = n = 0; at < all.len && n < DETAIL_CHARS; n++) {
		character = utf8_next(all, &at);
		utf8_put(&buf, is_shown(character) ? character : '?');
	}
	if (at < all.len)
		buf_text(&buf, "...");
	return buf_string(&buf);
}

static void
print_wrong(const struct report *report, const struct check_finding *finding,
    const char *id, const char *detail)
{
	const char	*server = check_finding_server(report->server);
	bool		 named;

	named = finding->mend[report->server] != NULL &&
	    report->server != CHECK_ANY;
	printf("wrong  %s: %s%s%s%s; %s. Mend%s%s%s: %s\n", id, finding->what,
	    detail == NULL ? "" : " (", detail == NULL ? "" : detail,
	    detail == NULL ? "" : ")", finding->why, named ? " (" : "",
	    named ? server : "", named ? ")" : "",
	    check_finding_mend(finding, report->server));
}

void
check_report_wrong_as(struct report *report, const char *row, const char *id,
    const char *detail)
{
	const struct check_finding	*finding = check_finding_find(row);
	struct json_writer		*writer = &report->found_writer;

	report->wrong++;
	if (detail != NULL)
		detail = one_line(report->arena, detail);
	json_open_object(writer, NULL);
	json_put_text(writer, "id", id);
	json_put_text(writer, "what", finding->what);
	json_put_text(writer, "detail", detail);
	json_put_text(writer, "why", finding->why);
	json_put_text(writer, "mend", check_finding_mend(finding,
	    report->server));
	json_close_object(writer);
	if (!report->json)
		print_wrong(report, finding, id, detail);
}

void
check_report_wrong(struct report *report, const char *id, const char *detail)
{
	check_report_wrong_as(report, id, id, detail);
}

void
check_report_note(struct report *report, const char *format, ...)
{
	struct buf	 buf;
	const char	*text;
	va_list		 list;

	buf_start(&buf, report->arena);
	va_start(list, format);
	buf_formatv(&buf, format, list);
	va_end(list);
	text = one_line(report->arena, buf_string(&buf));
	json_put_text(&report->notes_writer, NULL, text);
	if (!report->json)
		printf("note   %s\n", text);
}

void
check_report_end(struct report *report, const char *base_url)
{
	const char		*server = check_finding_server(report->server);
	struct json_writer	 writer;
	struct buf		 buf;

	if (!report->json)
		return;
	json_close_array(&report->found_writer);
	json_close_array(&report->passed_writer);
	json_close_array(&report->notes_writer);
	buf_start(&buf, report->arena);
	json_start(&writer, &buf);
	json_open_object(&writer, NULL);
	json_put_number(&writer, "format", FORMAT);
	json_put_text(&writer, "base_url", base_url);
	json_put_text(&writer, "server", server[0] == '\0' ? NULL : server);
	json_put_raw(&writer, "findings", buf_view(&report->found));
	json_put_raw(&writer, "passed", buf_view(&report->passed));
	json_put_raw(&writer, "notes", buf_view(&report->notes));
	json_close_object(&writer);
	printf("%s\n", buf_string(&buf));
}
