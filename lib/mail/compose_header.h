#ifndef MAIL_COMPOSE_HEADER_H
#define MAIL_COMPOSE_HEADER_H

#include "base/buf.h"
#include "base/text.h"
#include "data/field.h"

/*
 * Header fields as they are written (RFC 5322, RFC 2047, RFC 2231): one field
 * each, folded at 78 where a word lets it, ended with CRLF.  No value can end
 * its field: controls become blanks before anything is written.
 */
enum { COMPOSE_ID_BYTES = 900 };	/* a longer id can't be a line */

/* Unstructured text; what is not plain ASCII as encoded words. */
void	 compose_header_text(struct buf *out, const char *name,
	    const char *value);

/* struct address, as address_read gave them; none writes nothing. */
void	 compose_header_addresses(struct buf *out, const char *name,
	    struct objects addresses);

/* Ids in brackets; what is none is left out. */
void	 compose_header_ids(struct buf *out, const char *name,
	    struct texts ids);

/* Continues a field with a parameter "; name=value": quoted, or by RFC 2231
 * where it is not ASCII. Does not end the field. */
void	 compose_header_parameter(struct buf *out, const char *name,
	    const char *value);

#endif
