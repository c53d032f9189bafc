#include "../check.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "mail/invitation.h"

static const char	 meeting[] =
	"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VTIMEZONE\r\n"
	"TZID:Europe/Berlin\r\nBEGIN:STANDARD\r\nDTSTART:19701025T030000\r\n"
	"END:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\n"
	"UID:abc@example.org\r\nSEQUENCE:2\r\n"
	"SUMMARY;LANGUAGE=de:Besprechung\\, gro\xc3\r\n \x9f\r\n"
	"DTSTART;TZID=\"Europe/Berlin\":20260728T093000\r\n"
	"DTEND;TZID=Europe/Berlin:20260728T103000\r\n"
	"LOCATION:Room \\;1\r\nDESCRIPTION:One\\nTwo\\\\\r\n"
	"ORGANIZER;CN=\"Berg: Anna; Dr.\":mailto:anna@example.org\r\n"
	"ATTENDEE;RSVP=TRUE:MAILTO:demo@postern.test\r\n"
	"ATTENDEE:urn:uuid:x\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n"
	"BEGIN:VALARM\r\nDESCRIPTION:Alarm\r\nSUMMARY:Alarm\r\nEND:VALARM\r\n"
	"STATUS:CONFIRMED\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

static void
reads_an_event(void **state)
{
	struct invitation	 found;
	struct arena		*arena = arena_open();

	(void)state;
	assert_true(invitation_read(arena, meeting, &found));
	assert_string_equal(found.method, "REQUEST");
	assert_string_equal(found.summary, "Besprechung, gro\xc3\x9f");
	assert_string_equal(found.start, "2026-07-28T09:30:00");
	assert_string_equal(found.end, "2026-07-28T10:30:00");
	assert_string_equal(found.zone, "Europe/Berlin");
	assert_string_equal(found.location, "Room ;1");
	assert_string_equal(found.description, "One\nTwo\\");
	assert_string_equal(found.organizer, "anna@example.org");
	assert_int_equal(found.attendees.len, 1);
	assert_string_equal(found.attendees.at[0], "demo@postern.test");
	assert_string_equal(found.recurrence, "FREQ=WEEKLY;COUNT=3");
	assert_string_equal(found.status, "CONFIRMED");
	assert_int_equal(found.sequence, 2);
	arena_close(arena);
}

/* A start as it is written, and as it is told; NULL: no date. */
static const struct {
	const char	*raw, *told;
} starts[] = {
	{ "20260728", "2026-07-28" },
	{ "20260728T093000Z", "2026-07-28T09:30:00Z" },
	{ "20260728T093000", "2026-07-28T09:30:00" },
	{ "2026072", NULL }, { "2026-07-28", NULL },
	{ "20260728T0930", NULL }, { "20260728T093000ZZ", NULL },
	{ "20260728 093000", NULL }, { "", NULL }
};

static void
reads_times(void **state)
{
	struct invitation	 found;
	struct arena		*arena = arena_open();
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		assert_true(invitation_read(arena, text_format(arena,
		    "BEGIN:VEVENT\nDTSTART:%s\nEND:VEVENT\n", starts[i].raw),
		    &found));
		if (starts[i].told == NULL)
			assert_null(found.start);
		else
			assert_string_equal(found.start, starts[i].told);
	}
	arena_close(arena);
}

/* What is shown is what is answered: the first of each name. */
static void
keeps_the_first(void **state)
{
	struct invitation	 found;
	struct arena		*arena = arena_open();

	(void)state;
	assert_true(invitation_read(arena, "BEGIN:VEVENT\n"
	    "ORGANIZER:mailto:a@example.org\nDTSTART:20260801\n"
	    "DTEND:20260802\nORGANIZER:mailto:b@example.org\n"
	    "DTSTART;TZID=x:20270801T100000\nDTEND:20270802\nEND:VEVENT\n",
	    &found));
	assert_string_equal(found.organizer, "a@example.org");
	assert_string_equal(found.start, "2026-08-01");
	assert_string_equal(found.end, "2026-08-02");
	assert_null(found.zone);
	arena_close(arena);
}

static void
refuses_what_is_no_event(void **state)
{
	static const char *const	 texts[] = {
		"", "\n", ":", "BEGIN:VEVENT", "END:VEVENT\n",
		"BEGIN:VCALENDAR\nBEGIN:VTODO\nSUMMARY:x\nEND:VTODO\n",
		"BEGIN:VEVENT\nSUMMARY:x\nBEGIN:VALARM\nEND:VALARM\n",
		"BEGIN:VEVENT\n BEGIN:VEVENT\n", "Hello\n\nWorld\n"
	};
	struct invitation		 found;
	struct arena			*arena = arena_open();
	struct buf			 text;
	size_t				 i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_false(invitation_read(arena, texts[i], &found));
	for (i = 0; i < sizeof(meeting); i++)
		(void)invitation_read(arena, bytes_text(arena,
		    bytes_from(meeting, i)), &found);
	buf_start(&text, arena);
	buf_text(&text, "BEGIN:VEVENT\n");
	for (i = 0; i < INVITATION_LINES; i++)
		buf_text(&text, "X:y\n");
	buf_text(&text, "END:VEVENT\n");
	assert_false(invitation_read(arena, buf_string(&text), &found));
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(reads_an_event),
    cmocka_unit_test(reads_times),
    cmocka_unit_test(keeps_the_first),
    cmocka_unit_test(refuses_what_is_no_event))
