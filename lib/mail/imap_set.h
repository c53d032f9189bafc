#ifndef MAIL_IMAP_SET_H
#define MAIL_IMAP_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mail/imap_reply.h"

struct arena;
struct imap_cursor;

/* A list of UIDs that grows; room doubles, at most IMAP_UIDS_MOST. */
struct imap_set {
	struct arena	*arena;
	struct uids	 uids;
	size_t		 room;
	bool		 cut;	/* more came than the limit lets in */
};

void	 imap_set_start(struct imap_set *set, struct arena *arena,
	    struct uids before);

void	 imap_set_add(struct imap_set *set, uint32_t uid);

/*
 * sequence-set of RFC 9051 9 without "*", written out: "3:5,9" is 3 4 5 9, in
 * the order given.  False, with the cursor unmoved but the set perhaps longer,
 * if it is none, or has a 0 or a number over 32 bits.
 */
bool	 imap_set_take(struct imap_cursor *cursor, struct imap_set *set);

/* The highest UIDs, at most so many, the highest first; a server's list is in
 * any order. */
struct uids	 imap_set_newest(struct arena *arena, struct uids found,
		    size_t most);

/* The highest of them alone; 0 where there is none. */
uint32_t	 imap_set_highest(struct uids uids);

/* nz-number of 32 bits. */
bool	 imap_set_take_uid(struct imap_cursor *cursor, uint32_t *uid);

#endif
