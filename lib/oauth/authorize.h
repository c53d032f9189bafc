#ifndef OAUTH_AUTHORIZE_H
#define OAUTH_AUTHORIZE_H

struct fault;
struct reply;
struct request;

/*
 * The authorization endpoint (RFC 6749 3.1): sign-in and consent on one page.
 * The query says what the client asks for, in the form's address too; the
 * form holds what the person types.  No session: a code is issued or not.
 */
enum { AUTHORIZE_FORM_BYTES = 64 * 1024 };

/* GET: the page, or the error by redirect. */
const struct fault	*authorize_ask(struct request *request,
			    struct reply *reply);

/* POST: signs in, grants and redirects, or shows the page with what is
 * wrong. */
const struct fault	*authorize_answer(struct request *request,
			    struct reply *reply);

/* GET of /oauth/upstream: back from a provider of sign-ins, to the page with
 * the mailbox it opened, or with why it did not. */
const struct fault	*authorize_return(struct request *request,
			    struct reply *reply);

/* The page for a person whom we can't send back to a client. */
void			 authorize_explain(struct request *request,
			    struct reply *reply, const struct fault *fault);

#endif
