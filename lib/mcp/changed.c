#include "mcp/changed.h"

const struct field	 changed_rows[] = {
	{ FIELD(struct changed, folder) },
	{ FIELD(struct changed, uidvalidity) },
	{ FIELD(struct changed, uids) },
	{ FIELD(struct changed, destination) },
	{ FIELD(struct changed, destination_uidvalidity) },
	{ FIELD(struct changed, new_uids) },
	{ FIELD(struct changed, missing) },
	{ FIELD(struct changed, flags) },
	{ FIELD(struct changed, note) },
	{ FIELD_END }
};
