#ifndef MAIL_IMAP_QUOTE_H
#define MAIL_IMAP_QUOTE_H

#include <stdint.h>

#include "base/buf.h"
#include "mail/imap_reply.h"

/*
 * The only way text from outside gets into an IMAP command (RFC 9051 9).  A
 * literal is written into the command as "{n}" CRLF and the bytes, which
 * imap_session sends as {n+} or {n}.
 */

/* An astring: atom, quoted string or literal, whichever can hold it. A NUL
 * can't be sent: such bytes are left out (callers refuse them before). */
void	 imap_astring(struct buf *buf, const char *text);

/* A quoted string or a literal, never an atom: for SEARCH keys' values. */
void	 imap_string(struct buf *buf, const char *text);

/* A set of UIDs, ranges joined: "3:5,9". Empty sets are an assertion. */
void	 imap_uid_set(struct buf *buf, struct uids uids);

/* A flag or keyword if it is one ("\Seen", "$Junk"), else nothing; returns
 * whether. RFC 9051: flag-keyword is an atom. */
bool	 imap_flag(struct buf *buf, const char *flag);

/* "1-Feb-2026" for SEARCH SINCE. */
void	 imap_date(struct buf *buf, int64_t seconds);

#endif
