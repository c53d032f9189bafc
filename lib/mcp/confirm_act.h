#ifndef MCP_CONFIRM_ACT_H
#define MCP_CONFIRM_ACT_H

#include <stdbool.h>

#include "base/text.h"
#include "data/field.h"

struct account;
struct confirm_link;
struct fault;
struct request;

/*
 * What the page at /confirm shows and does by a link (mcp/confirm_link): it
 * runs the tool that the agent had called, as far as its question or to its
 * end.  The account is the one that somebody signed in to, and for which
 * confirm_link_is_for holds.
 */

/* What is to be done, for a page: all of it is text, none is markup. */
struct confirm_view {
	const char	*sentence;	/* "Send this message." */
	struct pairs	 rows;		/* label and value, in order: Folder,
					 * UIDs, From, To, Cc, Bcc, Subject,
					 * Attachments, … */
	const char	*text;		/* the whole outgoing text; NULL: none
					 * goes out */
	bool		 is_cut;	/* it is too long to be shown whole */
	const char	*agent;		/* what the agent calls itself, or
					 * NULL */
};

/*
 * Looks at the mailbox.  FAULT_PERMISSION: the agent was disconnected;
 * FAULT_CHANGED: it was done, or what is there now is not what was to be
 * confirmed; what the tool finds (FAULT_MESSAGE, FAULT_FOLDER); FAULT_LOGIN
 * and the wire's.
 */
const struct fault	*confirm_act_view(struct request *request,
			    const struct account *account,
			    const struct confirm_link *link,
			    struct confirm_view *view);

/* What became of it. */
struct confirm_outcome {
	const char	*sentence;	/* "The message was sent." */
	struct pairs	 rows;		/* of the question, likewise */
	const char	*note;		/* or NULL */
	bool		 unknown;	/* nobody knows whether it was done */
};

/* Does it.  A fault means that nothing was done: those of the view and the
 * tool's own. */
const struct fault	*confirm_act_do(struct request *request,
			    const struct account *account,
			    const struct confirm_link *link,
			    struct confirm_outcome *outcome);

/* The user's no: nobody can do it by this link any more.  A draft stays.
 * FAULT_UNSUPPORTED: the mailbox keeps no note of it. */
const struct fault	*confirm_act_refuse(struct request *request,
			    const struct account *account,
			    const struct confirm_link *link);

#endif
