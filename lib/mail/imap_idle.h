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
	IMAP_IDLE_ASK_MS = 5 * 1000	/* between NOOPs without IDLE */
};

/*
 * Waits until the open folder has more messages than before, by IDLE (RFC
 * 2177) or else by NOOP now and then, but not beyond until (clock_ms), nor
 * longer than IMAP_IDLE_MS.  *grew says which; imap_box then tells how many
 * there are.  Nothing may be queued.  FAULT_FOLDER when no folder is open,
 * the session's faults; the time until is no fault.
 */
const struct fault	*imap_idle(struct imap *imap, struct arena *arena,
			    int64_t until, bool *grew);

#endif
