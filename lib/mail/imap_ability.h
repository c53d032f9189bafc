#ifndef MAIL_IMAP_ABILITY_H
#define MAIL_IMAP_ABILITY_H

#include "base/text.h"

/* The abilities (enum imap_ability, together) that a server's capabilities,
 * in upper case, mean. */
unsigned	 imap_ability_read(struct texts capabilities);

#endif
