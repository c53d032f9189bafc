#include "mail/html_link.h"

#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"

static const char *const	 schemes[] = {
	"http://", "https://", "mailto:", "tel:", "ftp://", NULL
};

/* How long the scheme is that the text starts with, or 0. */
static size_t
scheme_length(const char *text)
{
	const char *const	*scheme;

	for (scheme = schemes; *scheme != NULL; scheme++)
		if (text_starts_case(text, *scheme))
			return strlen(*scheme);
	return 0;
}

/* Blanks and what would end the target in the text are escaped; browsers
 * leave out line ends and tabs. */
const char *
html_link_target(struct arena *arena, const char *href)
{
	struct buf	 buf;
	unsigned char	 c;

	if (href == NULL)
		return NULL;
	href += strspn(href, " \t\r\n\f");
	buf_start(&buf, arena);
	for (; *href != '\0' && buf.len < HTML_LINK_BYTES; href++) {
		c = (unsigned char)*href;
		if (c == '\t' || c == '\r' || c == '\n')
			continue;
		if (c <= ' ' || strchr("<>\"()[]\\`{|}", c) != NULL)
			buf_format(&buf, "%%%02X", (unsigned)c);
		else
			buf_byte(&buf, c);
	}
	while (buf.len > 3 && memcmp(buf.at + buf.len - 3, "%20", 3) == 0)
		buf_cut(&buf, buf.len - 3);
	href = buf_string(&buf);
	return scheme_length(href) == 0 ? NULL : href;
}

/* What people take for the address: no scheme, no "www.". */
static const char *
skip_scheme(const char *text)
{
	text += strspn(text, " \n>");
	text += scheme_length(text);
	return text_starts_case(text, "www.") ? text + 4 : text;
}

static size_t
bare_length(const char *text)
{
	size_t	 len;

	for (len = strlen(text); len > 0 && strchr(" \n/", text[len - 1]) !=
	    NULL; len--)
		continue;
	return len;
}

bool
html_link_is_same(const char *text, const char *target)
{
	text = skip_scheme(text);
	target = skip_scheme(target);
	return bytes_equal_case(bytes_from(text, bare_length(text)),
	    bytes_from(target, bare_length(target)));
}
