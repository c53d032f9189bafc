#include "mail/invitation_reply.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "mail/calendar_line.h"

#include "../check.h"

#define NOW	1785223800	/* 2026-07-28T07:30:00Z */
#define START	"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\n"
#define END	"END:VEVENT\r\nEND:VCALENDAR\r\n"
#define CANCEL	"BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nBEGIN:VEVENT\r\n"
#define ID	"UID:id@example.org\r\n"
#define BY	"ORGANIZER;CN=\"Anna: B\":mailto:anna@example.org\r\n"
#define HEAD	"BEGIN:VCALENDAR\r\nPRODID:-//Postern//EN\r\nVERSION:2.0\r\n" \
	"METHOD:REPLY\r\n"
#define MINE	"BEGIN:VEVENT\r\nATTENDEE;PARTSTAT=ACCEPTED;CN=\"Tim; T\":" \
	"mailto:tim@example.org\r\n"
#define STAMP	"DTSTAMP:20260728T073000Z\r\n"
#define TO	"ORGANIZER:mailto:anna@example.org\r\n"

/* A request, and the answer to it; NULL: it can't be answered. */
static const struct {
	const char	*request, *reply;
} rows[] = {
	{ START ID BY "SUMMARY:Besprechung\\, gro\xc3\x9f\r\nSEQUENCE:3\r\n"
	    END, HEAD MINE STAMP TO "SEQUENCE:3\r\n"
	    "SUMMARY:Besprechung\\, gro\xc3\x9f\r\n" ID END },
	{ START ID BY "DTSTART:20260801T100000Z\r\n" END,
	    HEAD MINE STAMP "DTSTART:20260801T100000Z\r\n" TO
	    "SEQUENCE:0\r\n" ID END },
	{ START ID BY "DTSTART;VALUE=DATE:20260801\r\n" END,
	    HEAD MINE STAMP "DTSTART;VALUE=DATE:20260801\r\n" TO
	    "SEQUENCE:0\r\n" ID END },
	{ START ID BY "RECURRENCE-ID:20260801T100000Z\r\n" END,
	    HEAD MINE STAMP TO "RECURRENCE-ID:20260801T100000Z\r\n"
	    "SEQUENCE:0\r\n" ID END },
	/* The zone of an instance comes along. */
	{ "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VTIMEZONE\nTZID:Berlin\n"
	    "X-EVIL:1\nBEGIN:STANDARD\nTZOFFSETFROM:+0200\n"
	    "TZNAME:a\\nb\nEND:STANDARD\nEND:VTIMEZONE\nBEGIN:VEVENT\n" ID BY
	    "RECURRENCE-ID;TZID=Berlin:20260801T100000\r\n" END,
	    HEAD "BEGIN:VTIMEZONE\r\nTZID:Berlin\r\nBEGIN:STANDARD\r\n"
	    "TZOFFSETFROM:+0200\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n" MINE
	    STAMP TO "RECURRENCE-ID;TZID=\"Berlin\":20260801T100000\r\n"
	    "SEQUENCE:0\r\n" ID END },
	/* What is within a zone or an alarm is not the event's. */
	{ "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VTIMEZONE\nBEGIN:VALARM\n"
	    "END:VALARM\nEND:VTIMEZONE\nBEGIN:VEVENT\nBEGIN:VALARM\n"
	    "UID:alarm\nORGANIZER:mailto:evil@example.org\nEND:VALARM\n" ID
	    BY "RECURRENCE-ID;TZID=\"a\":20260801T100000\r\n" END,
	    HEAD MINE STAMP TO
	    "RECURRENCE-ID;TZID=\"a\":20260801T100000\r\nSEQUENCE:0\r\n" ID
	    END },
	/* The first of its name counts; what is none is left out. */
	{ START ID "UID:other\r\n" BY "ORGANIZER:mailto:b@example.org\r\n"
	    "RECURRENCE-ID;TZID=\"x\r\n\r\nATTENDEE:mailto:c@d\":2026\r\n"
	    "DTSTART:today\r\n" END,
	    HEAD MINE STAMP TO "SEQUENCE:0\r\n" ID END },
	{ START ID BY "DTSTART:20200801T100000Z\r\nRRULE:FREQ=DAILY\r\n" END,
	    HEAD MINE STAMP "DTSTART:20200801T100000Z\r\n" TO
	    "SEQUENCE:0\r\n" ID END },
	{ START ID BY "DTSTART:20260727T100000Z\r\n" END,
	    HEAD MINE STAMP "DTSTART:20260727T100000Z\r\n" TO
	    "SEQUENCE:0\r\n" ID END },
	{ START ID BY "SUMMARY:a\rATTENDEE:mailto:evil@example.org\r\n" END,
	    HEAD MINE STAMP TO "SEQUENCE:0\r\n"
	    "SUMMARY:a ATTENDEE:mailto:evil@example.org\r\n" ID END },
	{ CANCEL ID BY END, NULL },
	{ "BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\n" ID BY END, NULL },
	{ "BEGIN:VCALENDAR\nMETHOD:PUBLISH\nBEGIN:VEVENT\n" ID BY END, NULL },
	{ "BEGIN:VCALENDAR\nBEGIN:VEVENT\n" ID BY END, NULL },
	{ START ID BY "STATUS:CANCELLED\r\n" END, NULL },
	{ START ID END, NULL }, { START BY END, NULL },
	{ START ID "ORGANIZER:http://example.org/\r\n" END, NULL },
	{ START ID "ORGANIZER:mailto:a@example.org, b@example.org\r\n" END,
	    NULL },
	/* Nobody else than the one that is shown. */
	{ START ID "ORGANIZER:mailto:a@example.org?bcc=b@example.org\r\n" BY
	    END, NULL },
	{ START ID "ORGANIZER:mailto:a@example.org\rRCPT\r\n" END, NULL },
	{ START "UID:a\rATTENDEE:mailto:evil@example.org\r\n" BY END, NULL },
	{ START "UID:\r\n" BY END, NULL },
	{ START "UID:\xff\r\n" BY END, NULL },
	{ START ID BY "DTSTART:20200801T100000Z\r\n" END, NULL },
	{ START ID BY "DTSTART:20260501T100000Z\r\nDURATION:PT1H\r\n" END,
	    NULL },
	{ "BEGIN:VCALENDAR\nMETHOD:REQUEST\n" END, NULL }, { "", NULL }
};

