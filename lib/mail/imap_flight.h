#ifndef MAIL_IMAP_FLIGHT_H
#define MAIL_IMAP_FLIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "mail/imap_channel.h"
#include "mail/imap_guard.h"
#include "mail/imap_session.h"
#include "mail/refused.h"

struct arena;
struct fault;
struct imap_login;
struct source;

/*
 * The inside of a session, for imap_session.c, imap_route.c, imap_known.c,
 * imap_rest.c, imap_send.c, imap_guard.c, imap_idle.c and imap_stream.c only:
 * how the commands of a flight are run and their answers given to each.
 */

/* A command with what only the session wants to know. */
struct queued {
	struct imap_command	 command;	/* first: callers hold it */
	struct queued		*next;
	struct arena		*arena;
	struct bytes		 text;
	struct source		*source;	/* of its last literal, or
						 * NULL */
	unsigned		 tag;
	bool			 sent;
	const char		*opens;		/* wire name, or NULL */
	bool			 writable;
	const struct queued	*spoiled;	/* by this failed open */
};

/* How many messages folders held when they were last open here: for guesses,
 * so that a hash is name enough. */
enum { SIZES_MOST = 8 };

struct imap_size {
	uint64_t	 name;
	uint32_t	 exists;
};

struct imap {
	struct arena		*own;
	struct arena		*kept;		/* texts of the box */
	struct arena		*arena;		/* the request's */
	struct imap_channel	 channel;
	int64_t			 deadline;
	struct imap_box		 box;
	bool			 has_box;
	bool			 is_resting;	/* no flight since the box was
						 * put aside: imap_rest */
	bool			 has_stirred;	/* since it was taken up */
	int64_t			 opened;	/* the box, clock_ms */
	struct texts		 kept_flags;
	const char		*kept_name;
	struct imap_size	 sizes[SIZES_MOST];
	size_t			 next_size;	/* that is given up */
	struct queued		*first, *last;	/* of the flight */
	struct queued		*waiting;	/* oldest without its reply */
	struct queued		*literal;	/* waits for a go-ahead */
	const struct queued	*failed;	/* the last open, if so */
	struct buf		 out;		/* written at once */
	size_t			 in_flight;
	unsigned		 abilities;
	unsigned		 tags;
	const char		*private_name;	/* of the configuration */
	struct imap_namespace	 space;		/* once asked; in own */
	struct imap_guard	*guard;		/* or NULL */
	struct imap_proof	 proof;		/* guard's */
	struct imap_login	*login;		/* goes ahead of the next
						 * flight; or NULL */
	bool			 is_unknown;	/* what it can do now */
	int64_t			 answered;	/* the last flight, clock_ms */
	struct refused		 refused;	/* logins with these */
	struct slot		 place;		/* among those of its account */
	bool			 introduced;	/* ID was sent */
	bool			 resync;	/* ENABLE QRESYNC was sent */
	size_t			 listed;	/* folders, the last time */
	bool			 no_guesses;	/* it has refused one */
	bool			 broken;
};

/*
 * Writes all that is queued and reads until each has its tagged reply, in
 * whatever order.  mail/imap_route.h tells which command an untagged response
 * is for.  Commands behind an open that failed are as if refused too, since
 * there are servers that would answer from the folder before.
 *
 * imap_flight_end settles what came of it.
 */
const struct fault	*imap_flight_run(struct imap *imap);

/* The first part of it: all that is queued waits, nothing is written. */
void			 imap_flight_start(struct imap *imap);

/* One response, for the command that it answers; mail/imap_send.h waits for
 * one that way.  Where the channel left a literal on the wire, a part of one:
 * it is amid. */
const struct fault	*imap_flight_read(struct imap *imap);

/* The folder's among the sizes. */
uint64_t		 imap_flight_hash(const char *name);

/* No answer to these commands is believed, not even a whole one. */
void			 imap_flight_forget(struct queued *first);

/* Settles a flight that ended well (NULL) or with a fault, which is given back
 * made in the request's arena. */
const struct fault	*imap_flight_end(struct imap *imap,
			    const struct fault *bad);

#endif
