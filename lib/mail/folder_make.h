#ifndef MAIL_FOLDER_MAKE_H
#define MAIL_FOLDER_MAKE_H

#include <stdbool.h>

struct arena;
struct fault;
struct imap;
struct imap_command;
struct imap_listing;

/*
 * Makes a folder and subscribes it.  Where the server makes none of that wire
 * name, it is made in the user's own namespace (RFC 2342), as in "INBOX.Name"
 * for "Name"; *made is the wire name it has.  One that is there already is
 * well.  The fault says what the server said (imap_command_fault).
 */
const struct fault	*folder_make(struct imap *imap, struct arena *arena,
			    const char *wire, const char **made);

/*
 * Whether what was refused (COPY, MOVE, APPEND) was so for want of that
 * folder.  Where the server gives no code it is asked for the folder's status,
 * since Courier so refuses names that it could not have, and where that is
 * refused whether it lists the folder.
 */
const struct fault	*folder_make_wanted(struct imap *imap,
			    struct arena *arena,
			    const struct imap_command *command,
			    const char *wire, bool *wanted);

/* What the server lists of that name, or NULL; others too where the name has
 * a "%" or "*". */
const struct fault	*folder_make_look(struct imap *imap,
			    struct arena *arena, const char *wire,
			    const struct imap_listing **listed);

/* The wire name in the user's own namespace; asks the server for that. */
const struct fault	*folder_make_name(struct imap *imap,
			    struct arena *arena, const char *wire,
			    const char **own);

#endif
