#ifndef MAIL_RELATION_H
#define MAIL_RELATION_H

#include <stdbool.h>

#include "base/text.h"

struct arena;
struct imap_message;
struct pairs;

/*
 * How a message says which others it belongs to (RFC 5322 3.6.4): its own id
 * and those of the messages before it, by ENVELOPE and the field References.
 */
struct relation {
	const char	*id;		/* "<a@b>", or NULL */
	struct texts	 parents;	/* oldest first: References, and then
					 * In-Reply-To */
};

enum {
	RELATION_ROOT_BYTES = 320,	/* of References, for its first id */
	RELATION_BYTES = 2048		/* likewise, for ids to go on with */
};

/* What a FETCH asks for to know References, as a printf format for how many
 * bytes of it. */
#define RELATION_ITEM	"BODY.PEEK[HEADER.FIELDS (REFERENCES)]<0.%d>"

/* The fields that a BODY[HEADER.FIELDS (...)] of the message told. */
struct pairs	 relation_fields(struct arena *arena,
		    const struct imap_message *message);

/* What is not an id counts for nothing; an id that is cut is none. */
void		 relation_read(struct arena *arena,
		    const struct imap_message *message,
		    struct relation *relation);

/* The id of the message that a conversation began with, as this one tells
 * it: the first of References, of In-Reply-To, its own; or NULL. */
const char	*relation_root(struct arena *arena,
		    const struct imap_message *message);

/* Whether an id may be looked for in a mailbox: printable ASCII of a sensible
 * length. What else there is, other people forged or broke. */
bool		 relation_is_plain(const char *id);

#endif
