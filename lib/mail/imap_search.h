#ifndef MAIL_IMAP_SEARCH_H
#define MAIL_IMAP_SEARCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "mail/imap_reply.h"

struct arena;
struct fault;
struct imap;
struct imap_command;

/*
 * What to look for; all that is given must hold.  Nothing a caller wrote is
 * passed through: query, RFC 9051 SEARCH criteria, is read by a grammar and
 * written anew, and the rest are values of keys.
 */
struct imap_search {
	const char	*query;		/* OR FROM "anna" NOT SEEN */
	const char	*from, *to, *cc, *subject, *body, *text;
	const char	*since, *before;	/* YYYY-MM-DD or 1-Jan-2026 */
	const char	*header;	/* "List-Id: dev", or a name */
	const char	*keyword;
	bool		 unread, flagged, answered;
	int64_t		 larger, smaller;	/* bytes; 0: not given */
};

enum {
	IMAP_SEARCH_CHARS = 1000,	/* of one value */
	IMAP_SEARCH_DEPTH = 10,
	IMAP_SEARCH_KEYS = 100		/* in a query */
};

/* Criteria as they go behind SEARCH. */
struct imap_criteria {
	struct buf	 keys;
	bool		 utf8;		/* needs CHARSET UTF-8 */
	bool		 gmail;		/* needs X-GM-EXT-1 */
};

/* Makes them; no mailbox is needed. FAULT_ARGUMENT, with an example. */
const struct fault	*imap_search_write(struct arena *arena,
			    const struct imap_search *search,
			    struct imap_criteria *criteria);

/* Queues UID SEARCH in the folder that is (being) opened; plainly: without
 * CHARSET, for a server that said BADCHARSET. */
struct imap_command	*imap_search_queue(struct imap *imap,
			    struct arena *arena,
			    const struct imap_criteria *criteria,
			    bool plainly);

/* Whether the server knows no UTF-8: to be asked once more, plainly. */
bool			 imap_search_lacks_charset(
			    const struct imap_command *command);

/* A day as "2026-07-28" (what follows, as a time, is left out) or
 * "28-Jul-2026"; seconds since 1970. */
bool			 imap_search_day(const char *text, int64_t *seconds);

/* FAULT_ARGUMENT: the argument of that name is no day. */
const struct fault	*imap_search_day_fault(struct arena *arena,
			    const char *name);

#endif
