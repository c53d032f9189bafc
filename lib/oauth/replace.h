#ifndef OAUTH_REPLACE_H
#define OAUTH_REPLACE_H

struct asked;
struct code_claims;
struct fault;
struct request;

/*
 * Ends what the same client was granted before in the mailboxes of a new
 * grant, where the person said so: a client_id may serve every computer of
 * every person, so that nobody else can know.  It is the same by its client_id
 * or, since many register anew each time, by its name and where it answers to.
 * The first fault of a mailbox, after all were tried.
 */
const struct fault	*replace_earlier(struct request *request,
			    const struct asked *asked,
			    const struct code_claims *claims);

#endif
