#ifndef MCP_EVIDENCE_H
#define MCP_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mail/imap_reply.h"
#include "mcp/habit.h"
#include "mcp/places.h"
#include "mcp/traits.h"

struct call;
struct fault;

/*
 * What became of earlier messages that are like some new ones: looked up in
 * the folders as they are now, by searches that share their flights.  Nothing
 * is kept.
 */
enum {
	EVIDENCE_FOLDERS_MOST = 40,
	EVIDENCE_WINDOW = 2000,		/* messages of a folder, newest */
	EVIDENCE_WINDOW_LEAST = 100,	/* with many new messages */
	EVIDENCE_FLIGHT_PLACES = 5,
	EVIDENCE_FLIGHT_TESTS = 600000,	/* keys times messages of a flight */
	EVIDENCE_NEWEST = 60,		/* of one kind and folder */
	EVIDENCE_FETCH_MOST = 600,	/* of one folder */
	EVIDENCE_MOST = 4000,		/* in all */
	EVIDENCE_SPARE_MS = 10 * 1000
};

/* The earlier messages for those with the same traits. */
struct kind {
	struct traits	 traits;
	struct trace	*traces;
	size_t		 len, size;
};

struct evidence {
	struct places	 places;	/* the new messages' own first */
	struct kind	*kinds;
	size_t		 len;
	size_t		*kind_of;	/* each new message's, by its index */
	int64_t		 window;
	bool		 is_windowed, is_late, is_cut;
};

/* Looks for the earlier ones of messages (len of them, none NULL) that are in
 * the open folder; these themselves are left out. */
const struct fault	*evidence_find(struct call *call,
			    const struct imap_message *const *messages,
			    size_t len, struct evidence *evidence);

#endif
