#ifndef OAUTH_SENDER_H
#define OAUTH_SENDER_H

struct account;
struct arena;
struct mailbox_form;
struct problems;

/*
 * What stands above and below the mails a person sends: the full name, which
 * becomes the account's, and the signature, which is only checked here, since
 * it is kept in the mailbox once the login is proved.
 */
enum { SENDER_NAME_BYTES = 200 };

void	 sender_read(struct arena *arena, const struct mailbox_form *form,
	    struct account *account, struct problems *problems);

#endif
