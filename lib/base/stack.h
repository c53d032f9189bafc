#ifndef BASE_STACK_H
#define BASE_STACK_H

/* Wipes what those who have returned left on the stack, STACK_WIPE_BYTES below
 * the caller: for libraries that keep outside bytes there. */
enum { STACK_WIPE_BYTES = 8 * 1024 };

void	 stack_wipe(void);

#endif
