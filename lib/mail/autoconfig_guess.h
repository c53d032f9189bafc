#ifndef MAIL_AUTOCONFIG_GUESS_H
#define MAIL_AUTOCONFIG_GUESS_H

#include <stdbool.h>

struct lookup;
struct servers;

/*
 * Names that mail servers usually have below their domain: each is taken that
 * answers with a certificate for it and the greeting of its protocol.
 */
enum { GUESS_MS = 1500 };	/* for each that is tried */

/* Whether an IMAP server was found. */
bool	 autoconfig_guess_find(const struct lookup *lookup,
	    struct servers *servers);

#endif
