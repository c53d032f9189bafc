#ifndef OAUTH_KEPT_H
#define OAUTH_KEPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "mail/account.h"
#include "mail/signature.h"

struct authority;
struct fault;
struct problems;
struct request;

/*
 * Mailboxes that were checked and wait in the page for the others of the same
 * connection: each is a sealed value in the form, bound to the browser's
 * cookie and to the query, for KEPT_MINUTES after the page was made.
 */
enum {
	KEPT_MINUTES = 10,
	KEPT_MOST = 8
};

struct kept {
	struct account	 account;
	struct signature signature;	/* to be kept in the mailbox */
};

struct kept_list {
	struct kept	 at[KEPT_MOST + 1];	/* the typed one behind */
	size_t		 len;
};

/* Seals one for the page, without the bearer token that an upstream gave: it
 * may have ended when the page comes back. */
const struct fault	*kept_seal(struct request *request,
			    const struct authority *authority,
			    const struct kept *kept, const char **sealed);

/*
 * Opens those of a form in their order, but for the one whose place is
 * removed (a decimal number, or NULL). What does not open, or is one too
 * many, is left out and noted.
 */
void			 kept_open(struct request *request,
			    const struct authority *authority,
			    struct texts sealed, const char *removed,
			    struct kept_list *list, struct problems *problems);

/* New bearer tokens for those that an upstream opens.  One whose sign-in ended
 * there is taken out and noted; so is that another can't be asked for now. */
void			 kept_renew(struct request *request,
			    struct kept_list *list,
			    struct problems *problems);

/* Notes it where this mailbox is among them already, or its label is another's
 * name. */
void			 kept_check(struct request *request,
			    const struct kept_list *list,
			    const struct account *account,
			    struct problems *problems);

#endif
