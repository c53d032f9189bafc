#ifndef MAIL_COMPOSE_CHECK_H
#define MAIL_COMPOSE_CHECK_H

#include <stdbool.h>

#include "mail/compose.h"

struct arena;
struct fault;

/* FAULT_ARGUMENT for what has no place in a header: an address that is none,
 * a content type or id with other characters, too many files. */
const struct fault	*compose_check(struct arena *arena,
			    const struct compose *compose);

/* Whether it is one word of ASCII without any of these characters. */
bool			 compose_check_word(const char *text,
			    const char *without);

#endif
