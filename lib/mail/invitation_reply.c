#include "mail/invitation_reply.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "data/utf8.h"
#include "mail/address.h"
#include "mail/calendar_line.h"
#include "mail/invitation.h"

enum {
	LATE_SECONDS = 36 * 3600,	/* zones are at most 14 hours away */
	LASTING_SECONDS = 31 * 24 * 3600,	/* what a DURATION may add */
	ZONE_BYTES = 100,
	ZONE_LINE_BYTES = 300
};

/* What a zone may say: RFC 5545 3.6.5. */
static const char *const	 zone_names[] = {
	"BEGIN", "END", "TZID", "DTSTART", "TZOFFSETFROM", "TZOFFSETTO",
	"TZNAME", "RRULE", "RDATE", NULL
};

static const char *const	 zone_components[] = {
	"VTIMEZONE", "STANDARD", "DAYLIGHT", NULL
};

/* Text of another's, and where in it we are. */
struct reader {
	struct arena			*arena;
	struct invitation_request	*request;
	struct buf			 zones;
	size_t				 zone_lines;
	bool				 in_zone;
	bool				 bad_zone;	/* none is told then */
	bool				 organized;	/* the first counts */
};

/* Dates and times: 20260728, 20260728T093000, 20260728T093000Z. */
static bool
is_moment(struct bytes value)
{
	size_t	 i;

	if (value.len != 8 && value.len != 15 &&
	    !(value.len == 16 && value.at[15] == 'Z'))
		return false;
	for (i = 0; i < value.len && i < 15; i++)
		if (i == 8 ? value.at[i] != 'T' :
		    !text_is_digit(value.at[i]))
			return false;
	return true;
}

/* Letters, digits and the marks that names and rules are made of. */
static bool
is_harmless(const char *text, size_t most)
{
	size_t	 i;

	for (i = 0; text[i] != '\0'; i++)
		if (i == most || (!text_is_alnum((unsigned char)text[i]) &&
		    strchr("/_+-. ()=;,:", text[i]) == NULL))
			return false;
	return i > 0;
}

/* RECURRENCE-ID names one of a series; its zone must be known to be told. */
static void
take_instance(struct reader *reader, const struct calendar_line *line)
{
	const char	*zone;
	struct buf	 text;

	if (!is_moment(line->value) || reader->request->instance != NULL)
		return;
	zone = calendar_line_parameter(reader->arena, line, "TZID");
	buf_start(&text, reader->arena);
	buf_text(&text, "RECURRENCE-ID");
	if (line->value.len == 8)
		buf_text(&text, ";VALUE=DATE");
	else if (line->value.len == 15 && zone != NULL &&
	    is_harmless(zone, ZONE_BYTES))
		buf_format(&text, ";TZID=\"%s\"", zone);
	buf_byte(&text, ':');
	buf_bytes(&text, line->value);
	reader->request->instance = buf_string(&text);
}

/* An address that can be written to, or NULL. */
static const char *
read_address(struct arena *arena, struct bytes value)
{
	struct objects	 found = { 0 };

	if (!bytes_is_case(bytes_slice(value, 0, 7), "mailto:") ||
	    address_read(arena, bytes_text(arena, bytes_slice(value, 7,
	    value.len)), &found) != NULL || found.len != 1)
		return NULL;
	return ((const struct address *)found.at)->address;
}

static void
take_people(struct reader *reader, const struct calendar_line *line)
{
	struct invitation_request	*request = reader->request;
	const char			*address;
	bool				 organizer;

	organizer = bytes_is_case(line->name, "ORGANIZER");
	if (!organizer && !bytes_is_case(line->name, "ATTENDEE"))
		return;
	address = read_address(reader->arena, line->value);
	if (organizer && !reader->organized &&
	    bytes_is_case(bytes_slice(line->value, 0, 7), "mailto:")) {
		request->organizer = address;
		reader->organized = true;
	} else if (!organizer && address != NULL &&
	    request->attendees.len < INVITATION_REPLY_ATTENDEES)
		texts_add(reader->arena, &request->attendees, address);
}

