#ifndef NET_WATCH_H
#define NET_WATCH_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * What is looked after while a server is waited for: whether those whom the
 * work is for are still there, and what is to be done now and then.  Nothing
 * of it needs a thread: every wait of net asks here.
 */
struct watch {
	int		 fd;		/* that tells they went; -1: none */
	short		 events;	/* what tells it, besides a hang-up */
	bool		 gone;
	bool		 stops;		/* the work is to end with them */
	int64_t		 due;		/* clock_ms of the next beat, or 0 */
	void		(*beat)(struct watch *watch); /* says due anew */
	void		*state;		/* beat's */
};

/*
 * poll(2) of one descriptor (-1: none) for at most so many milliseconds, or
 * less: until they have gone or a beat was due, which is done then.  Gives
 * what poll would for that descriptor alone.  watch may be NULL.
 */
int	 watch_poll(struct watch *watch, struct pollfd *polled, int64_t most);

/* Looks without waiting; whether the work is to end.  watch may be NULL. */
bool	 watch_look(struct watch *watch);

/* From here on the work is not to end with them. NULL is allowed. */
void	 watch_hold(struct watch *watch);

/* Whether it was to end when last looked at. */
bool	 watch_ends(const struct watch *watch);

#endif
