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

/* Whether it is a type that a file can have ("image/png"), the charset of a
 * text, a Content-ID without its brackets. */
bool			 compose_check_type(const char *type);
bool			 compose_check_charset(const char *charset);
bool			 compose_check_id(const char *id);

/* Whether it is one word of ASCII without any of these characters. */
bool			 compose_check_word(const char *text,
			    const char *without);

#endif
