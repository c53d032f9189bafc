#ifndef MCP_CONFIRM_DRAFT_H
#define MCP_CONFIRM_DRAFT_H

#include <stdint.h>

struct call;
struct confirm_draft;
struct fault;
struct outgoing;
struct sent;

/*
 * Keeps what is to be sent as a draft, and answers with a link by which the
 * user sends it; wire is the folder for the copy.  The faults of
 * drafting_keep, confirm_link_make, and of sending a draft.
 */
const struct fault	*confirm_draft_keep(struct call *call,
			    struct outgoing *out, const char *wire,
			    struct sent *sent);

/* The same for one that sending_look found kept before: a new link, where the
 * user is to be asked by one; draft says what is to be done with it, without a
 * kind. */
const struct fault	*confirm_draft_again(struct call *call,
			    const struct confirm_draft *draft,
			    struct sent *sent);

/* Until when the mail server is to hold it, which may have come while it
 * waited: 0 then, and where draft is NULL. */
int64_t			 confirm_draft_time(const struct confirm_draft *draft);

/* After it was sent: what it answers or forwards is marked as if it had been
 * sent at once; what goes wrong is told in the note. */
void			 confirm_draft_mark(struct call *call,
			    const struct confirm_draft *draft,
			    struct sent *sent);

#endif
