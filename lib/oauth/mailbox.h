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
 * What a person types on the sign-in page, and the account it makes.  The
 * servers come from the client_id where it was provisioned, else from the
 * configuration, else from the form.
 */
struct mailbox_form {
	const char	*username;
	const char	*password;
	const char	*address;	/* where username is none */
	const char	*name;		/* full name, for From */
	const char	*signature;	/* or NULL: as it is */
	const char	*imap_host;
	const char	*imap_port;	/* as typed */
	const char	*imap_tls;	/* "implicit", "starttls" or NULL */
	const char	*smtp_host;
	const char	*smtp_port;
	const char	*smtp_tls;
	const char	*smtp_username;	/* NULL: username */
	const char	*smtp_password;	/* NULL: password */
	struct texts	 scope;		/* switched on */
	const char	*decision;	/* mailbox_allow and so on */
	const char	*request;	/* form_seal's */
};

extern const struct field	 mailbox_rows[];

extern const char	 mailbox_allow[];		/* "allow" */
extern const char	 mailbox_without_sending[];
extern const char	 mailbox_deny[];

/* Whether that button was pressed. */
bool	 mailbox_decides(const struct mailbox_form *form,
	    const char *decision);

/* Something a person can mend. */
struct problem {
	const char	*field;		/* id of the field, or NULL */
	const char	*text;
	const char	*said;		/* the mail server's words, or NULL */
	const char	*advice;	/* or NULL */
};

enum { PROBLEMS_MOST = 12 };

struct problems {
	struct problem	 at[PROBLEMS_MOST];
	size_t		 len;
	bool		 sending;	/* only sending fails: offer to go on
					 * without it */
};

/* Adds one and returns it, for its other members to be set; over
 * PROBLEMS_MOST the last is given again. */
struct problem	*mailbox_problem(struct problems *problems,
		    const char *field, const char *text);

/*
 * Whether the servers are typed by the person: neither the client_id nor the
 * configuration names them, or the configuration allows others beside its
 * own (ALLOWED_MAIL_HOSTS), which are then only proposed.
 */
bool		 mailbox_is_typed(const struct config *config,
		    const struct client *client);

/* The servers as the page proposes them, before anything is typed. */
void		 mailbox_propose(struct arena *arena,
		    const struct config *config, struct mailbox_form *form);

/* Whether there is an SMTP server, or may be. */
bool		 mailbox_may_send(const struct config *config,
		    const struct client *client);

/* The IMAP host that is given, or NULL where it is typed. */
const char	*mailbox_given_host(const struct config *config,
		    const struct client *client);

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
