#ifndef OAUTH_HOSTS_H
#define OAUTH_HOSTS_H

#include <stdbool.h>

struct account;
struct arena;
struct client;
struct config;
struct mailbox_form;
struct making;

/*
 * The mail servers of an account: they come from the client_id where it was
 * provisioned, else from the configuration, else from the form.
 */

/*
 * Whether they are typed by the person: neither the client_id nor the
 * configuration names one that is the only one.  Where the operator names one
 * and allows others too, its own are proposed.
 */
bool		 hosts_are_typed(const struct config *config,
		    const struct client *client);

/* The servers as the page proposes them, before anything is typed. */
void		 hosts_propose(struct arena *arena,
		    const struct config *config, struct mailbox_form *form);

/* Whether there is an SMTP server, or may be. */
bool		 hosts_may_send(const struct config *config,
		    const struct client *client);

/* The IMAP host that is given, or NULL where it is typed. */
const char	*hosts_given(const struct config *config,
		    const struct client *client);

/* Gives the account the servers of the configuration, as far as there are. */
void		 hosts_configured(struct arena *arena,
		    const struct config *config, struct account *account);

/* Set the account's servers and note what is wrong with them; IMAP first. */
void		 hosts_read_imap(const struct making *making);
void		 hosts_read_smtp(const struct making *making);

#endif