static void
take_property(struct reader *reader, const struct calendar_line *line)
{
	struct invitation_request	*request = reader->request;
	const char			*text;

	if (bytes_is_case(line->name, "UID") && request->uid == NULL) {
		text = bytes_text(reader->arena, bytes_trim(line->value));
		if (line->value.len <= INVITATION_REPLY_ID_BYTES &&
		    *text != '\0' && !text_has_control(text) &&
		    utf8_is_valid(bytes_of(text)))
			request->uid = text;
	} else if (bytes_is_case(line->name, "RECURRENCE-ID"))
		take_instance(reader, line);
	else if (bytes_is_case(line->name, "DTSTART") &&
	    is_moment(line->value) && request->start == NULL)
		request->start = bytes_text(reader->arena, line->value);
	else
		take_people(reader, line);
}

/* Zones are copied line by line, as far as they are made of what zones are
 * made of. */
static void
take_zone(struct reader *reader, const struct calendar_line *line)
{
	const char	*name, *value;

	name = bytes_text(reader->arena, line->name);
	value = bytes_text(reader->arena, line->value);
	if (!text_is_among(name, zone_names) ||
	    !is_harmless(value, ZONE_LINE_BYTES))
		return;
	if (++reader->zone_lines > INVITATION_REPLY_ZONE_LINES ||
	    ((text_equal(name, "BEGIN") || text_equal(name, "END")) &&
	    !text_is_among(value, zone_components)))
		reader->bad_zone = true;
	calendar_line_write(&reader->zones, text_format(reader->arena,
	    "%s:%s", name, value));
}

/* Components within the event are not looked into. */
static void
read_lines(struct reader *reader, const char *text)
{
	struct bytes		 rest = bytes_of(text);
	struct calendar_line	 line;
	size_t			 n;
	int			 depth = 0;	/* within the event */
	bool			 begin, end;

	for (n = 0; n < INVITATION_LINES && rest.len > 0; n++) {
		if (!calendar_line_read(calendar_line_take(reader->arena,
		    &rest), &line))
			continue;
		begin = bytes_is_case(line.name, "BEGIN");
		end = bytes_is_case(line.name, "END");
		if (depth == 0 && begin &&
		    bytes_is_case(line.value, "VTIMEZONE"))
			reader->in_zone = true;
		if (reader->in_zone)
			take_zone(reader, &line);
		if (end && bytes_is_case(line.value, "VTIMEZONE"))
			reader->in_zone = false;
		else if (begin && (depth > 0 ||
		    bytes_is_case(line.value, "VEVENT")))
			depth++;
		else if (end && depth > 0 && --depth == 0)
			return;
		else if (depth == 1)
			take_property(reader, &line);
	}
}

/* An event that has no end in sight is never over. */
static bool
is_over(const struct invitation *event, int64_t now)
{
	const char	*last;
	int64_t		 seconds;
	char		 text[] = "0000-00-00T00:00:00Z";

	last = event->end != NULL ? event->end : event->start;
	if (last == NULL || event->recurrence != NULL)
		return false;
	if (event->end == NULL && event->duration != NULL)
		now -= LASTING_SECONDS;
	/* To the day is near enough. */
	memcpy(text, last, strlen("0000-00-00"));
	return clock_read_rfc3339(text, &seconds) &&
	    seconds + LATE_SECONDS < now;
}

/* What kind of message it is, by RFC 5546 1.4; NULL: a request. */
static const char *
find_objection(const struct invitation *event, int64_t now)
{
	const char	*method = event->method == NULL ? "" : event->method;

	if (text_equal_case(method, "CANCEL") || (event->status != NULL &&
	    text_equal_case(event->status, "CANCELLED")))
		return "the event was cancelled: there is nothing to answer";
	if (text_equal_case(method, "REPLY"))
		return "this is somebody's answer to an invitation, and is "
		    "not answered";
	if (!text_equal_case(method, "REQUEST"))
		return "this calendar entry asks for no answer: its method is "
		    "not REQUEST";
	if (is_over(event, now))
		return "the event is over: an answer would come too late";
	return NULL;
}

const struct fault *
invitation_request_read(struct arena *arena, const char *text, int64_t now,
    struct invitation_request *request)
{
	struct reader		 reader = { .arena = arena,
				    .request = request };
	struct invitation	 event;
	const char		*objection;

