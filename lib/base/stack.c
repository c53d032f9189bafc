#include "base/stack.h"

#include <string.h>

void __attribute__((noinline))
stack_wipe(void)
{
	unsigned char	 left[STACK_WIPE_BYTES];

	explicit_bzero(left, sizeof(left));
}
