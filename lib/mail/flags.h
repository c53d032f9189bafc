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

#endif
