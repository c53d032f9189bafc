#ifndef MAIL_AUTOCONFIG_DOCUMENT_H
#define MAIL_AUTOCONFIG_DOCUMENT_H

#include <stdbool.h>

#include "base/bytes.h"

struct lookup;
struct servers;

/*
 * The document in which a domain tells its mail servers, as Thunderbird made
 * it known: clientConfig with an emailProvider, in which an incomingServer of
 * type "imap" and an outgoingServer of type "smtp" have hostname, port,
 * socketType and username.  Of several the first is taken that has TLS and
 * that takes a password.  Nothing else in it is looked at.
 */
enum {
	DOCUMENT_BYTES = 64 * 1024,
	DOCUMENT_TEXT_BYTES = 254	/* of a host or user name */
};

/* False where the document is malformed or tells no IMAP server that may be
 * dialled; servers is then as it was. */
bool	 autoconfig_document_read(const struct lookup *lookup,
	    struct bytes document, struct servers *servers);

#endif
