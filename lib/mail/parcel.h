#ifndef MAIL_PARCEL_H
#define MAIL_PARCEL_H

#include <stdint.h>

#include "mail/append.h"
#include "mail/compose_stream.h"

struct arena;
struct fault;
struct imap;

/*
 * Files on their way into a message: each is a message with one part, in a
 * folder of the program's own that nobody subscribes to, for as long as it is
 * needed and for about two days at most.
 */
enum {
	PARCEL_SECONDS = 36 * 3600,	/* how old one becomes, and up to a
					 * day more */
	PARCEL_KEEP_MS = 15 * 60 * 1000	/* to keep one, however large */
};

struct parcel {
	const char		*id;	/* that nobody can guess: letters and
					 * digits */
	struct compose_reader	 content;
};

/*
 * Keeps one while its content is read, in place of any before it with that
 * id; what has become too old is removed.  What breaks off or is of another
 * length leaves nothing: the fault of the reader, FAULT_PROTOCOL; the
 * session is then of no more use.  Those of private_make and append.
 */
const struct fault	*parcel_keep(struct imap *imap, struct arena *arena,
			    const struct parcel *parcel);

/* Finds one, and opens its folder by EXAMINE; its content is part "1".
 * FAULT_MESSAGE where there is none of that id. */
const struct fault	*parcel_find(struct imap *imap, struct arena *arena,
			    const char *id, struct appended *place);

/* Removes it, and what has become too old. */
const struct fault	*parcel_remove(struct imap *imap,
			    struct arena *arena, const char *id);

#endif
