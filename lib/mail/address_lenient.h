#ifndef MAIL_ADDRESS_LENIENT_H
#define MAIL_ADDRESS_LENIENT_H

#include "data/field.h"

struct arena;

/*
 * For reading mail: struct address for each mailbox that can be made out of a
 * raw header value, at most ADDRESSES_MOST.  Groups are opened, routes and
 * comments left out (but a comment is the name where there is no other),
 * encoded words decoded after the structure is known, so that no decoded name
 * becomes an address.  address may be without @, or "" where there was a name
 * only.  NULL gives none.
 */
struct objects	 address_read_lenient(struct arena *arena, const char *raw);

#endif
