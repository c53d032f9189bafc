#ifndef NET_AHEAD_H
#define NET_AHEAD_H

#include <stddef.h>

#include "base/bytes.h"

struct arena;

/*
 * Bytes that came from a peer and were not read yet.  Holds AHEAD_BYTES at
 * no cost; what a caller lets it hold beyond is given back as soon as all of
 * it was read.
 */
enum { AHEAD_BYTES = 16 * 1024 };	/* a TLS record holds no more */

struct ahead {
	struct arena	*grown;		/* of its own, for more than usual */
	unsigned char	*own;		/* AHEAD_BYTES */
	unsigned char	*at;		/* own, or in grown */
	size_t		 size;
	size_t		 start, end;	/* of what is unread in at */
	size_t		 used;		/* of own, since it was wiped */
};

/* Lives as long as the arena. */
void		 ahead_open(struct ahead *ahead, struct arena *arena);

/* What is unread; valid until the next call of ahead_room. */
struct bytes	 ahead_view(const struct ahead *ahead);

/* len bytes of the view were read. */
void		 ahead_skip(struct ahead *ahead, size_t len);

/* Where the next bytes go and how many fit: 0 when as many as most wait.
 * Below most it makes room by moving, then by growing. */
unsigned char	*ahead_room(struct ahead *ahead, size_t most, size_t *len);

/* len bytes were put there. */
void		 ahead_add(struct ahead *ahead, size_t len);

/* Wipes what was read, if nothing is unread. */
void		 ahead_forget(struct ahead *ahead);

#endif
