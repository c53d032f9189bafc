#ifndef MAIL_ACCOUNT_H
#define MAIL_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/config.h"
#include "base/text.h"
#include "data/field.h"
#include "net/wire.h"

struct arena;
struct config;
struct fault;

/* One mail server of an account. */
struct mail_server {
	const char	*host;
	int64_t		 port;
	int64_t		 tls;		/* enum tls_mode */
	const char	*pin_sha256;	/* or NULL */
	const char	*ca_file;	/* the operator's, or NULL: that of
					 * the configuration */
	bool		 named;		/* by the operator, not the user */
};

/*
 * Where the message lies by which the user sees, and by deleting it ends, an
 * agent's access to this mailbox: mail/card.
 */
struct card_place {
	const char	*grant;		/* 128 random bits, base64url */
	int64_t		 uidvalidity;	/* of its folder */
	int64_t		 uid;
	const char	*folder;	/* wire name; NULL: GRANTS_FOLDER as it
					 * is written */
};

/*
 * Where the records lie of what a grant's codes and refresh tokens were used
 * for, in the mailbox of its first account: mail/ledger.
 */
struct ledger_place {
	int64_t		 uidvalidity;	/* of its folder */
	const char	*folder;	/* wire name; NULL: below GRANTS_FOLDER
					 * as private.h names it */
};

/* One mailbox and how to reach it, as a token carries it. */
struct account {
	const char	*address;	/* the user's own, for From */
	const char	*label;		/* or NULL */
	const char	*name;		/* full name for From, or NULL */
	struct texts	 aliases;	/* other addresses to send from */
	struct texts	 scopes;	/* what the user granted, of
					 * account_scopes */
	struct texts	 ask_first;	/* what to confirm each time, of
					 * account_actions */
	struct texts	 folders;	/* only these; empty: all */
	struct texts	 recipients;	/* only these addresses or domains */
	const char	*username;
	const char	*password;
	const char	*bearer;	/* instead of a password: XOAUTH2 */
	int64_t		 bearer_ends;	/* since 1970; in no token */
	const char	*upstream;	/* who gave it: config_upstream */
	const char	*renewal;	/* their refresh token */
	struct object	 imap;		/* struct mail_server; absent: the
					 * operator's */
	struct object	 smtp;		/* or absent: no sending */
	const char	*smtp_username;	/* NULL: username */
	const char	*smtp_password;	/* NULL: password */
	struct object	 card;		/* struct card_place; absent: nothing is
					 * kept in this mailbox */
	bool		 stranger;	/* has not signed in yet; in no token */
};

/* The words that scopes and ask_first are made of; NULL stands behind the
 * last.  A token has a bit for each, so new ones go to the end. */
extern const char *const	 account_scopes[];
extern const char *const	 account_actions[];

enum { ACCOUNT_SCOPES_ALL = 31 };	/* of a packed row: all of them */

/* What ask_first is where nobody chose: sending and deleting for good. */
struct texts	 account_ask_usual(struct arena *arena);

/* Rows with short names, for tokens. */
extern const struct field	 account_rows[];
extern const struct field	 mail_server_rows[];
extern const struct field	 card_place_rows[];
extern const struct field	 ledger_place_rows[];

/* Whether nothing opens it just now: it has no password, and who gives its
 * bearer tokens could not be asked for a new one.  And what to say of it:
 * FAULT_UNAVAILABLE. */
bool			 account_is_waiting(const struct account *account);
const struct fault	*account_waits(struct arena *arena,
			    const struct account *account);

/* Where to connect: the account's server, else the operator's.  An account
 * that names an IMAP server but none for SMTP can't send: then host is NULL,
 * as it is where the operator names none. */
void	 account_imap_target(const struct account *account,
	    const struct config *config, struct wire_target *target);
void	 account_smtp_target(const struct account *account,
	    const struct config *config, struct wire_target *target);

/* A copy with what IMAP takes and nothing besides, for a token that serves
 * one file. */
struct account	*account_for_reading(struct arena *arena,
		    const struct account *account);

/* Accounts as they are where they are to last, without the bearer tokens that
 * can be had again; and where mail is to be read, without what brings new
 * ones. */
struct objects	 account_to_keep(struct arena *arena,
		    struct objects accounts);
struct objects	 account_to_use(struct arena *arena,
		    struct objects accounts);

/* A MAC-ready text that tells accounts apart: host, port, user. */
const char	*account_identity(struct arena *arena,
		    const struct account *account);

#endif
