#ifndef MAIL_INVITATION_H
#define MAIL_INVITATION_H

#include <stdbool.h>
#include <stdint.h>

#include "data/field.h"

struct arena;

/*
 * The first event of an iCalendar object (RFC 5545) as mail carries it (RFC
 * 6047): what is needed to tell a person what they are invited to.  Text is
 * the sender's, in one line but for the description.
 */
struct invitation {
	const char	*method;	/* "REQUEST", "CANCEL", "REPLY" */
	const char	*summary;
	const char	*start, *end;	/* 2026-07-28 or RFC 3339 without an
					 * offset where the zone is named */
	const char	*zone;		/* as start names it, or NULL */
	const char	*duration;	/* "PT1H", instead of end */
	const char	*location;
	const char	*description;
	const char	*organizer;	/* address */
	struct texts	 attendees;	/* addresses */
	const char	*status;	/* "CANCELLED" */
	const char	*recurrence;	/* "FREQ=WEEKLY" */
	const char	*uid;
	int64_t		 sequence;
};

extern const struct field	 invitation_rows[];

enum {
	INVITATION_BYTES = 128 * 1024,	/* of a part that is read */
	INVITATION_LINES = 5000,
	INVITATION_CHARS = 500,		/* of a value */
	INVITATION_TEXT_CHARS = 2000,	/* of the description */
	INVITATION_ATTENDEES = 50
};

/* False where there is no event in the text. */
bool	 invitation_read(struct arena *arena, const char *text,
	    struct invitation *invitation);

#endif
