#ifndef MAIL_FOLDER_ROLE_H
#define MAIL_FOLDER_ROLE_H

#include "base/text.h"

struct folders;

/*
 * What folders are for: the attributes of RFC 6154, those of XLIST before it,
 * and where a server has neither, the names mail programs and servers give.
 */

/* The role of that name in any case, in its own spelling, or NULL. */
const char	*folder_role_find(const char *name);

/* The role among the attributes of a listing, or NULL. */
const char	*folder_role_of(struct texts attributes);

/* Gives roles that no folder has by its attributes to those that have the
 * best-known names for them. */
void		 folder_role_guess(struct folders *folders);

#endif
