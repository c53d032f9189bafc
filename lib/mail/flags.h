#ifndef MAIL_FLAGS_H
#define MAIL_FLAGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "mail/imap_reply.h"

struct arena;
struct fault;
struct imap;

/* Flags and keywords of messages in the folder that is open for writing. */
struct flags {
	uint32_t	 uid;
	struct texts	 now;
	bool		 changed;
	struct texts	 added;		/* of those named, what really was */
	struct texts	 removed;
};

struct flags_list {
	struct flags	*at;	/* those that are there, in the order asked */
	size_t		 len;
};

/* What is to be done: both lists may not name the same flag. */
struct flags_edit {
	struct texts	 add;
	struct texts	 remove;
};

/* The same with the system flags that were named as people name them, without
 * the backslash and in any case ("flagged", "Seen", "read"): a keyword of that
 * name would be shown by no mail program as what was meant. */
struct flags_edit	 flags_mean(struct arena *arena,
			    const struct flags_edit *edit);

/*
 * Whether each is a flag that can be written and the folder can keep it.
 * FAULT_ARGUMENT, FAULT_UNSUPPORTED.
 */
const struct fault	*flags_check(struct arena *arena,
			    const struct imap_box *box,
			    const struct flags_edit *edit);

/* Does it, in one flight, and tells what came of it. */
const struct fault	*flags_change(struct imap *imap, struct arena *arena,
			    struct uids uids, const struct flags_edit *edit,
			    struct flags_list *list);

/* The flags that every message has. */
struct texts		 flags_shared(struct arena *arena,
			    const struct flags_list *list);

/* A flag that came to these messages, or went. */
struct flags_past {
	const char	*flag;
	bool		 added;
	struct uids	 uids;
};

enum { FLAGS_PAST_MOST = 200 };

struct flags_record {
	struct flags_past	*at;	/* room for FLAGS_PAST_MOST */
	size_t			 len;
};

/* What a change really did, flag by flag; at most FLAGS_PAST_MOST, and false
 * where that is too few. */
bool			 flags_recall(struct arena *arena,
			    const struct flags_edit *edit,
			    const struct flags_list *list,
			    struct flags_record *record);

/* Takes that back, and touches no other flag of theirs; uids are all the
 * messages.  In one flight. */
const struct fault	*flags_restore(struct imap *imap,
			    struct arena *arena, struct uids uids,
			    const struct flags_record *record,
			    struct flags_list *list);

#endif
