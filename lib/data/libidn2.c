#include "data/libidn2.h"

#include <dlfcn.h>
#include <string.h>

#define LIBRARY	"libidn2.so.0"

/* Loaded once, however often it is asked for.  POSIX has pointers to functions
 * like all others; C has no cast for it. */
static void
find(const char *name, void *function, size_t size)
{
	void	*library, *symbol = NULL;

	if ((library = dlopen(LIBRARY, RTLD_LAZY | RTLD_LOCAL)) != NULL)
		symbol = dlsym(library, name);
	memcpy(function, &symbol, size);
}

int
idn2_to_ascii_8z(const char *text, char **ascii, int flags)
{
	int	 (*convert)(const char *, char **, int);

	find("idn2_to_ascii_8z", &convert, sizeof(convert));
	return convert != NULL ? convert(text, ascii, flags) :
	    IDN2_ICONV_FAIL;
}

void
idn2_free(void *thing)
{
	void	 (*release)(void *);

	find("idn2_free", &release, sizeof(release));
	if (release != NULL)
		release(thing);
}
