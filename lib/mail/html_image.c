#include "mail/html_image.h"

#include <string.h>

#include "base/text.h"

static bool
is_tiny(const char *length)
{
	return length != NULL && (text_equal(length, "0") ||
	    text_equal(length, "1") || text_equal(length, "0px") ||
	    text_equal(length, "1px"));
}

bool
html_image_is_unseen(const struct html_token *token)
{
	return is_tiny(token->attributes[HTML_WIDTH]) ||
	    is_tiny(token->attributes[HTML_HEIGHT]);
}

static bool
has_source(const struct html_token *token, const char *start)
{
	const char	*source;

	source = token->attributes[HTML_SRC];
	if (source == NULL)
		return false;
	source += strspn(source, " \t\r\n\f");
	return text_starts_case(source, start);
}

bool
html_image_is_remote(const struct html_token *token)
{
	return has_source(token, "http:") || has_source(token, "https:") ||
	    has_source(token, "//");
}

bool
html_image_is_enclosed(const struct html_token *token)
{
	return has_source(token, "cid:");
}
