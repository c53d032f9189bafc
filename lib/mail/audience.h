#ifndef MAIL_AUDIENCE_H
#define MAIL_AUDIENCE_H

#include <stdbool.h>

#include "base/text.h"
#include "data/field.h"

struct account;
struct arena;

/* Who wrote a message and who got it, as its header says: struct address
 * each, read leniently. */
struct correspondence {
	struct objects	 from, reply_to, to, cc, bcc;
	struct objects	 mail_reply_to;		/* Mail-Reply-To */
	struct objects	 mail_followup_to;	/* Mail-Followup-To */
	struct objects	 delivered_to;		/* Delivered-To and such */
};

/* Names of the header fields that it is read of, for a FETCH. */
#define AUDIENCE_FIELDS							\
	"FROM REPLY-TO TO CC BCC MAIL-REPLY-TO MAIL-FOLLOWUP-TO "	\
	"DELIVERED-TO X-ORIGINAL-TO ENVELOPE-TO"

void		 audience_read(struct arena *arena, struct pairs fields,
		    struct correspondence *correspondence);

/* Whom an answer goes to: struct address each, fit for address_write. */
struct audience {
	struct objects	 to, cc;
	bool		 unusable;	/* some have no address that mail can
					 * be sent to, and are left out */
};

/*
 * To who wrote it: Mail-Reply-To, else Reply-To, else From.  To all: besides
 * those that To and Cc name, or those only that Mail-Followup-To does.  A
 * message of the account's own is answered to those who got it.  Own
 * addresses are left out, unless nobody else is there.
 */
void		 audience_choose(struct arena *arena,
		    const struct account *account,
		    const struct correspondence *correspondence, bool all,
		    struct audience *audience);

/* The own address that it was sent to, or by; the account's where it names
 * none. */
const char	*audience_own(struct arena *arena,
		    const struct account *account,
		    const struct correspondence *correspondence);

#endif
