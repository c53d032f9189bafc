#ifndef MAIL_IMAP_CODE_H
#define MAIL_IMAP_CODE_H

#include "base/bytes.h"
#include "base/fault.h"
#include "mail/imap_reply.h"

struct arena;

/*
 * resp-text of RFC 9051 9, behind OK, NO, BAD, BYE or PREAUTH: an optional
 * code in brackets and free text.  Sets code (its word in upper case) and
 * text of the response, and what the code tells in replies and box (either
 * may be NULL).
 *
 * Never fails.  A code whose arguments can't be read, or make no sense (a
 * UIDVALIDITY of 0, COPYUID sets of two lengths), is as if it had none; one
 * without a bracket at its end is text.  Referrals are data like any other
 * word: nothing follows them.
 */
void	 imap_code_read(struct arena *arena, struct bytes resp_text,
	    struct imap_replies *replies, struct imap_box *box,
	    struct imap_response *response);

/* What the code of a NO says of the fault; NULL and others: FAULT_REFUSED. */
enum fault_kind	 imap_code_kind(const char *code);

/* *(SP capability), in upper case. */
void	 imap_code_capabilities(struct arena *arena, struct bytes words,
	    struct imap_replies *replies);

#endif
