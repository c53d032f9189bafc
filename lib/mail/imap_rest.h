#ifndef MAIL_IMAP_REST_H
#define MAIL_IMAP_REST_H

#include <stdbool.h>

struct arena;
struct imap;

/* After so long a folder that stayed open is opened anew: Dovecot goes on
 * telling of one that was deleted or renamed, when another has its name.  That
 * is for calls that follow each other at once; between two of a person's steps
 * a folder may well be renamed, and the UIDs of what a list told would be those
 * of other messages in the folder that is then changed by its name. */
enum { IMAP_REST_MS = 2 * 1000 };

/*
 * A folder that stays open by EXAMINE between requests, so that the next need
 * not wait until the server has opened it once more, which takes it longer the
 * more messages there are.
 *
 * imap_rest() puts it aside for the next request, as imap_forget_folder() does
 * for good; what was read is wiped.  imap_take_up() has it open again, as it
 * was, if it is that one, no flight was made since and it was opened within
 * IMAP_REST_MS; false: it must be opened.  The flight that follows asks for
 * what is wanted, and with imap_queue_stir() behind it for what happened
 * meanwhile: where imap_has_stirred() then says so, what was answered is of
 * another time, and is to be asked anew of a folder that is opened
 * (imap_forget_folder).
 */
void			 imap_rest(struct imap *imap);
bool			 imap_take_up(struct imap *imap, const char *name);
void			 imap_queue_stir(struct imap *imap,
			    struct arena *arena);
bool			 imap_has_stirred(const struct imap *imap);

#endif
