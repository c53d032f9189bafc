#ifndef OAUTH_CONNECTIONS_PAGE_H
#define OAUTH_CONNECTIONS_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct account;
struct card_found;
struct fault;
struct mailbox_form;
struct problems;
struct reply;
struct request;

/* What stands on /connections. */
struct connections_page {
	const struct account		*account;	/* NULL: sign in */
	const struct mailbox_form	*form;		/* typed, or NULL */
	const struct problems		*problems;	/* never NULL */
	const struct card_found		*cards;
	size_t				 cards_len;
	const int64_t			*renewed;	/* renewal_read's */
	bool				 listed;	/* the mailbox told */
	const char			*note;		/* what was done, or
							 * NULL */
	const char			*token;		/* a new one, or NULL */
	const struct problems		*trial;		/* of the servers that
							 * were tested, or
							 * NULL */
};

/* Writes it; nothing typed but passwords is lost. */
const struct fault	*connections_page_write(struct request *request,
			    struct reply *reply,
			    const struct connections_page *page);

#endif
