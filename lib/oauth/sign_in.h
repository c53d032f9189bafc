#ifndef OAUTH_SIGN_IN_H
#define OAUTH_SIGN_IN_H

struct client;
struct fault;
struct mailbox_form;
struct problems;
struct reply;
struct request;
struct upstream_return;

extern const char	 sign_in_button[];	/* decision "sign-in" */

/*
 * Signs somebody in to the pages of their own with the mailbox that was typed:
 * it is opened, and the session's cookie is set.  A client has the servers of
 * its id; NULL is none.  A server for sending is not asked yet.  What is wrong
 * is noted, and then nobody is signed in.
 */
const struct fault	*sign_in_run(struct request *request,
			    struct reply *reply, const struct client *client,
			    struct mailbox_form *form,
			    struct problems *problems);

/* Goes to the provider of sign-ins whose button was pressed on the page with
 * that path (oauth/upstream_sign_in); what is wrong is noted. */
const struct fault	*sign_in_leave(struct request *request,
			    struct reply *reply, const char *page,
			    struct mailbox_form *form,
			    struct problems *problems);

/* Back from there: signs in and leads on to that page, or says why not. */
const struct fault	*sign_in_return(struct request *request,
			    struct reply *reply,
			    const struct upstream_return *back);

/* Leads on to a page below BASE_URL (RFC 9110 15.4.4), so that a form is not
 * sent twice. */
void			 sign_in_lead(struct request *request,
			    struct reply *reply, const char *path);

#endif
