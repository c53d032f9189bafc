#ifndef OAUTH_SENDER_H
#define OAUTH_SENDER_H

#include "mail/signature.h"

struct arena;
struct mailbox_form;
struct making;

/*
 * How a mailbox is called, and what stands in the mails a person sends: the
 * label, the full name, and other addresses to send from become the account's;
 * the signature is only checked here, since it is kept in the mailbox once
 * the login is proved.
 */
enum {
	SENDER_LABEL_BYTES = 60,
	SENDER_NAME_BYTES = 200,
	SENDER_ALIASES = 20
};

void			 sender_read(const struct making *making);

/* The signature of a form that sender_read found good: safe, as it is kept. */
struct signature	 sender_signature(struct arena *arena,
			    const struct mailbox_form *form);

#endif
