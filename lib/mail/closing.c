#include "mail/closing.h"

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/text.h"
#include "mail/html.h"
#include "mail/quoting.h"

/* Whether the text ends with whole lines that say the same. */
static bool
ends_with(struct bytes text, struct bytes end)
{
	size_t	 at;

	text = bytes_trim(text);
	end = bytes_trim(end);
	if (end.len == 0 || end.len > text.len)
		return end.len == 0;
	at = text.len - end.len;
	return bytes_equal(bytes_slice(text, at, end.len), end) &&
	    (at == 0 || text_is_space(text.at[at - 1]));
}

const char *
closing_text(struct arena *arena, const char *text, const char *signature)
{
	struct bytes	 bytes = bytes_of(text);
	struct buf	 out;

	if (ends_with(bytes, bytes_of(signature)))
		return text;
	buf_start(&out, arena);
	buf_text(&out, text);
	if (bytes.len > 0 && bytes.at[bytes.len - 1] != '\n')
		buf_byte(&out, '\n');
	buf_format(&out, "\n-- \n%s\n", signature);
	return buf_string(&out);
}

static struct bytes
shown(struct arena *arena, const char *html)
{
	const struct html_options	 options = { .markdown = false };
	struct html_text		 plain = { 0 };

	html_to_text(arena, html, &options, &plain);
	return bytes_of(plain.text);
}

const char *
closing_html(struct arena *arena, const char *document, const char *signature)
{
	if (ends_with(shown(arena, document), shown(arena, signature)))
		return document;
	return quoting_insert(arena, document, text_format(arena,
	    "\n<div><br>-- <br>\n%s</div>\n", signature));
}
