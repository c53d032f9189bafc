#include "mail/source.h"

#include "base/fault.h"

void
source_rewind(struct source *source)
{
	source->rewind(source->state);
	source->given = 0;
}

const struct fault *
source_next(struct arena *arena, struct source *source, struct bytes *piece)
{
	const struct fault	*bad;

	*piece = bytes_from(NULL, 0);
	if ((bad = source->next(source->state, piece)) != NULL)
		return bad;
	source->given += piece->len;
	if (source->given > source->length ||
	    (piece->len == 0 && source->given < source->length))
		return fault_make(arena, FAULT_PROTOCOL,
		    "the message is not as long as it was said to be");
	return NULL;
}
