#ifndef MCP_CHANGED_H
#define MCP_CHANGED_H

#include <stdint.h>

#include "data/field.h"

/* One of several changes, which undo_mail_change tells as move_mail_message
 * tells its own. */
struct changed {
	const char	*folder;
	int64_t		 uidvalidity;
	struct numbers	 uids;
	const char	*destination;
	int64_t		 destination_uidvalidity;
	struct numbers	 new_uids;	/* in the order of uids */
	struct numbers	 missing;
	struct texts	 flags;
	const char	*note;
};

extern const struct field	 changed_rows[];

#endif
