#ifndef MAIL_INVITATION_REPLY_H
#define MAIL_INVITATION_REPLY_H

#include <stdint.h>

#include "base/text.h"

struct arena;
struct fault;

/*
 * The answer to an invitation: an iTIP REPLY (RFC 5546 3.2.3).  The request
 * is another's text: what is taken from it into the answer is checked or
 * written anew, so that no property of it becomes two.
 */
enum {
	INVITATION_REPLY_ATTENDEES = 5000,	/* that are looked at */
	INVITATION_REPLY_ID_BYTES = 1024,	/* of a UID */
	INVITATION_REPLY_ZONE_LINES = 300	/* of all zones together */
};

/* What of a request its answer needs. */
struct invitation_request {
	const char	*uid;		/* as it stands */
	int64_t		 sequence;
	const char	*summary;	/* decoded, or NULL */
	const char	*organizer;	/* address that can be written to */
	struct texts	 attendees;	/* likewise */
	const char	*instance;	/* RECURRENCE-ID with its parameters,
					 * written anew; or NULL */
	const char	*zones;		/* VTIMEZONEs for it, or NULL */
	const char	*start;		/* DTSTART as it stands, if it is a
					 * date, or NULL */
};

/*
 * Reads the first event of a request, against the time now (seconds since
 * 1970).  FAULT_ARGUMENT says why it can't be answered: no event, no request
 * (cancelled, an answer itself), without organizer or id, long over.
 */
const struct fault	*invitation_request_read(struct arena *arena,
			    const char *text, int64_t now,
			    struct invitation_request *request);

struct invitation_reply {
	const struct invitation_request	*request;
	const char			*attendee;	/* who answers */
	const char			*name;		/* or NULL */
	const char			*status;	/* "ACCEPTED" */
	const char			*comment;	/* or NULL */
	int64_t				 now;
};

/* The iCalendar object. */
const char		*invitation_reply_write(struct arena *arena,
			    const struct invitation_reply *reply);

#endif
