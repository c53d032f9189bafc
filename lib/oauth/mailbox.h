#ifndef OAUTH_MAILBOX_H
#define OAUTH_MAILBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "data/field.h"
#include "mail/account.h"

struct arena;
struct client;
struct config;

/*
 * What a person types on the sign-in page, and the account it makes: the
 * servers are oauth/hosts, who signs in is oauth/person, what stands in the
 * mails sent is oauth/sender, what the agent may do is oauth/switches.
 */
struct mailbox_form {
	const char	*username;	/* the email address */
	const char	*password;
	const char	*login;		/* NULL: username */
	const char	*label;		/* or NULL */
	const char	*name;		/* full name, for From */
	const char	*aliases;	/* between blanks, commas or lines */
	const char	*signature;	/* or NULL: as it is */
	const char	*signature_html;
	const char	*imap_host;
	const char	*imap_port;	/* as typed */
	const char	*imap_tls;	/* "implicit", "starttls" or NULL */
	const char	*smtp_host;
	const char	*smtp_port;
	const char	*smtp_tls;
	const char	*smtp_username;	/* NULL: username */
	const char	*smtp_password;	/* NULL: password */
	struct texts	 scope;		/* switched on */
	struct texts	 ask;		/* likewise, to be asked first */
	const char	*folders;	/* one a line; NULL: all */
	const char	*recipients;	/* as aliases; NULL: all */
	const char	*lasts;		/* of the whole connection: a days of
					 * switches_lifetimes */
	const char	*replaces;	/* or NULL: earlier connections stay */
	struct texts	 kept;		/* kept_seal's, of other mailboxes */
	const char	*remove;	/* the place of one of them */
	const char	*decision;	/* mailbox_allow and so on */
	const char	*request;	/* form_seal's */
};

extern const struct field	 mailbox_rows[];

extern const char	 mailbox_allow[];		/* "allow" */
extern const char	 mailbox_without_sending[];
extern const char	 mailbox_add[];			/* and type another */
extern const char	 mailbox_add_without_sending[];
extern const char	 mailbox_deny[];

/* Whether that button was pressed. */
bool	 mailbox_decides(const struct mailbox_form *form,
	    const char *decision);

/* Whether it was one of those, or none, which is what Enter does in some
 * browsers. */
bool	 mailbox_decision_is_known(const struct mailbox_form *form);

/* Whether another mailbox is to follow. */
bool	 mailbox_adds(const struct mailbox_form *form);

/* Whether nothing was typed, so that the mailboxes kept are all. */
bool	 mailbox_is_blank(const struct mailbox_form *form);

/* Something a person can mend. */
struct problem {
	const char	*field;		/* id of the field, or NULL */
	const char	*text;
	const char	*said;		/* the mail server's words, or NULL */
	const char	*advice;	/* or NULL */
	const char	*link;		/* https URL where to do it, or NULL */
};

enum { PROBLEMS_MOST = 12 };

struct problems {
	struct problem	 at[PROBLEMS_MOST];
	size_t		 len;
	bool		 sending;	/* only sending fails: offer to go on
					 * without it */
	bool		 often;		/* tried too often: 429 */
};

/* Adds one and returns it, for its other members to be set; over
 * PROBLEMS_MOST the last is given again. */
struct problem	*mailbox_problem(struct problems *problems,
		    const char *field, const char *text);

/* What was typed, without blanks at its ends, or NULL for nothing. */
const char	*mailbox_trim(struct arena *arena, const char *text);

/* An account that is being made, and from what. */
struct making {
	struct arena			*arena;
	const struct config		*config;
	const struct client		*client;
	const struct mailbox_form	*form;
	struct account			*account;
	struct problems			*problems;
};

/*
 * Makes the account of a form, without asking any server, and notes what is
 * wrong with it.  Its scopes are those switched on, in our order; smtp is set
 * only where mail:send is among them.
 */
void		 mailbox_read(struct arena *arena,
		    const struct config *config, const struct client *client,
		    const struct mailbox_form *form, struct account *account,
		    struct problems *problems);

#endif
