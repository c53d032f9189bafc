#ifndef OAUTH_REDIRECT_H
#define OAUTH_REDIRECT_H

struct asked;
struct fault;
struct reply;
struct request;

/*
 * Answers of the authorization endpoint to the client, by a redirect of the
 * browser (303, so that what the person typed is never sent on).  state is
 * echoed and iss added (RFC 9207) always.  asked->redirect must be proven.
 */

/* Where redirect_code leads, for a page that tells something first. */
const char	*redirect_code_url(struct request *request,
		    const struct asked *asked, const char *code);

/* RFC 6749 4.1.2. */
void	 redirect_code(struct request *request, struct reply *reply,
	    const struct asked *asked, const char *code);

/* RFC 6749 4.1.2.1. */
void	 redirect_fault(struct request *request, struct reply *reply,
	    const struct asked *asked, const struct fault *fault);

#endif
