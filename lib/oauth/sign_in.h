#ifndef OAUTH_SIGN_IN_H
#define OAUTH_SIGN_IN_H

struct fault;
struct mailbox_form;
struct problems;
struct reply;
struct request;

extern const char	 sign_in_button[];	/* decision "sign-in" */

/*
 * Signs somebody in to the pages of their own with the mailbox that was typed:
 * it is opened, and the session's cookie is set.  A server for sending is not
 * asked yet.  What is wrong is noted, and then nobody is signed in.
 */
const struct fault	*sign_in_run(struct request *request,
			    struct reply *reply, struct mailbox_form *form,
			    struct problems *problems);

/* Leads on to a page below BASE_URL (RFC 9110 15.4.4), so that a form is not
 * sent twice. */
void			 sign_in_lead(struct request *request,
			    struct reply *reply, const char *path);

#endif
