/*
 * Debian's libcurl also knows LDAP, SSH, RTMP, Kerberos, HTTP/2 and more, by
 * libraries that the bundle doesn't hold since no program here ever asks for
 * any of that.  Their names all mean these functions there.
 */
#include <stdlib.h>

void	 absent(void);
int	 absent_start(void);
int	 _dl_find_object(void *, void *);

/* Called after all: the program ends, rather than to go on with nothing. */
void
absent(void)
{
	abort();
}

/* What libcurl calls as it starts and ends. */
int
absent_start(void)
{
	return 0;
}

/*
 * How the C++ run-time finds what an exception unwinds; it came with glibc
 * 2.35, and it is all that would be wanted of that.  Without it an exception
 * ends the process, which is what is wanted where memory has run out.
 */
int
_dl_find_object(void *address, void *result)
{
	(void)address;
	(void)result;
	return -1;
}
