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
 * Its text is the message's; HTML of the user's own is base64 in a header
 * field X-Postern-Signature-HTML.  The header X-Postern-Signature holds a MAC
 * over both, so that what others deliver there is nothing.
 */
enum {
	SIGNATURE_BYTES = 1024		/* of each of the two */
};

/* Both members are NULL where there is none. */
struct signature {
	const char	*text;		/* lines end in LF, none at its end */
	const char	*html;		/* html_safe's of what the user typed,
					 * else the text as HTML */
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
 * What a user typed, as it is kept: clean text, and HTML that does nothing;
 * without a text it is made of the HTML, without HTML that stays NULL.
 * FAULT_ARGUMENT where one is over SIGNATURE_BYTES, or nothing of the HTML is
 * left.
 */
const struct fault	*signature_make(struct arena *arena,
			    const struct signature *typed,
			    struct signature *made);

/*
 * Keeps what signature_make makes of this one, instead of any before it.
 * FAULT_ARGUMENT as there; FAULT_UNSUPPORTED, FAULT_LIMIT, FAULT_REFUSED where
 * the mailbox can't take it; the session's faults.
 */
const struct fault	*signature_keep(struct imap *imap,
			    struct arena *arena, const struct keys *keys,
			    const struct account *account,
			    const struct signature *typed);

#endif
