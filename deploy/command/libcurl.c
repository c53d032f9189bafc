#include "net/libcurl.h"

/* What lib/net/libcurl.c has beside libcurl's own functions: what is linked
 * with libcurl itself reads too little for it to matter. */
void
libcurl_read_ahead(CURL *curl)
{
	(void)curl;
}
