#ifndef MAIL_CHANGE_H
#define MAIL_CHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "mail/imap_reply.h"

struct arena;
struct fault;
struct imap;

/*
 * Changes to messages of the folder that is open for writing, and known to be
 * (no command here is sent behind an unproved SELECT).  They touch exactly
 * the UIDs given, and say which of them really changed: never a bare EXPUNGE,
 * which would take along what others have marked.
 */
struct change {
	struct uids		 done;		/* those that changed */
	struct uids		 made;		/* their new UIDs, or empty */
	uint32_t		 validity;	/* of made; or 0 */
	struct uids		 missing;	/* asked for, but not there */
	bool			 remains;	/* marked \Deleted only: the
						 * server has no UIDPLUS */
	const char		*note;		/* what went half, or NULL */
};

/* Which of the UIDs are there: done and missing. */
const struct fault	*change_look(struct imap *imap, struct arena *arena,
			    struct uids uids, struct change *change);

/*
 * Moves to another folder (its wire name): MOVE (RFC 6851), else COPY, STORE
 * and UID EXPUNGE.  FAULT_FOLDER when there is no such folder; then nothing
 * has changed.
 */
const struct fault	*change_move(struct imap *imap, struct arena *arena,
			    struct uids uids, const char *wire,
			    struct change *change);

/* Copies to another folder (its wire name). FAULT_FOLDER as above; made is
 * empty where the server does not tell the new UIDs. */
const struct fault	*change_copy(struct imap *imap, struct arena *arena,
			    struct uids uids, const char *wire,
			    struct change *change);

/* Removes for good. */
const struct fault	*change_delete(struct imap *imap, struct arena *arena,
			    struct uids uids, struct change *change);

#endif
