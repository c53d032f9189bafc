#include "fuzz.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/text.h"
#include "data/utf8.h"
#include "mail/calendar_line.h"
#include "mail/invitation_reply.h"

/* What may come once, within the one event of an answer. */
static const char *const	 names[] = {
	"ATTENDEE", "COMMENT", "ORGANIZER", "UID", "SUMMARY", "SEQUENCE",
	"DTSTAMP", "RECURRENCE-ID", NULL
};

static void
check_reply(struct arena *arena, const char *told)
{
	struct calendar_line	 line;
	struct bytes		 rest = bytes_of(told), raw;
	size_t			 seen[sizeof(names) / sizeof(names[0])] = { 0 };
	size_t			 i, events = 0;

	assert(utf8_is_valid(rest));
	while (rest.len > 0) {
		raw = calendar_line_take(arena, &rest);
		assert(!text_has_control(bytes_text(arena, raw)));
		assert(calendar_line_read(raw, &line));
		events += bytes_is(line.name, "BEGIN") &&
		    bytes_is(line.value, "VEVENT");
		for (i = 0; names[i] != NULL; i++)
			if (bytes_is_case(line.name, names[i]))
				assert(++seen[i] == 1);
	}
	assert(events == 1);
}

/* The whole of the input is a request, and its end the comment, too. */
int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct invitation_request	 request;
	struct invitation_reply		 reply = {
		.request = &request, .attendee = "tim@example.org",
		.status = "ACCEPTED"
	};
	struct arena			*arena;
	const char			*text;

	arena = arena_open();
	text = utf8_clean(arena, bytes_from(at, len));
	reply.name = reply.comment = text + strlen(text) / 2;
	if (!utf8_is_valid(bytes_of(reply.comment)))
		reply.name = reply.comment = text;
	if (invitation_request_read(arena, text, 0, &request) == NULL)
		check_reply(arena, invitation_reply_write(arena, &reply));
	arena_close(arena);
	return 0;
}
