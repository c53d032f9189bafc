#ifndef OAUTH_CONSENT_MAILBOX_H
#define OAUTH_CONSENT_MAILBOX_H

struct drawing;

/* The fields of the mailbox that is being typed, and those kept before it. */
void	 consent_mailbox_draw(const struct drawing *drawing);
void	 consent_mailbox_draw_kept(const struct drawing *drawing);

#endif
