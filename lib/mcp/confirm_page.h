#ifndef MCP_CONFIRM_PAGE_H
#define MCP_CONFIRM_PAGE_H

#include <stddef.h>

struct account;
struct confirm_link;
struct confirm_outcome;
struct confirm_view;
struct fault;
struct mailbox_form;
struct problems;
struct reply;
struct request;

/* What stands on /confirm: the view, the outcome or why there is none, else the
 * fields for signing in to the link's mailbox; what is not there is NULL. */
struct confirm_page {
	const struct confirm_link	*link;
	const struct account		*account;	/* signed in */
	const struct confirm_view	*view;
	const struct confirm_outcome	*outcome;
	const struct fault		*bad;		/* why there is none */
	const struct mailbox_form	*form;		/* typed */
	const struct problems		*problems;	/* never NULL */
};

/* Writes it.  Everything of the mailbox is text there, none is markup. */
const struct fault	*confirm_page_write(struct request *request,
			    struct reply *reply,
			    const struct confirm_page *page);

#endif
