#ifndef MAIL_LEDGER_H
#define MAIL_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mail/imap_reply.h"

struct account;
struct arena;
struct fault;
struct imap;
struct imap_command;
struct keys;
struct ledger_place;

/*
 * Records of what may happen once, as messages in a folder of the user's
 * mailbox.  Whoever wants to do it appends a record first and looks second:
 * UIDs ascend strictly (RFC 9051 2.3.1.1), so whose record has the lowest is
 * told alike to all who look, on whatever host, and no flag or STORE is
 * trusted for it.  A header field holds a MAC over what a record says and
 * whose it is; what others deliver into the folder is nothing.
 *
 *	X-Postern-Ledger: v1 GRANT GENERATION NONCE TIME KID MAC
 */
enum {
	LEDGER_RECORDS_MOST = 1000,	/* messages in the folder, where
					 * nobody says otherwise */
	LEDGER_GRANT_CHARS = 22		/* 128 bits as base64url */
};

/* What records are about; each has a key of its own. */
#define LEDGER_GRANTS		"ledger"	/* codes, refresh tokens */
#define LEDGER_OPERATIONS	"operation"	/* mail that was sent */

/* Whose records, and where. */
struct ledger {
	const struct keys	*keys;
	const char		*purpose;	/* LEDGER_GRANTS … */
	const char		*issuer;	/* BASE_URL */
	const struct account	*account;
	const char		*wire;		/* the folder's wire name */
	size_t			 most;		/* messages in it; 0:
						 * LEDGER_RECORDS_MOST */
};

struct ledger_record {
	const char	*grant;		/* LEDGER_GRANT_CHARS long */
	int64_t		 generation;
	const char	*nonce;		/* tells two records apart */
	int64_t		 time;		/* seconds, by the writer's clock */
	int64_t		 received;	/* by the mail server's; 0: untold */
	uint32_t	 uid;		/* 0: not there yet */
	bool		 is_marked;	/* \Deleted: there are servers that
					 * do not always expunge what two
					 * sessions do at once (Dovecot) */
};

/* What was seen in the folder. */
struct ledger_look {
	struct ledger_record		*records;	/* that prove to be
							 * ours, by UID */
	size_t				 len;
	const struct ledger_record	*own;		/* one of them; NULL:
							 * it is not there */
	int64_t				 uidvalidity;
};

/* The commands of a flight. */
struct ledger_flight {
	const struct imap_command	*append;	/* or NULL */
	const struct imap_command	*open;
	const struct imap_command	*fetch;
};

/* The folder's wire name; NULL where the configuration has none. */
const char		*ledger_wire(struct arena *arena,
			    const struct ledger_place *place,
			    const char *grants_folder);

/* A new record, not yet anywhere. */
struct ledger_record	 ledger_make(struct arena *arena, const char *grant,
			    int64_t generation);

/* The record as a message, below 600 bytes; NULL where this program has no
 * key for it. */
const char		*ledger_write(struct arena *arena,
			    const struct ledger *ledger,
			    const struct ledger_record *record);

/* Whether the value of a header field is that of a record of ours; then it is
 * read into record, but for received, uid and is_marked. */
bool			 ledger_prove(struct arena *arena,
			    const struct ledger *ledger, const char *value,
			    struct ledger_record *record);

/* Queues the appending of a record.  FAULT_INTERNAL without a key. */
const struct fault	*ledger_queue_record(struct imap *imap,
			    struct arena *arena, const struct ledger *ledger,
			    const struct ledger_record *own,
			    struct ledger_flight *flight);

/* Queues the look: SELECT, behind whatever is queued already, and the headers
 * of all messages.  Nothing else may be opened before ledger_read. */
void			 ledger_queue_look(struct imap *imap,
			    struct arena *arena, const struct ledger *ledger,
			    struct ledger_flight *flight);

/*
 * What came of the flight, after imap_run; own is NULL for a look without a
 * record.  FAULT_FOLDER where the folder is gone; FAULT_LIMIT for more
 * messages than there may be, with advice, and where the mailbox is full;
 * what else the server refused, as imap_command_fault has it.  Where the
 * record was refused the look is filled nevertheless.
 */
const struct fault	*ledger_read(struct imap *imap, struct arena *arena,
			    const struct ledger *ledger,
			    const struct ledger_flight *flight,
			    const struct ledger_record *own,
			    struct ledger_look *look);

/* Removes records from the folder that is open, one flight; none is well. */
const struct fault	*ledger_drop(struct imap *imap, struct arena *arena,
			    struct uids uids);

#endif
