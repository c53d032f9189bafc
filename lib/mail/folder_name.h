#ifndef MAIL_FOLDER_NAME_H
#define MAIL_FOLDER_NAME_H

#include "mail/folder.h"

struct arena;
struct fault;
struct imap;

/*
 * Names that callers give to folders they want made, renamed or removed: as
 * list_mailboxes shows them, or with "/" between the levels whatever the
 * server's delimiter, or without the prefix of the user's namespace.
 */
enum {
	FOLDER_NAME_BYTES = 500,	/* of a new folder's name */
	FOLDER_LEVELS_MOST = 20
};

/* The folder of that name or role among all the folders, or NULL. The name as
 * it stands counts before "/" for the delimiter, and that before the
 * namespace's prefix, which the server is asked for; last the wire name. */
const struct fault	*folder_name_find(struct imap *imap,
			    struct arena *arena, const struct folders *all,
			    const char *name, const struct folder **found);

/*
 * The wire name for a folder that is to be made, in the user's own namespace
 * unless its first level is there outside of it.  FAULT_ARGUMENT: empty, a
 * role, INBOX, an empty level, a control character, a wildcard, too long or
 * deep, or there already; FAULT_UNSUPPORTED: levels on a server without.
 */
const struct fault	*folder_name_new(struct imap *imap,
			    struct arena *arena, const struct folders *all,
			    const char *name, const char **wire);

/* Whether the folder stands somewhere below that one. */
bool			 folder_name_is_below(const struct folder *folder,
			    const struct folder *parent);

#endif
