#ifndef MAIL_IMAP_SESSION_H
#define MAIL_IMAP_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/slot.h"
#include "base/text.h"
#include "mail/account.h"
#include "mail/imap_reply.h"

struct arena;
struct config;
struct fault;
struct source;
struct watch;

/*
 * An authenticated IMAP connection (RFC 3501, RFC 9051) that works in
 * flights: commands are queued, then run together, and each holds its own
 * outcome.  The session has its own arena and may outlive a request; what the
 * server answers lives in the arena given to imap_queue.
 */
struct imap;

enum imap_outcome { IMAP_WAITING, IMAP_OK, IMAP_NO, IMAP_BAD };

/* A queued command. Its text is built with the functions of imap_quote.h. */
struct imap_command {
	struct imap_command	*next;
	enum imap_outcome	 outcome;
	const char		*code;		/* response code word, upper
						 * case, or NULL */
	const char		*text;		/* the server's words, cleaned,
						 * 200 characters at most */
	struct imap_replies	 replies;	/* what came for it */
	const struct imap_box	*box;		/* of an open that went well:
						 * the folder as it was then */
};

/* What a server can do, known after login. */
enum imap_ability {
	IMAP_CAN_UIDPLUS = 1 << 0,
	IMAP_CAN_MOVE = 1 << 1,
	IMAP_CAN_SPECIAL_USE = 1 << 2,
	IMAP_CAN_LIST_EXTENDED = 1 << 3,
	IMAP_CAN_LIST_STATUS = 1 << 4,
	IMAP_CAN_ESEARCH = 1 << 5,
	IMAP_CAN_LITERAL_PLUS = 1 << 6,
	IMAP_CAN_LITERAL_MINUS = 1 << 7,
	IMAP_CAN_NAMESPACE = 1 << 8,
	IMAP_CAN_PREVIEW = 1 << 9,
	IMAP_CAN_ID = 1 << 10,
	IMAP_CAN_QUOTA = 1 << 11,
	IMAP_CAN_CONDSTORE = 1 << 12,
	IMAP_CAN_GMAIL = 1 << 13,	/* X-GM-EXT-1 */
	IMAP_CAN_IDLE = 1 << 14,
	IMAP_CAN_QRESYNC = 1 << 15,
	IMAP_CAN_OBJECTID = 1 << 20,
	IMAP_CAN_THREAD_REFS = 1 << 21,	/* by ids only */
	IMAP_CAN_THREAD = 1 << 22	/* THREAD=REFERENCES, RFC 5256 */
};

enum {
	IMAP_FLIGHT_MS = 20 * 1000,		/* of one flight, and a second
						 * for each IMAP_SECOND_BYTES
						 * that it sends */
	IMAP_SECOND_BYTES = 128 * 1024,
	IMAP_LITERAL_BYTES = 8 * 1024 * 1024,	/* one literal received */
	IMAP_FLIGHT_BYTES = 32 * 1024 * 1024,	/* all of one flight */
	IMAP_UNTAGGED_MOST = 200000,		/* responses of one flight */
	IMAP_REQUEST_BYTES = 320 * 1024 * 1024	/* of the request's memory, over
						 * which no flight starts */
};

/* Whether it can be connected to, by the deadline and the wire's rules and with
 * its faults; the connection is closed without a word. */
const struct fault	*imap_reach(struct arena *arena,
			    const struct account *account,
			    const struct config *config, int64_t deadline);

/* Connects and logs in by the deadline (clock_ms), in the time of one flight
 * at most, both by the wire's rules.
 * FAULT_LOGIN when the server refuses the credentials, FAULT_UNAVAILABLE when
 * it says later (UNAVAILABLE, INUSE, LIMIT codes, BYE), or where the account
 * has none just now (account_is_waiting); the wire's faults. */
const struct fault	*imap_open(struct arena *arena,
			    const struct account *account,
			    const struct config *config, int64_t deadline,
			    struct imap **imap);

/*
 * The same, but with a server that lets (mail/imap_login) the login goes with
 * the first flight, which then may end with those faults of it.  Until then it
 * is not known what the server can do after login: imap_can tells what it said
 * before.  imap_settle, before the first flight, logs in now.
 */
