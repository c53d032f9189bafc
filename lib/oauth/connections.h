#ifndef OAUTH_CONNECTIONS_H
#define OAUTH_CONNECTIONS_H

struct fault;
struct reply;
struct request;

/*
 * The user's own page: whoever signs in with a mailbox sees the agents that
 * are connected to it, ends connections, tests its servers, and makes
 * personal tokens.  All of it is read from the mailbox at that moment.
 */
enum { CONNECTIONS_FORM_BYTES = 32 * 1024 };

/* GET: the page, or that for signing in. */
const struct fault	*connections_ask(struct request *request,
			    struct reply *reply);

/* POST: does what a button of the page says. */
const struct fault	*connections_answer(struct request *request,
			    struct reply *reply);

/* The page for what can't be answered. */
void			 connections_explain(struct request *request,
			    struct reply *reply, const struct fault *fault);

#endif
