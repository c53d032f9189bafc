#ifndef MCP_CALL_H
#define MCP_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "mail/account.h"
#include "mail/folder.h"
#include "mail/imap_session.h"
#include "oauth/bearer.h"

struct arena;
struct card_guard;
struct config;
struct confirm;
struct content;
struct fault;
struct json;
struct progress;
struct request;
struct smtp;
struct upload_used;

/*
 * One tool call: whose it is, and its mailbox, opened at first need and given
 * back at the end.
 */
struct call {
	struct arena		*arena;
	const struct config	*config;
	const struct authority	*authority;	/* seals its tokens */
	const struct access	*access;
	const struct request	*request;	/* that it came with */
	struct progress		*progress;	/* mcp/progress's, or NULL */
	const struct account	*account;	/* the one this call is for */
	int64_t			 deadline;	/* clock_ms */
	bool			 counted;	/* by RATE_CALLS */
	struct imap		*imap;		/* NULL until call_imap */
	struct imap		*reader;	/* NULL until call_reader */
	const struct json	*params;	/* of a modern call, or NULL */
	bool			 forms;		/* the client shows forms */
	struct confirm		*confirm;	/* of a tool, or NULL */
	bool			 undone;	/* nothing was done: the user is
						 * asked, or said no */
	bool			 asks;		/* the result is a question */
	struct content		*content;	/* extra content blocks */
	const struct account	*limited;	/* whose limits follow */
	struct texts		 limits;	/* its folders' wire names */
	struct upload_used	*uploads;	/* files taken from there */
	const struct card_guard	*guard;		/* the last, or NULL */
	const struct fault	*revoked;	/* the card is gone: no answer
						 * may be given; or NULL */
	const char		*told;		/* code of the fault that the
						 * model was told, or NULL */
};

/* A content block besides the text of the answer, in order. */
struct content {
	struct content	*next;
	const char	*type;	/* "image", "resource", "resource_link" */
	const char	*uri;		/* of a resource or link */
	const char	*name;		/* of a link */
	const char	*mime_type;
	const char	*text;		/* resource as text, or */
	const char	*base64;	/* image data, resource blob */
};

/* Chooses the account by address or label; NULL or "": the default one.
 * FAULT_ARGUMENT names those there are. */
const struct fault	*call_choose(struct call *call, const char *account);

/* The account's IMAP session, kept or new; call->imap too. Between requests
 * the password may have changed: FAULT_LOGIN becomes FAULT_TOKEN.  The first
 * of a call is counted: FAULT_RATE. */
const struct fault	*call_imap(struct call *call);

/* Runs what is queued in call->imap; call_imap's faults, too. */
const struct fault	*call_run(struct call *call);

/*
 * Guards a session of an account by its card (mail/card_guard), ahead of its
 * first flight, unless another session of this call has proved it.  That the
 * card of the grant's first account is gone ends the call with FAULT_TOKEN,
 * whatever the tool makes of it; for another account, or another grant's, it
 * is FAULT_PERMISSION, since this one still holds.
 */
void			 call_guard(struct call *call, struct imap *imap,
			    const struct account *account);

/* Makes sure of the card before something is done elsewhere than in the
 * mailbox. */
const struct fault	*call_prove(struct call *call);

/* The fault to end with, after the tool did with this one (or NULL). */
const struct fault	*call_verdict(const struct call *call,
			    const struct fault *bad);

/* A second session, for what is read while the first one writes. */
const struct fault	*call_reader(struct call *call, struct imap **imap);

/* Gives that one back. */
void			 call_end_reader(struct call *call);

/* Opens a folder (name or role, as a caller said it) in a flight of its own
 * and checks it: folder allowed by the grant, exists (else the three most
 * similar are named), uidvalidity unchanged if given (0: not given). */
const struct fault	*call_open(struct call *call, const char *folder,
			    bool writable, int64_t uidvalidity,
			    const struct imap_box **box);

/* The wire name of a folder the caller named, checked against the grant's
 * folder limits, for use in a flight. */
const struct fault	*call_folder(struct call *call, const char *folder,
			    const char **wire);

/*
 * The same for a first flight that opens the folder: a new session may log in
 * with that only (imap_open_ahead), if the name is plain.  Until call_run has
 * been, nothing may ask what it can.
 */
const struct fault	*call_folder_ahead(struct call *call,
			    const char *folder, const char **wire);

/* Whether the grant's folder limits leave that wire name open. */
const struct fault	*call_allows(struct call *call, const char *wire,
			    bool *allowed);

/* Leaves in the list what those limits leave open. */
const struct fault	*call_keep_allowed(struct call *call,
			    struct folders *folders);

/* FAULT_PERMISSION unless they do; it names those that are. */
const struct fault	*call_permits(struct call *call, const char *wire);

/* FAULT_FOLDER for a queued open that the server answered NO, FAULT_CHANGED
 * for another uidvalidity, else NULL: to be asked after imap_run.  Without a
 * folder's name nobody looks for similar ones. */
const struct fault	*call_check_open(struct call *call,
			    const struct imap_command *opened,
			    const char *folder, int64_t uidvalidity);

/*
 * What it is that the grant lacks a scope (or several, blanks between them)
 * that something needs: FAULT_SCOPE, for the client to ask for it; of one that
 * the user kept back FAULT_PERMISSION, since it would ask for ever.
 */
const struct fault	*call_lacks(struct call *call, const char *what,
			    const char *scopes);

/* FAULT_PERMISSION unless the call's account holds the scope. */
const struct fault	*call_needs(struct call *call, const char *scope);

/* The same where it depends on what the tool is asked for: call_lacks for a
 * scope that the grant has not. */
const struct fault	*call_requires(struct call *call, const char *what,
			    const char *scope);

/* FAULT_UNSUPPORTED unless the account has a server for sending. */
const struct fault	*call_sends(struct call *call);

/* Adds a content block behind the others. */
void			 call_add_content(struct call *call,
			    struct content content);

/* After a transfer, however long it took: the call may go on for another
 * flight. */
void			 call_extend(struct call *call);

/* Gives the session back to the cache, or closes it. */
void			 call_end(struct call *call);

/* Between requests: closes kept sessions that idled too long. */
void			 call_sweep(const struct config *config);

/* At the program's end: closes all of them. */
void			 call_close_kept(void);

#endif
