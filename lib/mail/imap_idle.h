#ifndef MAIL_IMAP_IDLE_H
#define MAIL_IMAP_IDLE_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct fault;
struct imap;

enum {
	IMAP_IDLE_MS = 5 * 60 * 1000,	/* RFC 2177 wants less than 29 minutes,
					 * routers forget sooner */
	IMAP_IDLE_BURST_MS = 200,	/* for what comes with a new message */
	IMAP_IDLE_ASK_MS = 3 * 1000,	/* between NOOPs without IDLE */
	IMAP_IDLE_ANSWER_MS = 6 * 1000	/* beyond the time, for what the server
					 * then has to say */
};

/* What ended a wait. */
enum imap_idle_end {
	IMAP_IDLE_TIME,
	IMAP_IDLE_GREW,		/* there are more messages than were known */
	IMAP_IDLE_GONE		/* those whom the session's watch is for */
};

struct imap_idle {
	uint32_t	 known;	/* messages; lowered when some go, since one
				 * may go and another come */
	int64_t		 until;	/* clock_ms */
	bool		 grew;	/* imap_idle's own */
};

/*
 * Waits until the open folder has more messages than are known, by IDLE (RFC
 * 2177) or else (not offered, or refused) by NOOP now and then, but not beyond
 * until, nor longer than IMAP_IDLE_MS.  It may end before, with IMAP_IDLE_TIME,
 * when the server ends IDLE by itself.  Nothing may be queued.  FAULT_FOLDER
 * when no folder is open, the session's faults; a server that never comes to
 * an end has IMAP_IDLE_ANSWER_MS for it.
 */
const struct fault	*imap_idle(struct imap *imap, struct arena *arena,
			    struct imap_idle *idle, enum imap_idle_end *end);

/* How long ago the server had answered all it was asked, in ms: what is dead
 * has most likely died since. */
int64_t			 imap_idle_since(const struct imap *imap);

#endif
