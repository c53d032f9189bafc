#ifndef MAIL_PART_TEXT_H
#define MAIL_PART_TEXT_H

#include "base/bytes.h"

struct arena;
struct part;

/* A text part's bytes (transfer encoding undone) as UTF-8 by its charset (of
 * HTML without one by what its <meta> says), newlines as LF, controls
 * removed, format=flowed joined (RFC 3676). */
const char	*part_text(struct arena *arena, const struct part *part,
		    struct bytes content);

#endif
