#ifndef MCP_TRAITS_H
#define MCP_TRAITS_H

#include <stdbool.h>

struct arena;
struct imap_message;

/* What makes messages alike; members are NULL where there is none. */
struct traits {
	const char	*from;		/* address */
	const char	*list;		/* the id of List-Id */
	const char	*stem;		/* of the subject */
	const char	*id;		/* Message-ID */
};

/* FETCH items of which traits are read. */
extern const char	 traits_items[];

struct traits		 traits_read(struct arena *arena,
			    const struct imap_message *message);

/* In what two messages are alike: bits of enum habit_likeness. */
unsigned		 traits_likeness(const struct traits *a,
			    const struct traits *b);

/* Whether they are so in all: what neither has counts as alike, but for the
 * sender. */
bool			 traits_match(const struct traits *a,
			    const struct traits *b);

#endif
