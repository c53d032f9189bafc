#ifndef NET_CROWD_H
#define NET_CROWD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slot.h"

struct arena;

/*
 * Those who wait for one mail server, among all processes of a computer: so
 * that one which hangs never has all workers.  Nobody counts those whom a
 * server answers.  Who has waited longer than is usual needs one of a few
 * places; where there is none he goes without an answer, and for CROWD_SECONDS
 * from then on everybody needs one from the start, as also behind one who has
 * waited in vain.  When the next one waits in vain, too, nobody else tries for
 * CROWD_PAUSE_SECONDS.  That ends sooner with the first whom the server serves
 * well, unless he is a stranger who typed its name: then it may well serve one
 * and let others wait.
 *
 * What hangs behind its greeting is met by deadlines, and, of servers that
 * users typed, by the places alone: what one has asked for may take long.
 *
 * Places are locks in RUN_DIR (base/slot); without it nobody counts.  Servers
 * that users typed share the places of their site, so that no hundred names are
 * a hundred servers.  Where nobody has signed in yet, what is noted of one is
 * noted of its whole site, too; but not for those who have: a stranger who
 * types names that hang shuts nobody out.
 */
enum {
	CROWD_GREETING_MS = 4 * 1000,	/* longer than usual, to be greeted,
					 * even by a busy server */
	CROWD_ANSWER_MS = 10 * 1000,	/* to be answered; a second more for
					 * each CROWD_BYTES that pass */
	CROWD_BYTES = 4096,
	CROWD_SECONDS = 30,
	CROWD_PAUSE_SECONDS = 5
};

/* How many there may be. */
struct crowd_limit {
	const char	*folder;	/* RUN_DIR; NULL or "": any number */
	int64_t		 places;
	bool		 stranger;	/* has not signed in there yet */
};

/* One who waits; a struct of zeros waits for nobody. */
struct crowd {
	struct crowd_limit	 limit;
	uint64_t		 number;	/* of what is noted; its end
						 * is that of the counter */
	uint64_t		 room;		/* of the places */
	bool			 typed;		/* by a user */
	bool			 late;		/* has needed a place */
	struct slot		 place;
};

/* Before a server is dialled.  Whether he may: false where many wait there
 * already. */
bool	 crowd_join(struct crowd *crowd, const struct crowd_limit *limit,
	    const char *host, int64_t port, bool typed);

/* He waits for longer than is usual.  Whether he may go on. */
bool	 crowd_stay(struct crowd *crowd);

/* He waited in vain. */
void	 crowd_despair(struct crowd *crowd);

/* The server has served him well; he may wait there again. */
void	 crowd_thank(struct crowd *crowd);

/* The end, whichever; may be called more than once. */
void	 crowd_leave(struct crowd *crowd);

#endif
