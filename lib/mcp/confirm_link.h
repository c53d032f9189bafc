#ifndef MCP_CONFIRM_LINK_H
#define MCP_CONFIRM_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "data/field.h"
#include "oauth/token.h"

struct account;
struct arena;
struct call;
struct config;
struct fault;
struct filed;
struct question;
struct request;

/*
 * The way to the user's word for clients that can't ask for it themselves: a
 * sealed link to BASE_URL/confirm?link=TOKEN.  It says which tool is to be run
 * and with what, for which mailbox, and for which agent's grant; what is to be
 * sent lies in the mailbox as a draft, of which it carries place and digest.
 * It holds no credential: whoever opens it signs in to that mailbox first.
 * The page shows what is to be done as the mailbox has it then, and does it
 * once, however many press the button.
 */
enum {
	CONFIRM_LINK_SECONDS = 600,
	CONFIRM_LINK_CHARS = 4000	/* of the token: it goes in a URL */
};

struct confirm_link {
	struct token_base	 base;
	const char		*nonce;		/* by which it is done once */
	const char		*tool;
	const char		*arguments;	/* JSON */
	const char		*question;	/* digest of what is asked */
	const char		*grant;		/* of the agent */
	const char		*identity;	/* account_identity */
	const char		*address;	/* the mailbox, to be shown */
	struct texts		 aliases;
	struct object		 card;		/* struct card_place, or none */
	struct object		 draft;		/* struct confirm_draft */
};

/* What only a draft has. */
struct confirm_draft {
	const char	*digest;	/* of its start and its size */
	const char	*kind;		/* of account_actions */
	const char	*sent;		/* folder for the copy, by wire name */
	int64_t		 hold_until;	/* 0: at once */
	const char	*answered;	/* wire name: where the message is that
					 * it answers or forwards; or NULL */
	int64_t		 answered_uidvalidity;
	int64_t		 answered_uid;
	const char	*mark;		/* flag that this one gets */
};

/* Opens one. FAULT_TOKEN: it is none of ours, or its time is over. */
const struct fault	*confirm_link_open(struct arena *arena,
			    const struct authority *authority,
			    const char *token, struct confirm_link *link);

/* Whether it is for the mailbox that somebody signed in to. */
bool			 confirm_link_is_for(struct arena *arena,
			    const struct confirm_link *link,
			    const struct account *account);

/* What is to be done, for a page: all of it is text, none is markup. */
struct confirm_view {
	const char	*sentence;	/* "Send this message." */
	struct pairs	 rows;		/* label and value, in order: Folder,
					 * UIDs, From, To, Cc, Bcc, Subject,
					 * Attachments, … */
	const char	*text;		/* the whole outgoing text; NULL: none
					 * goes out */
	bool		 is_cut;	/* it is too long to be shown whole */
	const char	*agent;		/* what the agent calls itself, or
					 * NULL */
};

/*
 * Looks at the mailbox, with an account for which confirm_link_is_for holds.
 * FAULT_PERMISSION: the agent was disconnected; FAULT_CHANGED: it was used, or
 * what is there now is not what was to be confirmed; what the tool finds
 * (FAULT_MESSAGE, FAULT_FOLDER); FAULT_LOGIN and the wire's.
 */
const struct fault	*confirm_link_view(struct request *request,
			    const struct account *account,
			    const struct confirm_link *link,
			    struct confirm_view *view);

/* What became of it. */
struct confirm_outcome {
	const char	*sentence;	/* "The message was sent." */
	struct pairs	 rows;		/* what the tool answered, by label */
	const char	*note;		/* or NULL */
	bool		 unknown;	/* nobody knows whether it was done */
};

/* Does it.  A fault means that nothing was done: those of the view and the
 * tool's own. */
const struct fault	*confirm_link_do(struct request *request,
			    const struct account *account,
			    const struct confirm_link *link,
			    struct confirm_outcome *outcome);

/* The user's no: nobody can do it by this link any more.  A draft stays. */
const struct fault	*confirm_link_refuse(struct request *request,
			    const struct account *account,
			    const struct confirm_link *link);

#endif