const struct fault	*imap_open_ahead(struct arena *arena,
			    const struct account *account,
			    const struct config *config, int64_t deadline,
			    struct imap **imap);
const struct fault	*imap_settle(struct imap *imap);

/* The session holds the place until it is closed. */
void			 imap_hold(struct imap *imap, struct slot place);

/* Closes with LOGOUT written but its answer not awaited; NULL is allowed. */
void			 imap_close(struct imap *imap);

bool			 imap_can(const struct imap *imap,
			    enum imap_ability ability);

/* The session's time is up at the deadline from here on, and its faults are
 * made in arena. */
void			 imap_begin(struct imap *imap, struct arena *arena,
			    int64_t deadline);

/* The server has served this session well, as wire_thank says. */
void			 imap_thank(struct imap *imap);

/* Every wait from here on looks after it (NULL: nothing), as net/wire does. */
void			 imap_set_watch(struct imap *imap, struct watch *watch);

/*
 * Queues a command (without tag and CRLF). command_text may hold literals
 * marked by imap_quote; they are sent as LITERAL+ or waited for.
 */
struct imap_command	*imap_queue(struct imap *imap, struct arena *arena,
			    const struct buf *command_text);

/*
 * As imap_queue; behind the text comes a literal of all that the source gives,
 * from its start, while it is sent.  A fault of the source ends the session in
 * mid-literal, so that the server takes nothing of it.
 */
struct imap_command	*imap_queue_source(struct imap *imap,
			    struct arena *arena,
			    const struct buf *command_text,
			    struct source *source);

/*
 * Sends all that is queued and reads until each has its tagged reply.  A
 * fault means the connection is of no more use (imap_is_usable is false) and
 * no command's replies may be believed.  The commands' own NO and BAD are not
 * faults: see imap_command_fault.
 */
const struct fault	*imap_run(struct imap *imap);

/* NULL if the command ended OK, else FAULT_REFUSED (FAULT_FOLDER with code
 * NONEXISTENT, FAULT_LIMIT with OVERQUOTA or LIMIT, FAULT_PERMISSION with
 * NOPERM or READ-ONLY, FAULT_UNAVAILABLE with UNAVAILABLE, INUSE or
 * SERVERBUG) with what the server said. what: "open the folder". */
const struct fault	*imap_command_fault(struct arena *arena,
			    const struct imap_command *command,
			    const char *what);

/* Queues EXAMINE or SELECT unless that folder is open in that way already;
 * name is the wire name of mail/folder. The result is imap_box after the run
 * (NULL command returned: it was open). */
struct imap_command	*imap_queue_open(struct imap *imap,
			    struct arena *arena, const char *name,
			    bool writable);

/* Queues ENABLE QRESYNC, once in a session and where the server has it: from
 * then on it tells which UIDs vanished.  To be queued before the open. */
void			 imap_queue_resync(struct imap *imap,
			    struct arena *arena);

/* The folder open now, or NULL. Kept up to date by untagged EXISTS and so on;
 * after a flight whose EXAMINE failed there is none. */
const struct imap_box	*imap_box(const struct imap *imap);

/*
 * The folder that is open counts as none, so that the next imap_queue_open
 * opens it anew: what came since then is not seen otherwise, and a NOOP in the
 * same flight does not help with servers that work on commands side by side.
 */
void			 imap_forget_folder(struct imap *imap);

/* How many messages that folder held when this session last had it open, if it
 * is among the last few: a guess for a flight that opens it again.  0: none. */
uint32_t		 imap_guess_exists(const struct imap *imap,
			    const char *name);

/* Whether the server has that folder open by EXAMINE, be it forgotten here. */
bool			 imap_has_examined(const struct imap *imap,
			    const char *name);

bool			 imap_is_usable(const struct imap *imap);

/* GRANTS_FOLDER, or NULL: see mail/private. */
const char		*imap_private_name(const struct imap *imap);

/* The user's own namespace as it was kept, for as long as the session lasts;
 * is_known is false before. */
const struct imap_namespace	*imap_namespace(const struct imap *imap);
void			 imap_keep_namespace(struct imap *imap,
			    struct imap_namespace space);

#endif
