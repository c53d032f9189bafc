#ifndef MCP_PLACES_H
#define MCP_PLACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct call;
struct fault;
struct folder_query;

/*
 * The folders that a look across the mailbox goes through: those that the
 * grant's limits leave open, that can be opened and hold something, the
 * likeliest first, and not more than a number.
 */
struct place {
	const char	*name;		/* UTF-8 */
	const char	*wire;
	const char	*role;		/* or NULL */
	int64_t		 messages;	/* as STATUS told */
	int64_t		 uidvalidity;
};

struct places {
	struct place	*at;
	size_t		 len;
	size_t		 more;		/* left out for their number */
	bool		 hidden;	/* some are kept from the grant */
};

/* What an answer says that did not look into those. */
#define PLACES_HIDDEN	"The user keeps other folders from this connection."

struct places_wish {
	const char		 *first;	/* wire name: in any case, even
						 * if it is empty; or NULL */
	const char *const	 *roles;	/* then these; NULL last */
	const char *const	 *but;		/* never these; NULL last */
	bool			  others;	/* all others behind them */
	size_t			  most;
};

enum { PLACES_COUNTED_MOST = 200 };	/* folders */

/* One round trip where the server has LIST-STATUS and not too many folders,
 * else two; and one for each role that limits the grant. */
const struct fault	*places_find(struct call *call,
			    const struct places_wish *wish,
			    struct places *places);

/* The same in two halves, so that it is asked for in a flight with more:
 * queued before it, read when that has been run. */
void			 places_query(struct call *call,
			    struct folder_query *query);
const struct fault	*places_read(struct call *call,
			    const struct folder_query *query,
			    const struct places_wish *wish,
			    struct places *places);

#endif
