#ifndef OAUTH_CONSENT_H
#define OAUTH_CONSENT_H

#include <stdbool.h>

struct asked;
struct fault;
struct kept_list;
struct mailbox_form;
struct problems;
struct reply;
struct request;

/* The sign-in and consent page: who asks, which mailbox, what it may do. */
struct consent {
	const struct asked		*asked;
	const struct mailbox_form	*form;		/* typed; NULL: the
							 * page is fresh */
	const struct kept_list		*kept;		/* added before */
	const char			*lasts;		/* mailbox_form's */
	bool				 replaces;	/* was ticked */
	bool				 adds;		/* mailbox_adds */
	const struct problems		*problems;	/* or NULL */
	const char			*sealed;	/* form_seal's */
	const char			*document;	/* document_seal's, or
							 * NULL */
};

/* Writes it: what was typed stands there again, passwords never do. */
const struct fault	*consent_write(struct request *request,
			    struct reply *reply,
			    const struct consent *consent);

#endif
