#ifndef MCP_QUESTION_H
#define MCP_QUESTION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "data/field.h"
#include "mail/imap_reply.h"

struct call;

/*
 * What the user is asked before something is done.  The rows say which
 * folders, UIDs, addresses and hosts it is about, and are the same for the
 * same act, so that a yes to one question is none to another.  No text of mail
 * that others wrote is among them: a client may show them to anybody who
 * reads its log.  What goes out is shown besides by our own page alone.
 */
enum { QUESTION_NAMED_MOST = 50 };	/* addresses of one row */

struct question {
	const char	*kinds;		/* of account_actions, blanks between
					 * them: each asks for it */
	const char	*sentence;	/* "Send a message" */
	struct pairs	 rows;		/* for everybody */
	struct pairs	 shown;		/* on our page only */
	const char	*text;		/* likewise: what goes out, or NULL */
	bool		 is_cut;	/* that is too long to be shown */
	const char	*bind;		/* what must be the same besides, or
					 * NULL; shown to nobody */
	bool		 reopen;	/* the folder that is open is to be so
					 * afterwards */
};

/* A row; a value of NULL or "" makes none. */
void		 question_row(struct call *call, struct pairs *rows,
		    const char *name, const char *value);

/* The folder that is open, its UIDVALIDITY, and these of its UIDs with their
 * number. */
void		 question_messages(struct call *call,
		    struct question *question, struct uids uids);

/* Addresses of a list (struct address), without the names. */
void		 question_addresses(struct call *call,
		    struct question *question, const char *name,
		    struct objects addresses);

/* What stands for the question: another one has another. */
const char	*question_digest(struct call *call,
		    const struct question *question);

/* The question as text: the sentence, and each of its rows in a line. */
const char	*question_text(struct call *call,
		    const struct question *question);

#endif
