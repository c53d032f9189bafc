#include "data/url_host.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/libidn2.h"

enum { HOST_BYTES = 1024 };	/* in UTF-8; 253 once in ASCII */

static bool
has_blank(const char *text)
{
	for (; *text != '\0'; text++)
		if (text_is_control((unsigned char)*text) || *text == ' ')
			return true;
	return false;
}

bool
url_host_to_ascii(struct arena *arena, const char *host, const char **ascii)
{
	char	*result;

	if (host[0] == '\0' || strlen(host) > HOST_BYTES || has_blank(host))
		return false;
	if (text_is_ascii(host)) {
		*ascii = text_lower_copy(arena, host);
		return true;
	}
	if (idn2_to_ascii_8z(host, &result, IDN2_NFC_INPUT |
	    IDN2_NONTRANSITIONAL | IDN2_USE_STD3_ASCII_RULES) != IDN2_OK)
		return false;
	*ascii = text_lower_copy(arena, result);
	idn2_free(result);
	/* Labels of characters that IDNA drops are empty. */
	return (*ascii)[0] != '.' && strstr(*ascii, "..") == NULL;
}
