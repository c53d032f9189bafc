#ifndef OAUTH_FINDING_H
#define OAUTH_FINDING_H

#include <stdbool.h>

struct client;
struct mailbox_form;
struct problems;
struct request;
struct servers;

/*
 * The servers of an address where none was typed, and what its provider wants
 * of a person; nothing where the servers are not the person's to choose.
 */

/* Looks for the servers of a form that was sent without, and fills them in.
 * Notes it where no password opens a mailbox there, and where the person has
 * to look at what was found before a password goes to it. */
void	 finding_fill(struct request *request, const struct client *client,
	    struct mailbox_form *form, struct problems *problems);

/* What is known by heart of the form's address. False: nothing is. */
bool	 finding_know(struct request *request, const struct client *client,
	    const struct mailbox_form *form, struct servers *servers);

/* Gives the provider's own advice where the password was refused. */
void	 finding_advise(struct request *request, const struct client *client,
	    const struct mailbox_form *form, struct problems *problems);

#endif
