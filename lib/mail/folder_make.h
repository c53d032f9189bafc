#ifndef MAIL_FOLDER_MAKE_H
#define MAIL_FOLDER_MAKE_H

struct arena;
struct fault;
struct imap;

/*
 * Makes a folder and subscribes it.  Where the server makes none of that wire
 * name, it is made in the user's own namespace (RFC 2342), as in "INBOX.Name"
 * for "Name"; *made is the wire name it has.  One that is there already is
 * well.  The fault says what the server said (imap_command_fault).
 */
const struct fault	*folder_make(struct imap *imap, struct arena *arena,
			    const char *wire, const char **made);

/* The wire name in the user's own namespace; asks the server for that. */
const struct fault	*folder_make_name(struct imap *imap,
			    struct arena *arena, const char *wire,
			    const char **own);

#endif
