#ifndef MCP_FINDER_H
#define MCP_FINDER_H

#include <stdbool.h>
#include <stdint.h>

#include "mail/imap_reply.h"
#include "mail/imap_search.h"

struct call;
struct fault;

/*
 * Finding messages in a folder.  What a message has for
 * attachments is no search key of IMAP: it is read from the structure of the
 * newest matches, FINDER_WINDOW of them in a folder, and the answer says how
 * far that went.
 */
enum { FINDER_WINDOW = 500 };

struct finder {
	struct imap_criteria	 criteria;
	bool			 has_attachment;
};

struct finding {
	struct uids	 uids;
	const char	*note;	/* what the caller should know, or NULL */
};

/* The matches in a folder, which is open then.  folder, its name, may be NULL
 * as with call_check_open. */
const struct fault	*finder_run(struct call *call,
			    const struct finder *finder, const char *folder,
			    const char *wire, struct finding *finding);

#endif
