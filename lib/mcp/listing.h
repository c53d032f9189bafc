#ifndef MCP_LISTING_H
#define MCP_LISTING_H

#include <stdbool.h>
#include <stdint.h>

#include "data/field.h"
#include "mail/imap_reply.h"

struct call;
struct fault;
struct summary;

/*
 * A page of messages, newest (highest UID) first, as list and search answer
 * it.  A cursor names the folder's uidvalidity, the last UID shown and the
 * page: pages behind it neither repeat nor skip a message when mail arrives
 * or is removed meanwhile.  It holds nothing that its reader may not know,
 * and is checked like any other argument.
 */
struct paging {
	int64_t		 page;
	int64_t		 per_page;
	const char	*cursor;
	bool		 include_body;
	int64_t		 max_chars;
};

/* From an argument struct with members of these names. */
#define PAGING(args) ((struct paging){ (args)->page, (args)->per_page,	\
	(args)->cursor, (args)->include_body, (args)->max_chars })

enum {
	LISTING_PER_PAGE = 20,
	LISTING_PER_PAGE_MOST = 100,
	LISTING_PAGE_MOST = 1000000,
	LISTING_BODY_CHARS = 1000,	/* of each body, if not said */
	LISTING_BODY_CHARS_MOST = 20000,
	LISTING_ANSWER_CHARS = 90000	/* for all messages together */
};

#define PAGING_ROWS(s)							\
	{ FIELD(s, page), .least = 1, .most = LISTING_PAGE_MOST,	\
	  .otherwise = 1, .bare = true },				\
	{ FIELD(s, per_page), .least = 1, .most = LISTING_PER_PAGE_MOST,\
	  .otherwise = LISTING_PER_PAGE, .bare = true },		\
	{ FIELD(s, cursor), .most = 40 },				\
	{ FIELD(s, include_body) },					\
	{ FIELD(s, max_chars), .least = 1,				\
	  .most = LISTING_BODY_CHARS_MOST,				\
	  .otherwise = LISTING_BODY_CHARS, .bare = true }

struct listing {
	const char	*account;
	const char	*folder;
	int64_t		 uidvalidity;
	int64_t		 total;
	int64_t		 page;
	int64_t		 per_page;
	const char	*next_cursor;
	struct object	 defaults;	/* struct summary; mcp/alike.h */
	struct objects	 messages;	/* struct summary */
	struct texts	 not_searched;	/* folders; see note */
	const char	*note;
	bool		 more;		/* below these; not written */
};

extern const struct field	 listing_rows[];
extern const struct field	 listing_search_rows[];	/* not_searched, too */

/* What a cursor says. */
struct cursor {
	uint32_t	 uidvalidity;
	uint32_t	 below;		/* UIDs of the page are below; 0: all */
	int64_t		 page;
};

/* Reads paging's cursor; without one, the page asked for with below 0.
 * FAULT_ARGUMENT. */
const struct fault	*listing_cursor(struct call *call,
			    const struct paging *paging,
			    struct cursor *cursor);

/* FAULT_CHANGED where the folder is not the cursor's any more. */
const struct fault	*listing_check(struct call *call,
			    const struct cursor *cursor,
			    const struct imap_box *box);

/* The UIDs of the page, newest first, of all those found (in any order),
 * which are sorted so too; says whether there are more below. */
struct uids		 listing_choose(struct call *call, struct uids found,
			    const struct cursor *cursor,
			    const struct paging *paging, bool *more);

/* Fills what every listing of the open folder tells, messages excepted. */
void			 listing_start(struct call *call,
			    const struct cursor *cursor,
			    const struct paging *paging, int64_t total,
			    struct listing *listing);

/* Says once what the messages have alike; the last step. */
void		 listing_settle(struct call *call, struct listing *listing);

/* What is asked for of a page. */
struct listing_page {
	const struct imap_command	*fetch;	/* of summary_items, or NULL */
	const struct imap_command	*texts;	/* a guess at them, where they
						 * are asked for, or NULL */
};

/* Queues that for messages named as by a command, "FETCH 1:20". */
void			 listing_queue(struct call *call, const char *fetch,
			    const struct paging *paging,
			    struct listing_page *page);

/* Fills messages from what came of it, for the UIDs in that order (those that
 * are gone are left out), and next_cursor if more says so; then the bodies,
 * where asked for. */
const struct fault	*listing_fill(struct call *call,
			    const struct listing_page *page,
			    struct uids uids, const struct paging *paging,
			    struct listing *listing);

/* The same by a flight of its own that fetches these UIDs' summaries. */
const struct fault	*listing_fetch(struct call *call, struct uids uids,
			    const struct paging *paging,
			    struct listing *listing);

#endif
