#include "base/quit.h"

#include <stddef.h>
#include <stdlib.h>
#include <sysexits.h>

/* Who serves, for those below who don't know of it. */
static struct {
	void	 (*call)(void *state);
	void	*state;
} last;

void
quit_after(void (*last_word)(void *state), void *state)
{
	last.call = last_word;
	last.state = state;
}

void
quit(void)
{
	void	 (*call)(void *state) = last.call;

	last.call = NULL;
	if (call != NULL)
		call(last.state);
	exit(EX_OSERR);
}
