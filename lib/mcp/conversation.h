#ifndef MCP_CONVERSATION_H
#define MCP_CONVERSATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "mcp/member.h"
#include "mcp/places.h"

struct call;
struct fault;

/*
 * All messages that belong to the same conversation as one: by the server's
 * own id of it (X-GM-THRID, THREADID of RFC 8474) where there is one.  Else
 * what THREAD (RFC 5256) says of the message's folder, if that is small, and
 * a search of the folders for the ids that its messages name and are named
 * by, again until nothing new is found.  A message counts only if ids tie it
 * to the first, whatever the server found.
 */
enum {
	CONVERSATION_MOST = 2000,	/* messages */
	CONVERSATION_IDS_MOST = 6000,	/* known */
	CONVERSATION_FOLDERS_MOST = 30,
	CONVERSATION_ROUNDS_MOST = 8,
	CONVERSATION_ROUND_IDS = 600,	/* asked for in one of them */
	CONVERSATION_WINDOW = 20000,	/* messages of a folder, newest */
	/* Keys times messages: slow servers do 50,000 in a second. */
	CONVERSATION_TESTS_MOST = 1000000, /* of a folder */
	CONVERSATION_FLIGHT_TESTS = 600000, /* of a flight, which has 20 s */
	CONVERSATION_THREAD_MOST = 2000, /* messages of a folder, for THREAD */
	CONVERSATION_SPARE_MS = 15 * 1000, /* kept back for the answer */
	CONVERSATION_BYTES = 64 * 1024 * 1024
};

struct conversation {
	struct places	 places;	/* the message's own is the first */
	struct member	*members;	/* oldest first, each once */
	size_t		 len;
	const char	*thread;	/* of the oldest, or NULL */
	struct texts	 not_searched;	/* folders, named in note, too */
	const char	*note;		/* what was not reached, or NULL */
};

/* What to begin with. */
struct conversation_start {
	const char	*folder;	/* as the caller named it */
	uint32_t	 uid;
	int64_t		 uidvalidity;	/* or 0 */
	bool		 cross_folder;	/* else in that folder only */
	size_t		 whole;		/* of so many messages all is fetched
					 * that is shown of them, */
	bool		 texts;		/* with their texts */
};

/* FAULT_FOLDER, FAULT_CHANGED, FAULT_MESSAGE, FAULT_PERMISSION; what happens
 * in other folders is told in the answer. */
const struct fault	*conversation_find(struct call *call,
			    const struct conversation_start *start,
			    struct conversation *found);

#endif
