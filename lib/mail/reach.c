#include "mail/reach.h"

#include "base/arena.h"
#include "base/fault.h"
#include "base/text.h"

/* greeting = "* OK" (RFC 3501 7.1.5) or "220" (RFC 5321 4.2) */
static const struct fault *
read_greeting(struct arena *arena, const struct wire_target *target,
    struct wire *wire)
{
	const struct fault	*bad;
	struct buf		 line;

	if (wire_greeting_read(wire))
		return NULL;
	buf_start(&line, arena);
	if ((bad = wire_read_line(wire, &line)) != NULL)
		return bad;
	if (text_starts(buf_string(&line),
	    target->protocol == WIRE_IMAP ? "* OK" : "220"))
		return NULL;
	return fault_make(arena, FAULT_UNAVAILABLE,
	    "it does not greet as a mail server that is ready");
}

const struct fault *
reach_server(struct arena *arena, const struct wire_target *target,
    int64_t deadline)
{
	const struct fault	*bad;
	struct wire		*wire;

	if ((bad = wire_open(arena, target, deadline, &wire)) != NULL)
		return bad;
	wire_set_deadline(wire, deadline);
	bad = read_greeting(arena, target, wire);
	wire_close(wire);
	return bad;
}
