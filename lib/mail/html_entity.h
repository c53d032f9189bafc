#ifndef MAIL_HTML_ENTITY_H
#define MAIL_HTML_ENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

struct arena;

/* Character references (WHATWG HTML 13.2.5.72), named and by number. */
struct html_entity {
	uint32_t	 characters[2];	/* the second is 0 for most */
	size_t		 len;		/* bytes of the text it took */
};

/* The table of names, unpacked when the first one is looked for. */
struct html_entities;

struct html_entities	*html_entity_open(struct arena *arena);

/* What the reference at the start of text, its "&", stands for; false where
 * it is none. In an attribute's value "&copy=" is none. */
bool			 html_entity_take(struct html_entities *entities,
			    struct bytes text, bool attribute,
			    struct html_entity *entity);

#endif
