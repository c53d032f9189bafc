#ifndef MAIL_ADDRESS_H
#define MAIL_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "data/field.h"

struct arena;
struct fault;

/* One mailbox, decoded. */
struct address {
	const char	*name;		/* UTF-8, or NULL */
	const char	*address;	/* local@domain */
};

extern const struct field	 address_rows[];	/* name, address */

enum { ADDRESSES_MOST = 500, ADDRESS_CHARS_MOST = 254 };

/*
 * Strict, for what a caller wants to send to: an RFC 5322 address-list in
 * which every address can go into an SMTP command as it is. No routes, no
 * address literals, no controls, no comments; the domain is internationalised
 * (IDNA) to ASCII; a local part outside ASCII is kept. FAULT_ARGUMENT quotes
 * what is wrong.
 */
const struct fault	*address_read(struct arena *arena, const char *text,
			    struct objects *addresses);

/* Lenient, for reading mail: struct address for each that can be made out. */
struct objects		 address_read_lenient(struct arena *arena,
			    const char *raw);

/* Whether both are the same mailbox: domain without case, local part too. */
bool			 address_equal(const char *a, const char *b);

/* The part behind the last @, or NULL. */
const char		*address_domain(const char *address);

#endif
