#ifndef MCP_CONFIRM_VISIT_H
#define MCP_CONFIRM_VISIT_H

struct fault;
struct reply;
struct request;

/*
 * /confirm?link=TOKEN: what an agent wants to do is shown to whoever signs in
 * to the link's mailbox (oauth/session), and done once, or refused.  A link
 * that is over, or not ours, has a page that says what to do.
 */

/* GET: the page, or that for signing in. */
const struct fault	*confirm_visit_ask(struct request *request,
			    struct reply *reply);

/* POST: the user's word, or the sign-in. */
const struct fault	*confirm_visit_answer(struct request *request,
			    struct reply *reply);

#endif
