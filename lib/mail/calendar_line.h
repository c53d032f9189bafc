#ifndef MAIL_CALENDAR_LINE_H
#define MAIL_CALENDAR_LINE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/bytes.h"

struct arena;

/*
 * A content line of iCalendar (RFC 5545 3.1), unfolded:
 *	contentline = name *(";" param) ":" value
 */
enum { CALENDAR_LINE_OCTETS = 75 };	/* longer ones are folded */

struct calendar_line {
	struct bytes	 name;
	struct bytes	 parameters;	/* with the ";" before each */
	struct bytes	 value;
};

/* Takes the next line off text, what continues it included. */
struct bytes	 calendar_line_take(struct arena *arena, struct bytes *text);

/* Colons and semicolons in quotes are a parameter's; false without a colon. */
bool		 calendar_line_read(struct bytes raw,
		    struct calendar_line *line);

/* The value of a parameter, without quotes; NULL where there is none. */
const char	*calendar_line_parameter(struct arena *arena,
		    const struct calendar_line *line, const char *name);

/* Writes one, folded between characters, with CRLF; it holds no line end. */
void		 calendar_line_write(struct buf *out, const char *line);

#endif
