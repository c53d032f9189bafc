#ifndef MAIL_FOLDER_CHANGE_H
#define MAIL_FOLDER_CHANGE_H

#include <stdbool.h>

#include "mail/folder.h"

struct arena;
struct fault;
struct imap;

/*
 * Folders made, renamed and removed, by their wire names.  No session here has
 * any of them open then: it opens INBOX first, since servers end sessions
 * whose folder goes.
 */

/* All folders, from a session that has none but INBOX open; what the next
 * functions act on is looked up there. */
const struct fault	*folder_change_begin(struct imap *imap,
			    struct arena *arena, struct folders *all);

/* Makes it and subscribes it, if the server will. FAULT_ARGUMENT where it is
 * there already, else what the server said. */
const struct fault	*folder_change_create(struct imap *imap,
			    struct arena *arena, const char *wire);

/* Renames it and all below it; subscriptions go along. */
const struct fault	*folder_change_rename(struct imap *imap,
			    struct arena *arena, const struct folders *all,
			    const struct folder *folder, const char *wire);

/* Removes these one by one, in their order, up to the first that the server
 * won't: *refused, else NULL. The first *gone are gone then, and no longer
 * subscribed. */
const struct fault	*folder_change_delete(struct imap *imap,
			    struct arena *arena, const struct folders *these,
			    size_t *gone, const struct fault **refused);

#endif
