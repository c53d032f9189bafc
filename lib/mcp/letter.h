#ifndef MCP_LETTER_H
#define MCP_LETTER_H

#include <stdbool.h>

struct buf;
struct call;
struct imap_message;
struct kin;
struct letter;

/*
 * A message of a folder, or of the sent mail, as mcp/waiting weighs it: who
 * wrote it, whether it is addressed to the user, and which other messages it
 * belongs to.
 */

/* Writes the items of a FETCH that letter_read needs, in parentheses. */
void	 letter_items(struct buf *text, bool is_sent);

/* False for a draft, for what waits to be expunged, and where the server did
 * not tell the ENVELOPE.  kin learns the message's ids. */
bool	 letter_read(struct call *call, struct kin *kin,
	    const struct imap_message *message, bool is_sent,
	    struct letter *letter);

#endif
