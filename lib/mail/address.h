#ifndef MAIL_ADDRESS_H
#define MAIL_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "data/field.h"
#include "mail/address_lenient.h"

struct arena;
struct fault;

/* One mailbox, decoded.  Lenient reading is in the header included here. */
struct address {
	const char	*name;		/* UTF-8, or NULL */
	const char	*address;	/* local@domain */
};

extern const struct field	 address_rows[];	/* name, address */

enum {
	ADDRESSES_MOST = 500,
	ADDRESS_CHARS_MOST = 254,	/* bytes, RFC 5321 4.5.3.1.3 */
	ADDRESS_LOCAL_MOST = 64		/* bytes before the @ */
};

/*
 * Strict, for what a caller wants to send to: an RFC 5322 address-list in
 * which every address can go into an SMTP command as it is. No routes, no
 * address literals, no groups, no controls, no comments; the domain is
 * internationalised (IDNA) to ASCII; a local part outside ASCII is kept.
 * Nothing but blanks and commas gives none. FAULT_ARGUMENT quotes what is
 * wrong.
 */
const struct fault	*address_read(struct arena *arena, const char *text,
			    struct objects *addresses);

/* One mailbox as text that address_read reads back to the same: the name in
 * quotes where it needs them, UTF-8 as it is (RFC 6532). */
const char		*address_write(struct arena *arena,
			    const struct address *address);

/* Whether both are the same mailbox: domain without case, local part too. */
bool			 address_equal(const char *a, const char *b);

/* The part behind the last @, or NULL. */
const char		*address_domain(const char *address);

#endif
