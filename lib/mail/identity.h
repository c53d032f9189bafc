#ifndef MAIL_IDENTITY_H
#define MAIL_IDENTITY_H

#include <stdbool.h>

struct account;
struct arena;

/*
 * Which addresses are a user's own: the account's and its aliases.  Domains
 * are the same in Unicode and in ASCII (IDNA), and letters are compared
 * without case.  An alias *@DOMAIN is leave to send as any address there, but
 * says of none that its mail reaches the user: others may have theirs there.
 */

/* Whether this account may send as that address, one of address_read's. */
bool		 identity_owns(struct arena *arena,
		    const struct account *account, const char *address);

/*
 * The own address that mail to this one reaches, as the account has it, or
 * NULL.  "anna+shop@example.org" reaches anna@example.org (RFC 5233): it is
 * hers, but other servers see somebody else's in it, so nobody sends as it.
 */
const char	*identity_find(struct arena *arena,
		    const struct account *account, const char *address);

#endif
