#ifndef MAIL_CARD_H
#define MAIL_CARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "mail/account.h"

struct arena;
struct fault;
struct imap;
struct imap_message;
struct keys;

/*
 * The card of an agent: a message in the user's own folder that says who may
 * use this mailbox.  It is never rewritten.  As long as it is there, with that
 * UID and a MAC of ours, the agent's grant holds; whoever deletes it, with any
 * mail program, has ended the grant.  A copy of it has another UID and counts
 * for nothing.  There is no secret in it.
 */
enum {
	CARD_GRANT_CHARS = 22,		/* 128 bits as base64url */
	CARD_LIST_MOST = 500		/* of one mailbox, the newest */
};

struct card {
	const char	*grant;		/* set by card_keep */
	const char	*client;	/* client_binding */
	const char	*name;		/* what it calls itself, or NULL */
	const char	*target;	/* host or scheme that it answers to */
	struct texts	 scopes;
	struct texts	 ask_first;
	int64_t		 created;	/* seconds since 1970 */
	int64_t		 ends;		/* likewise; when it ends for good */
};

/* Whose cards: an account of that issuer (BASE_URL). */
struct card_owner {
	const struct keys	*keys;
	const char		*issuer;
	const struct account	*account;
};

/* What was kept where. */
struct card_kept {
	struct card_place	 card;
	struct ledger_place	 ledger;	/* uidvalidity 0: the mailbox
						 * takes no folder for it */
};

/*
 * Makes the folders where they are not there, keeps a card with a new grant,
 * and reads it back.  FAULT_UNSUPPORTED (no such folder by configuration, no
 * key, or a server that does not keep what it is given), FAULT_REFUSED,
 * FAULT_PERMISSION, FAULT_FOLDER and FAULT_LIMIT mean that this mailbox keeps
 * nothing; the session's faults.
 */
const struct fault	*card_keep(struct imap *imap, struct arena *arena,
			    const struct card_owner *owner,
			    const struct card *card, struct card_kept *kept);

/* A card that was found. */
struct card_found {
	struct card		 card;
	struct card_place	 place;
};

/* All that prove to be ours, the newest first; an array in the arena.  As many
 * as CARD_LIST_MOST: there may be more. */
const struct fault	*card_list(struct imap *imap, struct arena *arena,
			    const struct card_owner *owner,
			    struct card_found **found, size_t *len);

/*
 * Ends a grant: the card is deleted, at Gmail moved to the trash, where it
 * counts no more.  One that is gone already is well.
 */
const struct fault	*card_remove(struct imap *imap, struct arena *arena,
			    const struct card_place *place);

/* The folder's name on the wire, or NULL where the configuration has none any
 * more. */
const char		*card_folder(const struct imap *imap,
			    const struct card_place *place);

/* What to FETCH of a card, besides UID and FLAGS. */
extern const char	 card_items[];

/* Whether a fetched message is a card of ours; what it says. */
bool			 card_read(struct arena *arena,
			    const struct card_owner *owner,
			    const struct imap_message *message,
			    struct card *card);

#endif
