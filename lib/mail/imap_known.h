#ifndef MAIL_IMAP_KNOWN_H
#define MAIL_IMAP_KNOWN_H

#include <stdbool.h>
#include <stddef.h>

struct imap;

/*
 * What a session has learnt of its server, for as long as it lasts: it makes
 * the next flight a better guess, and answers stay the same without it.
 */

/* Whether it has refused a FETCH for naming parts that a message may not
 * have. */
bool	 imap_refuses_guesses(const struct imap *imap);
void	 imap_keep_refusal(struct imap *imap);

/* How many folders it had when it was last asked for all of them; 0: it was
 * not. */
size_t	 imap_listed(const struct imap *imap);
void	 imap_keep_listed(struct imap *imap, size_t folders);

#endif
