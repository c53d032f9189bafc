#ifndef MCP_ONCE_H
#define MCP_ONCE_H

#include <stdbool.h>
#include <stdint.h>

#include "mail/ledger.h"

struct call;
struct fault;

/*
 * What a caller asks for with a request_id is done once, on however many
 * hosts and however often it is tried: who does it claims it before, by a
 * record in the mailbox (mail/ledger), and only the lowest of all claims
 * counts, whichever of our keys names it.  Records are kept for ONCE_SECONDS.
 * An account of which nothing is kept in its mailbox has no claims: all is
 * ours then.
 */
enum { ONCE_SECONDS = 24 * 3600 };

enum once_state {
	ONCE_OURS,		/* nobody has claimed it before */
	ONCE_DONE,		/* it was done */
	ONCE_CLAIMED		/* it may have been done, or is being done */
};

struct once {
	struct ledger		 ledger;
	struct ledger_record	 own;
	struct texts		 names;		/* of records that count, ours
						 * first */
	int64_t			 uidvalidity;
	bool			 held;		/* there is a claim of ours */
};

/* Claims what the ids stand for, which is one thing: by the first, unless it
 * was claimed by any of them.  None stands for nothing.  A fault means that no
 * claim could be made, so that nothing may be done. */
const struct fault	*once_claim(struct call *call, struct texts ids,
			    struct once *once, enum once_state *state);

/* The same without a claim: whether anybody has one. */
const struct fault	*once_look(struct call *call, struct texts ids,
			    enum once_state *state);

/* Says that it was done, where nothing else in the mailbox does. */
void			 once_done(struct call *call, struct once *once);

/* Gives the claim back: nothing was done. */
void			 once_release(struct call *call, struct once *once);

#endif
