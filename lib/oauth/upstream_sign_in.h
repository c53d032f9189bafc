#ifndef OAUTH_UPSTREAM_SIGN_IN_H
#define OAUTH_UPSTREAM_SIGN_IN_H

#include <stdbool.h>

#include "oauth/mailbox.h"

struct fault;
struct kept;
struct reply;
struct request;
struct upstream;

/*
 * "Sign in with ...": the button on the sign-in page leads to the provider,
 * and that back to /oauth/upstream.  What was chosen on the page travels in
 * state, sealed, for UPSTREAM_MINUTES, together with the query the page was
 * asked with, the verifier (PKCE, S256) and the nonce; it is worth nothing
 * without the cookie of the browser that pressed the button.
 */
enum { UPSTREAM_MINUTES = 10 };

/* What the button is called: "upstream-" and the provider's name. */
extern const char	 upstream_button[];

/* Whether such a button was pressed. */
bool			 upstream_is_pressed(const struct mailbox_form *form);

/*
 * A page that goes on to the provider; what is wrong with the form is noted
 * instead.  page: which of the user's own pages was asked for, by its path; or
 * NULL for the page of a client.  FAULT_REQUEST: there is no such provider.
 */
const struct fault	*upstream_leave(struct request *request,
			    struct reply *reply, const char *page,
			    const struct mailbox_form *form,
			    struct problems *problems);

/* What a browser came back with. */
struct upstream_return {
	const struct upstream	*upstream;
	const char		*page;		/* upstream_leave's */
	struct mailbox_form	 form;		/* as it was sent */
	const char		*verifier;
	const char		*nonce;
	const char		*code;
	const char		*iss;
	const char		*error;
};

/* Opens it; from then on the request is as the page was asked for.
 * FAULT_ORIGIN: it is none of ours, too old, or another browser's. */
const struct fault	*upstream_come(struct request *request,
			    struct upstream_return *back);

/* Makes the mailbox of who signed in, or notes why not. It is not tried
 * yet. */
void			 upstream_finish(struct request *request,
			    const struct upstream_return *back,
			    struct kept *kept, struct problems *problems);

#endif
