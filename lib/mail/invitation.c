#include "mail/invitation.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "data/utf8.h"
#include "mail/calendar_line.h"

const struct field	 invitation_rows[] = {
	{ FIELD(struct invitation, method) },
	{ FIELD(struct invitation, summary) },
	{ FIELD(struct invitation, start) },
	{ FIELD(struct invitation, end) },
	{ FIELD(struct invitation, zone) },
	{ FIELD(struct invitation, duration) },
	{ FIELD(struct invitation, location) },
	{ FIELD(struct invitation, description) },
	{ FIELD(struct invitation, organizer) },
	{ FIELD(struct invitation, attendees) },
	{ FIELD(struct invitation, status) },
	{ FIELD(struct invitation, recurrence) },
	{ FIELD(struct invitation, uid) },
	{ FIELD(struct invitation, sequence) },
	{ FIELD_END }
};

/* TEXT (3.3.11): \n, \, \; \\ undone. */
static const char *
read_text(struct arena *arena, struct bytes value, size_t most, bool lines)
{
	struct buf	 out;
	const char	*text;
	size_t		 i;

	buf_start(&out, arena);
	for (i = 0; i < value.len; i++) {
		if (value.at[i] != '\\' || i + 1 == value.len)
			buf_byte(&out, value.at[i]);
		else if (value.at[++i] == 'n' || value.at[i] == 'N')
			buf_byte(&out, '\n');
		else
			buf_byte(&out, value.at[i]);
	}
	text = utf8_visible(arena, lines ?
	    utf8_clean(arena, buf_view(&out)) :
	    utf8_clean_line(arena, buf_view(&out)), NULL);
	text = bytes_text(arena, bytes_slice(bytes_of(text), 0,
	    utf8_offset(text, most)));
	return *text == '\0' ? NULL : text;
}

static bool
are_digits(struct bytes text)
{
	size_t	 i;

	for (i = 0; i < text.len; i++)
		if (!text_is_digit(text.at[i]))
			return false;
	return true;
}

/* 20260728T093000Z, 20260728T093000 or 20260728 with hyphens and colons;
 * anything else is no date. */
static const char *
read_moment(struct arena *arena, struct bytes value)
{
	const char	*at;
	bool		 utc;

	if (!are_digits(bytes_slice(value, 0, 8)) || value.len < 8)
		return NULL;
	at = bytes_text(arena, value);
	if (value.len == 8)
		return text_format(arena, "%.4s-%.2s-%.2s", at, at + 4,
		    at + 6);
	utc = value.len == 16 && value.at[15] == 'Z';
	if ((value.len != 15 && !utc) || value.at[8] != 'T' ||
	    !are_digits(bytes_slice(value, 9, 6)))
		return NULL;
	return text_format(arena, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2s%s", at,
	    at + 4, at + 6, at + 9, at + 11, at + 13, utc ? "Z" : "");
}

/* The TZID parameter of a date. */
static const char *
read_zone(struct arena *arena, struct bytes parameters)
{
	const char	*at;
	size_t		 end;

	at = text_find_case(bytes_text(arena, parameters), ";TZID=");
	if (at == NULL)
		return NULL;
	at += strlen(";TZID=");
	at += *at == '"';
	end = strcspn(at, ";\"");
	return read_text(arena, bytes_from(at, end), INVITATION_CHARS, false);
}

/* CAL-ADDRESS: the address of a mailto URI. */
static const char *
read_address(struct arena *arena, struct bytes value)
{
	if (!bytes_is_case(bytes_slice(value, 0, 7), "mailto:"))
		return NULL;
	return read_text(arena, bytes_slice(value, 7, value.len),
	    INVITATION_CHARS, false);
}

static void
take_people(struct arena *arena, const struct calendar_line *line,
    struct invitation *found)
{
	const char	*address;

	address = read_address(arena, line->value);
	if (address == NULL)
		return;
	if (bytes_is_case(line->name, "ORGANIZER") &&
	    found->organizer == NULL)
		found->organizer = address;
	else if (bytes_is_case(line->name, "ATTENDEE") &&
	    found->attendees.len < INVITATION_ATTENDEES)
		texts_add(arena, &found->attendees, address);
}

static void
take_times(struct arena *arena, const struct calendar_line *line,
    struct invitation *found)
{
	uint64_t	 number;

	if (bytes_is_case(line->name, "DTSTART") && found->start == NULL) {
		found->start = read_moment(arena, line->value);
		found->zone = read_zone(arena, line->parameters);
	} else if (bytes_is_case(line->name, "DTEND") && found->end == NULL) {
		found->end = read_moment(arena, line->value);
	} else if (bytes_is_case(line->name, "SEQUENCE") &&
	    text_number(line->value, INT32_MAX, &number)) {
		found->sequence = (int64_t)number;
	}
}

/* A property of the event: the first of its name counts. */
static void
take_property(struct arena *arena, const struct calendar_line *line,
    struct invitation *found)
{
	const struct {
		const char	 *name;
		const char	**slot;
	} texts[] = {
		{ "SUMMARY", &found->summary },
		{ "LOCATION", &found->location },
		{ "DESCRIPTION", &found->description },
		{ "STATUS", &found->status }, { "UID", &found->uid },
		{ "RRULE", &found->recurrence },
		{ "DURATION", &found->duration }
	};
	size_t	 i;
	bool	 lines;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (!bytes_is_case(line->name, texts[i].name) ||
		    *texts[i].slot != NULL)
			continue;
		lines = texts[i].slot == &found->description;
		*texts[i].slot = read_text(arena, line->value, lines ?
		    INVITATION_TEXT_CHARS : INVITATION_CHARS, lines);
		return;
	}
	take_times(arena, line, found);
	take_people(arena, line, found);
}

/* Alarms and other components inside the event have properties of the same
 * names: depth tells them apart. */
bool
invitation_read(struct arena *arena, const char *text,
    struct invitation *found)
{
	struct bytes	 rest = bytes_of(text);
	struct calendar_line	 line;
	unsigned	 inner = 0;
	size_t		 n;
	bool		 inside = false;

	*found = (struct invitation){ 0 };
	for (n = 0; n < INVITATION_LINES && rest.len > 0; n++) {
		if (!calendar_line_read(calendar_line_take(arena, &rest),
		    &line))
			continue;
		if (!inside && bytes_is_case(line.name, "METHOD"))
			found->method = read_text(arena, line.value,
			    INVITATION_CHARS, false);
		if (bytes_is_case(line.name, "BEGIN"))
			inner += inside;
		if (!inside)
			inside = bytes_is_case(line.name, "BEGIN") &&
			    bytes_is_case(line.value, "VEVENT");
		else if (inner == 0 && bytes_is_case(line.name, "END"))
			return true;
		else if (inner == 0)
			take_property(arena, &line, found);
		else if (bytes_is_case(line.name, "END"))
			inner--;
	}
	return false;
}
