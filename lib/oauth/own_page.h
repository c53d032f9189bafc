#ifndef OAUTH_OWN_PAGE_H
#define OAUTH_OWN_PAGE_H

struct account;
struct asked;
struct drawing;
struct fault;
struct mailbox_form;
struct problems;
struct reply;
struct request;

/*
 * What the pages have in common that a person opens with the mailbox itself,
 * and without a client that sent them: the head, the form's seal, problems,
 * and the fields for signing in where nobody is.
 */
struct own_page {
	const char			*name;		/* of the template */
	const char			*path;		/* below BASE_URL */
	const struct asked		*asked;		/* what is switched on
							 * at first, or NULL */
	const struct account		*account;	/* NULL: sign in */
	const struct mailbox_form	*form;		/* typed, or NULL */
	const struct problems		*problems;	/* never NULL */
};

/* Begins the page; its forms go to the path with the query it was asked
 * with. */
const struct fault	*own_page_open(struct request *request,
			    struct reply *reply, const struct own_page *own,
			    struct drawing **drawing);

/* Writes it, with the status that its problems say. */
const struct fault	*own_page_write(struct reply *reply,
			    const struct drawing *drawing);

#endif
