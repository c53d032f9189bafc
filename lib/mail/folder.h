#ifndef MAIL_FOLDER_H
#define MAIL_FOLDER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "mail/imap_session.h"

struct arena;
struct fault;

/*
 * Folders as people see them: UTF-8 names instead of modified UTF-7, and
 * roles (RFC 6154, else well-known names in several languages).
 */
struct folder {
	const char	*name;		/* UTF-8, as the user sees it */
	const char	*wire;		/* as the server named it */
	char		 delimiter;	/* NUL: none */
	const char	*role;		/* "\Sent", or NULL */
	bool		 selectable;
	bool		 subscribed;
	int64_t		 messages;	/* -1: not told */
	int64_t		 unseen;
	int64_t		 uidnext, uidvalidity;
};

struct folders {
	struct folder	*at;
	size_t		 len;
};

enum {
	FOLDERS_MOST = 10000,
	FOLDERS_COUNTED_MOST = 2000
};

/* All folders but the program's own (mail/private), INBOX first and then by
 * name, with counts if wanted (LIST-STATUS, else pipelined STATUS); pattern
 * (IMAP wildcards * and %) or NULL. */
const struct fault	*folder_list(struct imap *imap, struct arena *arena,
			    const char *pattern, bool counts,
			    struct folders *folders);

/* The counts of these by a STATUS each, in one flight; of the first
 * FOLDERS_COUNTED_MOST only. */
const struct fault	*folder_count(struct imap *imap, struct arena *arena,
			    struct folders *folders);

/*
 * The wire name for what a caller said: a role ("\Sent") by looking it up,
 * any other name by encoding it; INBOX in any case is INBOX. Names with
 * control characters are FAULT_ARGUMENT; no folder with that role:
 * FAULT_FOLDER; the program's own folder under any spelling:
 * FAULT_PERMISSION. Existence is not checked.
 */
const struct fault	*folder_wire_name(struct imap *imap,
			    struct arena *arena, const char *name,
			    const char **wire);

/*
 * The same for a role in two halves, so that the list is asked for in a flight
 * with more: queued before it, read when that has been run.
 */
struct folder_query {
	const struct imap_command	*list, *subscribed;
};

void			 folder_query(struct imap *imap, struct arena *arena,
			    struct folder_query *query);
const struct fault	*folder_query_role(struct imap *imap,
			    struct arena *arena,
			    const struct folder_query *query,
			    const char *role, const char **wire);

/* Likewise all folders, as folder_list gives them, but that nobody asks which
 * are subscribed: messages and uidvalidity by LIST-STATUS, where the server
 * has that, and told the session of no more than so many folders before (0:
 * in no case). */
void			 folder_query_sizes(struct imap *imap,
			    struct arena *arena, size_t most,
			    struct folder_query *query);
const struct fault	*folder_query_all(struct imap *imap,
			    struct arena *arena,
			    const struct folder_query *query,
			    struct folders *folders);

/* The name as the user sees it: modified UTF-7 (RFC 3501 5.1.3) undone; what
 * is not valid as that is given back raw, so that it round-trips. */
const char		*folder_decode(struct arena *arena, const char *wire);

#endif
