#ifndef MCP_FILING_H
#define MCP_FILING_H

#include <stdint.h>

#include "data/field.h"
#include "mail/append.h"

struct call;
struct fault;
struct source;

/* Where a message of ours was filed, as answers show it. */
struct filed {
	const char	*folder;
	int64_t		 uidvalidity;
	int64_t		 uid;		/* 0: not told */
	const char	*note;		/* why it was not, or NULL */
	const char	*value;		/* as struct appended has it */
};

extern const struct field	 filed_rows[];

/* A message to be filed. */
struct filing {
	const char	*wire;		/* the folder's wire name */
	const char	*flags;		/* "\\Seen" */
	const char	*message_id;
	struct source	*source;
};

/*
 * The wire name of the folder to file in.  A role without a folder gives the
 * name it commonly has, to be made when something is put there; filing our
 * own mail under its role is not bound to the folders a grant may look into.
 * FAULT_ARGUMENT, FAULT_PERMISSION, and those of opening the mailbox.
 */
const struct fault	*filing_folder(struct call *call,
			    const char *folder, const char **wire);

/* Whether the message is in the folder already, with one of the Message-IDs:
 * uid and value, or 0. */
const struct fault	*filing_look(struct call *call,
			    const char *wire, struct texts message_ids,
			    struct filed *filed);

/* The same by another header field, whose name is ours. */
const struct fault	*filing_look_by(struct call *call,
			    const char *wire, struct append_field field,
			    struct filed *filed);

/*
 * Files it once: where the connection broke on the way it is looked for in a
 * new session before it is tried again.  What the server may have got as a
 * whole is never given twice: FAULT_UNKNOWN_STATE where it does not appear.
 */
const struct fault	*filing_append(struct call *call,
			    const struct filing *filing, struct filed *filed);

#endif