static void
answers(void **state)
{
	struct invitation_request	 request;
	struct invitation_reply		 reply = {
		.request = &request, .attendee = "tim@example.org",
		.name = "Tim\"; T", .status = "ACCEPTED", .now = NOW
	};
	const struct fault		*bad;
	struct arena			*arena;
	size_t				 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		arena = arena_open();
		bad = invitation_request_read(arena, rows[i].request, NOW,
		    &request);
		if ((bad == NULL) != (rows[i].reply != NULL))
			fail_msg("%zu: %s", i, bad == NULL ? "taken" :
			    bad->detail);
		if (bad == NULL)
			assert_string_equal(invitation_reply_write(arena,
			    &reply), rows[i].reply);
		else
			assert_int_equal(bad->kind, FAULT_ARGUMENT);
		arena_close(arena);
	}
}

/* A comment is one property, whatever is in it, in lines of 75 octets. */
static void
comments(void **state)
{
	static const char		 text[] =
		"Gr\xc3\xbc\xc3\x9f" "e; a, b \\ c\r\nEND:VEVENT\r\n"
		"ATTENDEE:mailto:evil@example.org\x01\n"
		"\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac";
	struct invitation_request	 request = {
		.uid = "id", .organizer = "anna@example.org"
	};
	struct invitation_reply		 reply = {
		.request = &request, .attendee = "tim@example.org",
		.status = "DECLINED", .comment = text, .now = NOW
	};
	struct calendar_line		 line;
	struct arena			*arena = arena_open();
	struct bytes			 rest, raw;
	const char			*told;
	size_t				 i, column, found;

	(void)state;
	told = invitation_reply_write(arena, &reply);
	for (i = column = 0; told[i] != '\0'; i++) {
		column = told[i] == '\n' ? 0 : column + 1;
		assert_true(column <= CALENDAR_LINE_OCTETS + 1);
		assert_true(told[i] != '\n' || told[i - 1] == '\r');
		/* No character is cut. */
		assert_true(column != 2 || i < 2 || told[i - 1] != ' ' ||
		    ((unsigned char)told[i] & 0xc0) != 0x80);
	}
	for (rest = bytes_of(told), found = 0; rest.len > 0; ) {
		raw = calendar_line_take(arena, &rest);
		assert_true(calendar_line_read(raw, &line));
		if (!bytes_is(line.name, "COMMENT"))
			continue;
		found++;
		assert_string_equal(bytes_text(arena, line.value),
		    "Gr\xc3\xbc\xc3\x9f" "e\\; a\\, b \\\\ c\\nEND:VEVENT\\n"
		    "ATTENDEE:mailto:evil@example.org\\n"
		    "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac"
		    "\xe2\x82\xac");
	}
	assert_int_equal(found, 1);
	assert_null(strstr(told, "\nATTENDEE:"));
	arena_close(arena);
}

static void
parameters(void **state)
{
	static const struct {
		const char	*line, *value;
	} cases[] = {
		{ "X;TZID=a:b", "a" }, { "X;A=\"c;TZID=d\";tzid=\"e:f\":b",
		    "e:f" }, { "X;TZIDS=a:b", NULL }, { "X;TZID:b", NULL },
		{ "X:TZID=a", NULL }, { "X;TZID=\":b:c", NULL },
		{ "X;TZID=:b", "" }
	};
	struct calendar_line	 line;
	struct arena		*arena = arena_open();
	const char		*value;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		value = calendar_line_read(bytes_of(cases[i].line), &line) ?
		    calendar_line_parameter(arena, &line, "TZID") : NULL;
		if ((value == NULL) != (cases[i].value == NULL))
			fail_msg("%zu: %s", i, value);
		if (value != NULL)
			assert_string_equal(value, cases[i].value);
	}
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(answers), cmocka_unit_test(comments),
    cmocka_unit_test(parameters))
