#ifndef BASE_QUIT_H
#define BASE_QUIT_H

/*
 * The end of a process that can't go on safely: the kernel gives no random
 * bytes, or the library for it fails.  Who quits has logged why.  Where memory
 * has run out nothing is said any more, and this is not called.
 */
_Noreturn void	 quit(void);

/* What quit calls first, once, whatever comes of it; NULL: nothing. */
void		 quit_after(void (*last_word)(void *state), void *state);

#endif
