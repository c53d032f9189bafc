#ifndef OAUTH_FORM_H
#define OAUTH_FORM_H

#include <stdbool.h>
#include <stdint.h>

struct authority;
struct fault;
struct reply;
struct request;

/*
 * The defence of our forms against being sent from elsewhere: a sealed value
 * in the form, bound to a random cookie of the browser and to the query the
 * page was asked with (the client, where it goes, the challenge, the scopes);
 * and the Origin and Sec-Fetch-Site headers.
 */
enum { FORM_MINUTES = 10 };	/* how long a page may lie open */

/* The value for a form on the page that answers this request; sets the
 * cookie. */
const struct fault	*form_seal(struct request *request,
			    struct reply *reply,
			    const struct authority *authority,
			    const char **sealed);

/* A field of the form that was sent, the first of that name, or NULL. */
const char		*form_value(const struct request *request,
			    const char *name);

/*
 * Checks one that was sent. FAULT_ORIGIN: it was not sent by our page in this
 * browser, or not for this query. *late: it was, but FORM_MINUTES are over,
 * so the page is to be shown again.
 */
const struct fault	*form_check(struct request *request,
			    const struct authority *authority,
			    const char *sealed, bool *late);

/*
 * The same for a script of the page, which asks with a query of its own: the
 * value was made by us, for this browser, no more than a day ago.
 */
const struct fault	*form_check_script(struct request *request,
			    const struct authority *authority,
			    const char *sealed);

/* What a sealed value of a later page is bound to: this browser's cookie and
 * the query; NULL without a cookie of ours. */
const char		*form_binding(const struct request *request);

#endif
