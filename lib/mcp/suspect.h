#ifndef MCP_SUSPECT_H
#define MCP_SUSPECT_H

#include <stddef.h>

#include "data/field.h"

struct arena;
struct address;

/*
 * What in a message looks meant to deceive.  Our own words and the mail's are
 * kept apart: code and meaning are ours, shown and actual are the sender's.
 */
struct suspicion {
	const char	*code;
	const char	*meaning;
	const char	*shown;		/* what a reader is led to believe */
	const char	*actual;	/* what it is */
};

extern const struct field	 suspicion_rows[];

enum { SUSPICIONS_MOST = 8 };

struct suspicions {
	struct suspicion	at[SUSPICIONS_MOST];
	size_t			len;
};

/* The senders of a message, decoded. */
void	 suspect_senders(struct arena *arena, struct objects senders,
	    struct suspicions *found);

/* Links of a text in Markdown whose words name another host than they lead
 * to. */
void	 suspect_links(struct arena *arena, const char *text,
	    struct suspicions *found);

/* That the plain text is not what people see. */
void	 suspect_plain(struct suspicions *found);

#endif