	*request = (struct invitation_request){ 0 };
	if (!invitation_read(arena, text, &event))
		return fault_make(arena, FAULT_ARGUMENT,
		    "there is no event in the message's calendar part");
	if ((objection = find_objection(&event, now)) != NULL)
		return fault_make(arena, FAULT_ARGUMENT, "%s", objection);
	buf_start(&reader.zones, arena);
	read_lines(&reader, text);
	request->summary = event.summary;
	request->sequence = event.sequence;
	if (request->instance != NULL && !reader.bad_zone && !reader.in_zone &&
	    strstr(request->instance, ";TZID=") != NULL)
		request->zones = buf_string(&reader.zones);
	if (request->organizer == NULL)
		return fault_make(arena, FAULT_ARGUMENT, "the invitation "
		    "names no organizer that can be written to");
	if (request->uid == NULL)
		return fault_make(arena, FAULT_ARGUMENT,
		    "the invitation has no id that could be answered to");
	return NULL;
}

/* RFC 5545 3.3.11. */
static const char *
escape(struct arena *arena, const char *text)
{
	struct buf	 out;

	text = utf8_clean(arena, bytes_of(text));
	buf_start(&out, arena);
	for (; *text != '\0'; text++) {
		if (*text == '\n')
			buf_text(&out, "\\n");
		else if (text_is_control((unsigned char)*text))
			buf_byte(&out, ' ');
		else {
			if (strchr("\\;,", *text) != NULL)
				buf_byte(&out, '\\');
			buf_byte(&out, (unsigned char)*text);
		}
	}
	return buf_string(&out);
}

/* RFC 5545 3.2: a quoted value holds neither quotes nor controls. */
static const char *
quote(struct arena *arena, const char *text)
{
	struct buf	 out;

	text = utf8_clean_line(arena, bytes_of(text));
	buf_start(&out, arena);
	for (; *text != '\0'; text++)
		if (*text != '"' && !text_is_control((unsigned char)*text))
			buf_byte(&out, (unsigned char)*text);
	return buf_string(&out);
}

static void
put_attendee(struct buf *out, const struct invitation_reply *reply)
{
	struct arena	*arena = out->arena;

	calendar_line_write(out, text_format(arena,
	    "ATTENDEE;PARTSTAT=%s%s%s%s:mailto:%s", reply->status,
	    reply->name == NULL ? "" : ";CN=\"", reply->name == NULL ? "" :
	    quote(arena, reply->name), reply->name == NULL ? "" : "\"",
	    reply->attendee));
}

static void
put_text(struct buf *out, const char *name, const char *text)
{
	if (text != NULL && text[0] != '\0')
		calendar_line_write(out, text_format(out->arena, "%s:%s",
		    name, escape(out->arena, text)));
}

static void
put_event(struct buf *out, const struct invitation_reply *reply)
{
	const struct invitation_request	*request = reply->request;
	int				 year, month, day, second;

	clock_date(reply->now, &year, &month, &day);
	second = (int)(reply->now % (24 * 3600));
	put_attendee(out, reply);
	put_text(out, "COMMENT", reply->comment);
	buf_format(out, "DTSTAMP:%04d%02d%02dT%02d%02d%02dZ\r\n", year, month,
	    day, second / 3600, second / 60 % 60, second % 60);
	/* A time of a zone would need the zone. */
	if (request->start != NULL && strlen(request->start) != 15)
		buf_format(out, "DTSTART%s:%s\r\n",
		    strlen(request->start) == 8 ? ";VALUE=DATE" : "",
		    request->start);
	calendar_line_write(out, text_format(out->arena,
	    "ORGANIZER:mailto:%s", request->organizer));
	if (request->instance != NULL)
		calendar_line_write(out, request->instance);
	buf_format(out, "SEQUENCE:%lld\r\n", (long long)request->sequence);
	put_text(out, "SUMMARY", request->summary);
	calendar_line_write(out, text_format(out->arena, "UID:%s",
	    request->uid));
}

const char *
invitation_reply_write(struct arena *arena,
    const struct invitation_reply *reply)
{
	struct buf	 out;

	buf_start(&out, arena);
	buf_text(&out, "BEGIN:VCALENDAR\r\nPRODID:-//Postern//EN\r\n"
	    "VERSION:2.0\r\nMETHOD:REPLY\r\n");
	if (reply->request->zones != NULL)
		buf_text(&out, reply->request->zones);
	buf_text(&out, "BEGIN:VEVENT\r\n");
	put_event(&out, reply);
	buf_text(&out, "END:VEVENT\r\nEND:VCALENDAR\r\n");
	return buf_string(&out);
}
