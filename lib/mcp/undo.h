#ifndef MCP_UNDO_H
#define MCP_UNDO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "mail/imap_reply.h"
#include "oauth/token.h"

struct call;
struct change;
struct fault;
struct flags_record;

/*
 * What a change did, sealed so that undo_mail_change can take it back: a
 * token for one hour, one grant and one account.  It has up to three parts,
 * each of which may be absent: messages that went from one folder to another
 * (moved, deleted, or a draft that was replaced), flags that changed, and a
 * draft that was made.  Sets of UIDs are texts ("3:5,9"), and pair by their
 * order.
 */
enum {
	UNDO_SECONDS = 3600,
	UNDO_UIDS_MOST = 100		/* of each set */
};

struct undo {
	struct token_base	 base;
	const char		*grant;
	const char		*account;	/* account_identity */
	const char		*folder;	/* wire name: where it was */
	int64_t			 uidvalidity;
	const char		*uids;		/* there */
	const char		*destination;	/* wire name: where it went */
	int64_t			 destination_uidvalidity; /* 0: not told */
	const char		*new_uids;	/* or NULL; then */
	struct texts		 message_ids;	/* find them; "" for none */
	bool			 remains;	/* in folder too, \Deleted */
	struct texts		 flags;		/* "+\\Seen 3:5", "-$Old 9" */
	int64_t			 draft;		/* UID in folder, or 0 */
};

/* Messages that are to be moved. */
struct undo_moving {
	struct uids	 uids;
	struct texts	 ids;	/* of each; none where they are not needed */
};

/* Before they are: reads what it takes to find them again where the server
 * does not tell their new UIDs. */
const struct fault	*undo_prepare(struct call *call, struct uids uids,
			    struct undo_moving *moving);

/* The part of messages that went elsewhere, from the open folder.  Leaves it
 * out where they could not be found again. */
void			 undo_moved(struct call *call,
			    const struct change *change,
			    const char *destination,
			    const struct undo_moving *moving,
			    struct undo *undo);

/* The part of flags that changed in the open folder. */
void			 undo_flagged(struct call *call,
			    const struct flags_record *record,
			    struct undo *undo);

/* The part of a draft that was made there, by the folder's name in an answer.
 */
const struct fault	*undo_drafted(struct call *call, const char *folder,
			    int64_t uidvalidity, int64_t uid,
			    struct undo *undo);

/* Seals it. NULL where it holds no part or is too large for a token; then
 * *note, unless NULL, says so behind what it said. */
const char		*undo_seal(struct call *call, struct undo *undo,
			    const char **note);

/* Opens one of this call's grant, and turns the call to its account.
 * FAULT_ARGUMENT where it can't be used, FAULT_PERMISSION. */
const struct fault	*undo_open(struct call *call, const char *token,
			    struct undo *undo);

/* A set as its UIDs, in order; FAULT_ARGUMENT. */
const struct fault	*undo_uids(struct call *call, const char *set,
			    struct uids *uids);

/* Opens a folder of the undo for writing, by its wire name, as call_open does.
 * Beside the folders that the grant names it may be Trash or Drafts, where the
 * tools put things for everybody. */
const struct fault	*undo_enter(struct call *call, const char *wire,
			    int64_t uidvalidity, const struct imap_box **box);

/* Where the moved messages are now, in the open folder that they went to: all
 * of them, or those that had one of these UIDs before.  What is marked \Deleted
 * because the server can't expunge single messages is not there. */
const struct fault	*undo_find(struct call *call, const struct undo *undo,
			    const struct uids *wanted, struct uids *found);

/* The draft that was made, in the open folder, likewise. */
const struct fault	*undo_find_draft(struct call *call,
			    const struct undo *undo, struct uids *found);

/* The flags' part, read; all are the messages, each once. FAULT_ARGUMENT. */
const struct fault	*undo_flags(struct call *call,
			    const struct undo *undo,
			    struct flags_record *record, struct uids *all);

#endif
