#ifndef MCP_CONFIRM_LINK_H
#define MCP_CONFIRM_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "data/field.h"
#include "mcp/marking.h"
#include "oauth/client.h"
#include "oauth/token.h"

struct account;
struct arena;
struct call;
struct fault;

/*
 * The way to the user's word for clients that can't ask for it themselves: a
 * sealed link to BASE_URL/confirm?link=TOKEN.  It says which tool is to be run
 * and with what, for which mailbox, and for which agent's grant; what is to be
 * sent lies in the mailbox as a draft, of which it carries place and digest.
 * It holds no credential: whoever opens it signs in to that mailbox first.
 * The page shows what is to be done as the mailbox has it then, and does it
 * once, however many press the button.
 */
enum { CONFIRM_LINK_CHARS = 4000 };	/* of the token: it goes in a URL */

struct confirm_link {
	struct token_base	 base;
	const char		*nonce;		/* by which it is done once */
	const char		*tool;
	const char		*arguments;	/* JSON, or */
	const char		*parcel;	/* id of mcp/parked */
	const char		*digest;	/* of the arguments */
	const char		*question;	/* digest of what is asked */
	const char		*grant;		/* of the agent */
	const char		*identity;	/* account_identity */
	const char		*address;	/* the mailbox's */
	const char		*name;		/* for From, or NULL */
	struct texts		 aliases;
	struct texts		 folders;	/* the grant's limits */
	struct texts		 recipients;
	struct object		 card;		/* struct card_place */
	struct object		 draft;		/* struct confirm_draft */
	struct client		 servers;	/* those that the operator named
						 * for it, to sign in with */
};

/* What only a draft has. */
struct confirm_draft {
	const char	*kind;		/* of account_actions */
	const char	*sent;		/* folder for the copy, by wire name;
					 * NULL: Sent */
	int64_t		 hold_until;	/* 0: at once */
	struct marking	 marking;	/* of what it answers or forwards; wire
					 * NULL: nothing */
};

/* Opens one. FAULT_TOKEN: it is none of ours, or its time is over. */
const struct fault	*confirm_link_open(struct arena *arena,
			    const struct authority *authority,
			    const char *token, struct confirm_link *link);

/* Whether it is for the mailbox that somebody signed in to. */
bool			 confirm_link_is_for(struct arena *arena,
			    const struct confirm_link *link,
			    const struct account *account);

/* The URL for what the call's confirm asks; what is too long for it is kept in
 * the mailbox (mcp/parked).  FAULT_LIMIT, FAULT_UNSUPPORTED. */
const struct fault	*confirm_link_make(struct call *call,
			    const char **url);

#endif
