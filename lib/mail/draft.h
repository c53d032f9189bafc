#ifndef MAIL_DRAFT_H
#define MAIL_DRAFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "data/field.h"
#include "mail/address.h"

struct arena;
struct fault;

/*
 * The header of a draft that is to be sent, whoever wrote it.  It is taken
 * apart and put together anew: addresses are read and written as for a new
 * message, controls and empty lines of folding go, text beyond ASCII becomes
 * encoded words, what only the writer's own program needs is left out.  No
 * field of it becomes two, and none ends the header.
 */
enum {
	DRAFT_START_BYTES = 128 * 1024,	/* within which the header ends */
	DRAFT_LINE_BYTES = 998		/* RFC 5322 2.1.1 */
};

struct draft {
	struct bytes	 header;	/* as it was, and the empty line */
	struct address	 from;
	struct objects	 to, cc, bcc;	/* struct address */
	struct texts	 recipients;	/* all of them, each once */
	bool		 utf8;		/* an address needs SMTPUTF8 */
	bool		 eight_bit;	/* what is written is not ASCII */
	const char	*message_id;	/* its own "<id>", or NULL */
};

/*
 * Reads the start of a message, whole or DRAFT_START_BYTES of it.
 * FAULT_ARGUMENT says what keeps it from being sent: not one From address, an
 * address that is none, fields of a message resent, no recipient; FAULT_LIMIT
 * for a header without end, lines or recipients beyond limits.
 */
const struct fault	*draft_read(struct arena *arena, struct bytes start,
			    struct draft *draft);

/* What is new in it. */
struct draft_start {
	const char	*message_id;	/* "<id>" */
	int64_t		 now;		/* seconds, where it has no Date */
	bool		 keep_bcc;	/* as it is kept, with */
	struct pair	 mark;		/* a field besides, unless NULL */
};

/* The header as it goes out or is kept, with the empty line. */
struct bytes		 draft_write(struct arena *arena,
			    const struct draft *draft,
			    const struct draft_start *start);

#endif
