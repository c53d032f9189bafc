#ifndef MAIL_SIGNATURE_H
#define MAIL_SIGNATURE_H

struct account;
struct arena;
struct fault;
struct imap;
struct keys;

/*
 * What stands below the user's mails: kept as a message in the program's own
 * folder (mail/private), which the user sees there, and deletes to have none.
 * Its header X-Postern-Signature holds a MAC over it, so that what others
 * deliver there is nothing.
 */
enum {
	SIGNATURE_BYTES = 1024		/* of each of the two */
};

/* Both members are NULL where there is none. */
struct signature {
	const char	*text;		/* lines end in LF, none at its end */
	const char	*html;		/* the same, made from it by us */
};

/*
 * Looks for the newest.  Without any: one STATUS (and NAMESPACE, the first
 * time in a session), and whatever folder is open stays so.  Else the folder
 * is opened by EXAMINE.  What can't be read is as if it were not there; the
 * session's faults only.
 */
const struct fault	*signature_find(struct imap *imap,
			    struct arena *arena, const struct keys *keys,
			    const struct account *account,
			    struct signature *signature);

/*
 * Keeps this one, instead of any before it.  FAULT_ARGUMENT for a text over
 * SIGNATURE_BYTES; FAULT_UNSUPPORTED, FAULT_LIMIT, FAULT_REFUSED where the
 * mailbox can't take it; the session's faults.
 */
const struct fault	*signature_keep(struct imap *imap,
			    struct arena *arena, const struct keys *keys,
			    const struct account *account, const char *text);

#endif
