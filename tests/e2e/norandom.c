/* Loaded into a program (LD_PRELOAD), is a kernel that gives no random
 * bytes. */
#include <errno.h>
#include <sys/random.h>

ssize_t
getrandom(void *at, size_t len, unsigned flags)
{
	(void)at;
	(void)len;
	(void)flags;
	errno = EIO;
	return -1;
}
