#ifndef MAIL_APPEND_H
#define MAIL_APPEND_H

#include <stdint.h>

#include "base/text.h"

struct arena;
struct fault;
struct imap;
struct source;

/* Puts messages into folders (RFC 9051 6.3.12). */
enum { APPEND_MS = 180 * 1000 };	/* for one message, however large */

struct append {
	const char	*wire;		/* the folder's wire name */
	const char	*flags;		/* ours: "\\Seen" */
	struct source	*source;	/* the message, lines with CRLF */
};

/* Where a message is; both numbers 0 where it is not, or nobody told. */
struct appended {
	const char	*wire;		/* the folder's name, as it was made */
	uint32_t	 uid;
	uint32_t	 uidvalidity;
	const char	*value;		/* which one append_find_by found */
};

/* A header field, whose name is ours, with one of some values. */
struct append_field {
	const char	*name;
	struct texts	 values;
};

/*
 * Appends one message, and makes the folder (and subscribes it) where the
 * server says that this would help.  FAULT_FOLDER, FAULT_LIMIT, FAULT_REFUSED
 * mean that nothing was appended; the session's faults may come after it was.
 */
const struct fault	*append_message(struct imap *imap,
			    struct arena *arena, const struct append *append,
			    struct appended *made);

/*
 * Looks for the newest message with that Message-ID; opens the folder for
 * reading.  A folder that is not there holds none.
 */
const struct fault	*append_find(struct imap *imap, struct arena *arena,
			    const char *wire, const char *message_id,
			    struct appended *found);

/* The same by any header field: the newest with the first of its values that
 * is found. */
const struct fault	*append_find_by(struct imap *imap,
			    struct arena *arena, const char *wire,
			    struct append_field field,
			    struct appended *found);

#endif
